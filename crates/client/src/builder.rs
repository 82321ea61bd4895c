//! How a client is made.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use secrecy::SecretString;
use url::Url;

use crate::client::{Client, Inner, Sleep};
use crate::credential::GivenCredentials;
use crate::environment::{self, Environment};
use crate::{Error, RetryPolicy};

const DEFAULT_BASE_URL: &str = "https://api.cloudflare.com/client/v4/";
const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const OWN_NAME: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Makes a [`Client`].
///
/// # The credential
///
/// A client sends exactly one. If one is given here, no credential of the environment is looked at, and giving
/// two is an error. Otherwise the first of these that is set is taken: `CLOUDFLARE_API_TOKEN`;
/// `CLOUDFLARE_API_KEY` with `CLOUDFLARE_EMAIL`; `CLOUDFLARE_API_USER_SERVICE_KEY`. The base URL comes
/// from `CLOUDFLARE_BASE_URL` unless it is given here.
///
/// ```
/// use portcullis_client::Client;
///
/// let client = Client::builder()
///     .base_url("https://portcullis.example.com/client/v4")
///     .api_token("cfut_0123456789")
///     .build()?;
/// assert!(!format!("{client:?}").contains("cfut_"));
/// # Ok::<(), portcullis_client::Error>(())
/// ```
#[must_use]
pub struct ClientBuilder {
    credentials: GivenCredentials,
    base_url: Option<String>,
    environment: Environment,
    timeout: Duration,
    connect_timeout: Option<Duration>,
    retry: RetryPolicy,
    headers: HeaderMap,
    api_version: Option<String>,
    user_agent: String,
    http: Option<reqwest::Client>,
    sleep: Sleep,
    fault: Option<String>,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            credentials: GivenCredentials::default(),
            base_url: None,
            environment: Environment::of_the_process(),
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: None,
            retry: RetryPolicy::default(),
            headers: HeaderMap::new(),
            api_version: None,
            user_agent: OWN_NAME.to_owned(),
            http: None,
            sleep: Arc::new(|delay| Box::pin(tokio::time::sleep(delay))),
            fault: None,
        }
    }

    /// The preferred credential: an API token, sent as `Authorization: Bearer`.
    pub fn api_token(mut self, token: impl Into<String>) -> Self {
        self.credentials.token = Some(SecretString::from(token.into()));
        self
    }

    /// The older credential: the key of a user, sent as `X-Auth-Key`. It needs [`Self::api_email`].
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.credentials.key = Some(SecretString::from(key.into()));
        self
    }

    /// The address of the user whose key is given with [`Self::api_key`], sent as `X-Auth-Email`.
    pub fn api_email(mut self, email: impl Into<String>) -> Self {
        self.credentials.email = Some(email.into());
        self
    }

    /// The key for origin certificates, sent as `X-Auth-User-Service-Key`.
    pub fn user_service_key(mut self, key: impl Into<String>) -> Self {
        self.credentials.service_key = Some(SecretString::from(key.into()));
        self
    }

    /// Sends no credential, whatever the environment has.
    pub fn anonymous(mut self) -> Self {
        self.credentials.anonymous = true;
        self
    }

    /// Where the API is, with its path: `https://portcullis.example.com/client/v4`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Takes what is not given here from the environment of the process. This is the default.
    pub fn from_env(mut self) -> Self {
        self.environment = Environment::of_the_process();
        self
    }

    /// Takes nothing from the environment.
    pub fn no_env(mut self) -> Self {
        self.environment = Environment::empty();
        self
    }

    /// Takes what is not given here from `lookup`, which is asked by the names of the variables.
    pub fn environment(mut self, lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.environment = Environment::new(lookup);
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer. A minute by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take. Five seconds by default.
    ///
    /// It cannot be combined with [`Self::http_client`], which brings its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// What is repeated, how often and when.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// A header of every request. Its value is treated as a secret.
    pub fn default_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match secret_header(name.as_ref(), value.as_ref()) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(fault) => self.fault = Some(fault),
        }
        self
    }

    /// The version of the API, a date such as `2025-01-01`, sent as `api-version`.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// Who uses this client: appended to its own name in `User-Agent`.
    pub fn user_agent_suffix(mut self, suffix: impl AsRef<str>) -> Self {
        self.user_agent = format!("{OWN_NAME} {}", suffix.as_ref());
        self
    }

    /// The HTTP client to use, for proxies, roots of trust, and whatever else it can do.
    ///
    /// # Security
    ///
    /// It should follow no redirects: `X-Auth-Key` would be sent along to wherever they lead.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// How to wait between attempts, instead of with tokio's timer: for tests, and for other runtimes.
    pub fn sleep<F>(mut self, sleep: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.sleep = Arc::new(move |delay| Box::pin(sleep(delay)));
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`Error::Config`]: there is no credential, or more than one; the base URL is not one; a header has a
    /// character that it cannot have; the TLS library could not be set up.
    pub fn build(mut self) -> Result<Client, Error> {
        if let Some(fault) = self.fault.take() {
            return Err(Error::Config(fault));
        }
        let base = self.base_url.take().or_else(|| self.environment.find(environment::BASE_URL));
        let base = parse_base_url(base.as_deref().unwrap_or(DEFAULT_BASE_URL))?;
        let credential = self.credentials.clone().choose(&self.environment)?;
        let mut headers = self.default_headers()?;
        credential.write_to(&mut headers)?;
        Ok(Client::new(Inner {
            http: self.http()?,
            base,
            credential: credential.kind(),
            headers,
            timeout: self.timeout,
            retry: self.retry,
            sleep: self.sleep,
        }))
    }

    fn default_headers(&self) -> Result<HeaderMap, Error> {
        let value = |text: &str, what: &str| {
            HeaderValue::from_str(text)
                .map_err(|_| Error::Config(format!("the {what} has a character that no header can carry")))
        };
        let mut headers = self.headers.clone();
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        headers.entry(USER_AGENT).or_insert(value(&self.user_agent, "user agent")?);
        if let Some(version) = &self.api_version {
            headers.insert("api-version", value(version, "API version")?);
        }
        Ok(headers)
    }

    fn http(&self) -> Result<reqwest::Client, Error> {
        match (&self.http, self.connect_timeout) {
            (Some(_), Some(_)) => Err(Error::config(
                "`connect_timeout` and `http_client` were given: the client brings its own",
            )),
            (Some(client), None) => Ok(client.clone()),
            (None, connect_timeout) => reqwest::Client::builder()
                .connect_timeout(connect_timeout.unwrap_or(DEFAULT_CONNECT_TIMEOUT))
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .map_err(|source| Error::Config(format!("the HTTP client could not be set up: {source}"))),
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("base_url", &self.base_url)
            .field("headers", &self.headers)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// A header whose value `Debug` does not print: nobody can tell which of them carry a secret.
pub(crate) fn secret_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parsed = HeaderName::try_from(name).map_err(|_| format!("`{name}` is not the name of a header"))?;
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| format!("the value of `{name}` has a character that no header can carry"))?;
    value.set_sensitive(true);
    Ok((parsed, value))
}

fn parse_base_url(text: &str) -> Result<Url, Error> {
    let mut url =
        Url::parse(text).map_err(|fault| Error::Config(format!("the base URL is not a URL: {fault}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Error::config("the base URL must begin with `https://` or `http://`"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::config("the base URL must not have a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::config("the base URL must not have a query or fragment"));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}
