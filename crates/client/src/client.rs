//! The client.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use http::header::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::custom::Custom;
use crate::{Accounts, ClientBuilder, Error, Request, RetryPolicy, User, ZeroTrust, Zones};

pub(crate) type Sleep = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A client of the API. Cloning it is cheap, and clones share their connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Url,
    pub(crate) credential: &'static str,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) sleep: Sleep,
}

impl Client {
    /// A client with everything taken from the environment.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Begins to make a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// Where the API is; the path ends with a slash.
    pub fn base_url(&self) -> &Url {
        &self.inner.base
    }

    /// Zero Trust: Access.
    pub const fn zero_trust(&self) -> ZeroTrust<'_> {
        ZeroTrust::new(self)
    }

    /// The accounts that the credential can see.
    pub const fn accounts(&self) -> Accounts<'_> {
        Accounts::new(self)
    }

    /// The zones that the credential can see.
    pub const fn zones(&self) -> Zones<'_> {
        Zones::new(self)
    }

    /// The user whose credential it is.
    pub const fn user(&self) -> User<'_> {
        User::new(self)
    }

    /// A `GET` of an endpoint that this crate has no method for. See [`Client::post`].
    pub fn get<T: DeserializeOwned + Send + 'static>(&self, path: impl Into<String>) -> Request<Custom<T>> {
        Request::new(self, Custom::new(Method::GET, path))
    }

    /// A `POST` to an endpoint that this crate has no method for.
    ///
    /// `path` is relative to the base URL and percent-encoded by the caller; `.` and `..` are refused in it.
    /// `T` is what the answer's `result` is read as; `serde_json::Value` and `Option<_>` accept that there
    /// is none.
    ///
    /// ```no_run
    /// # async fn example(client: portcullis_client::Client) -> Result<(), portcullis_client::Error> {
    /// use serde_json::{Value, json};
    ///
    /// let body = json!({"email": "user@example.com"});
    /// let path = "accounts/023e105f4ecef8ad9ca31a8372d0c353/access/organizations/revoke_user";
    /// let revoked: Value = client.post(path, &body).query("devices", "true").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn post<T: DeserializeOwned + Send + 'static>(
        &self,
        path: impl Into<String>,
        body: &impl Serialize,
    ) -> Request<Custom<T>> {
        Request::new(self, Custom::new(Method::POST, path).body(body))
    }

    /// A `PUT` to an endpoint that this crate has no method for. See [`Client::post`].
    pub fn put<T: DeserializeOwned + Send + 'static>(
        &self,
        path: impl Into<String>,
        body: &impl Serialize,
    ) -> Request<Custom<T>> {
        Request::new(self, Custom::new(Method::PUT, path).body(body))
    }

    /// A `PATCH` of an endpoint that this crate has no method for. See [`Client::post`].
    pub fn patch<T: DeserializeOwned + Send + 'static>(
        &self,
        path: impl Into<String>,
        body: &impl Serialize,
    ) -> Request<Custom<T>> {
        Request::new(self, Custom::new(Method::PATCH, path).body(body))
    }

    /// A `DELETE` of an endpoint that this crate has no method for. See [`Client::post`].
    pub fn delete<T: DeserializeOwned + Send + 'static>(
        &self,
        path: impl Into<String>,
    ) -> Request<Custom<T>> {
        Request::new(self, Custom::new(Method::DELETE, path))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.inner.base.as_str())
            .field("credential", &self.inner.credential)
            .field("timeout", &self.inner.timeout)
            .field("retry", &self.inner.retry)
            .finish_non_exhaustive()
    }
}
