//! The one credential that a client sends.

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::Error;
use crate::environment::{self, Environment};

/// What was given in code, piece by piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenCredentials {
    pub(crate) token: Option<SecretString>,
    pub(crate) key: Option<SecretString>,
    pub(crate) email: Option<String>,
    pub(crate) service_key: Option<SecretString>,
    pub(crate) anonymous: bool,
}

/// The one credential that a client sends.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    ApiToken(SecretString),
    ApiKey { key: SecretString, email: String },
    UserServiceKey(SecretString),
    Anonymous,
}

impl GivenCredentials {
    /// Chooses: what was given in code, or else what the environment has; never a mixture.
    ///
    /// The official SDKs send both at once, or drop one of them silently, and the API then answers
    /// something puzzling about the one that the caller did not think of.
    pub(crate) fn choose(self, environment: &Environment) -> Result<Credential, Error> {
        let key_pair = match (self.key, self.email) {
            (Some(key), Some(email)) => Some(Credential::ApiKey { key, email }),
            (Some(_), None) => return Err(Error::config("an API key was given without an email address")),
            (None, Some(_)) => return Err(Error::config("an email address was given without an API key")),
            (None, None) => None,
        };
        let given = [
            self.token.map(Credential::ApiToken),
            key_pair,
            self.service_key.map(Credential::UserServiceKey),
            self.anonymous.then_some(Credential::Anonymous),
        ];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(_), Some(_)) => Err(Error::config("more than one credential was given")),
            (Some(credential), None) => Ok(credential),
            (None, _) => Credential::from_environment(environment),
        }
    }
}

impl Credential {
    fn from_environment(environment: &Environment) -> Result<Self, Error> {
        let secret = |name| environment.find(name).map(SecretString::from);
        if let Some(token) = secret(environment::API_TOKEN) {
            return Ok(Self::ApiToken(token));
        }
        if let (Some(key), Some(email)) =
            (secret(environment::API_KEY), environment.find(environment::API_EMAIL))
        {
            return Ok(Self::ApiKey { key, email });
        }
        secret(environment::USER_SERVICE_KEY).map(Self::UserServiceKey).ok_or_else(|| {
            Error::config(
                "no credential: give one in code, set CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY and \
                 CLOUDFLARE_EMAIL, or say `anonymous()`",
            )
        })
    }

    /// What kind of credential it is, for logs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::ApiToken(_) => "API token",
            Self::ApiKey { .. } => "API key",
            Self::UserServiceKey(_) => "user service key",
            Self::Anonymous => "none",
        }
    }

    /// Writes the headers that carry the credential, marked so that `Debug` does not print them.
    pub(crate) fn write_to(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        const KEY: HeaderName = HeaderName::from_static("x-auth-key");
        const EMAIL: HeaderName = HeaderName::from_static("x-auth-email");
        const SERVICE_KEY: HeaderName = HeaderName::from_static("x-auth-user-service-key");
        let mut write = |name: HeaderName, text: &str| {
            let mut value = HeaderValue::from_str(text)
                .map_err(|_| Error::config("the credential has a character that no header can carry"))?;
            value.set_sensitive(true);
            headers.insert(name, value);
            Ok(())
        };
        match self {
            Self::ApiToken(token) => write(AUTHORIZATION, &format!("Bearer {}", token.expose_secret())),
            Self::ApiKey { key, email } => {
                write(EMAIL, email)?;
                write(KEY, key.expose_secret())
            }
            Self::UserServiceKey(key) => write(SERVICE_KEY, key.expose_secret()),
            Self::Anonymous => Ok(()),
        }
    }
}
