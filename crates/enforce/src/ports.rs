//! What this crate asks of others.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use portcullis_gate::ServiceLogin;
use portcullis_model::Audience;

/// An error of somebody else's.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of an answer of a [`Service`].
pub type ServiceBody = UnsyncBoxBody<Bytes, BoxError>;

/// Pages that another crate serves: the team domain, or the login paths of applications' hosts.
///
/// The request carries [`ClientIp`](crate::ClientIp) among its extensions.
pub type Service = Arc<dyn Fn(Request<Incoming>) -> BoxFuture<'static, Response<ServiceBody>> + Send + Sync>;

/// Control, which alone signs.
pub trait Issuer: Send + Sync + 'static {
    /// Issues the application token of a service login, after judging it again.
    fn issue(&self, login: ServiceLogin) -> BoxFuture<'_, Result<String, IssueError>>;

    /// Signs what the login page must know, as a JWT that lives for five minutes.
    fn sign_meta(&self, meta: LoginMeta) -> BoxFuture<'_, Result<String, IssueError>>;
}

/// Why nothing was signed. Repeating is safe.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// Control judged otherwise than this gate did.
    #[error("control refused: {reason}")]
    Refused {
        /// For the log.
        reason: String,
    },
    /// Control could not be asked, or could not sign.
    #[error("control is unavailable")]
    Unavailable(#[source] BoxError),
}

/// Where a login began: the claims of the `meta` parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LoginMeta {
    /// The application's `aud` tag.
    pub audience: Audience,
    /// The host that was asked for, without port.
    pub hostname: Box<str>,
    /// Path and query that were asked for.
    pub redirect_url: Box<str>,
}
