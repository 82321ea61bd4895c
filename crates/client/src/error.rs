//! What can go wrong, and how to tell.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use portcullis_api_types::{ErrorData, ResponseInfo};
use url::Url;

use crate::server_delay;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The client could not be made.
    #[error("{0}")]
    Config(String),
    /// An argument of the call cannot be used. Nothing was sent.
    #[error("{message}")]
    InvalidArgument {
        /// The argument's name.
        param: Cow<'static, str>,
        /// What is wrong with it.
        message: String,
    },
    /// There is no answer, because the connection failed. The server may have done what was asked.
    #[error("{request} got no answer")]
    Transport {
        /// What was asked.
        request: Box<RequestLine>,
        /// How the connection failed.
        source: reqwest::Error,
    },
    /// There is no answer within the time for one attempt. The server may have done what was asked.
    #[error("{request} was not answered in time")]
    Timeout {
        /// What was asked.
        request: Box<RequestLine>,
        /// What was going on when the time ran out.
        source: reqwest::Error,
    },
    /// The API answered that the call failed: an error status, or `success: false`.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// The API answered with success, but not in a form that can be read. The server did what was asked.
    #[error("the answer, {status}, could not be read")]
    Decode {
        /// What was wrong with it.
        source: serde_json::Error,
        /// The status of the answer.
        status: StatusCode,
        /// The answer.
        body: Body,
    },
}

impl Error {
    pub(crate) fn config(message: &str) -> Self {
        Self::Config(message.to_owned())
    }

    /// The API's own error, if that is what this is.
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status),
            Self::Decode { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether there is no such thing, or none that the credential can see.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the credential was not accepted.
    pub fn is_auth(&self) -> bool {
        self.api().is_some_and(ApiError::is_auth)
    }

    /// Whether the credential was accepted, but may not do this.
    pub fn is_permission(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN) && !self.is_auth()
    }

    /// Whether there were too many calls.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the time for one attempt ran out.
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }

    /// The number of the first of the API's errors.
    pub fn code(&self) -> Option<i64> {
        self.api()?.errors.first().map(|error| error.code)
    }

    /// Whether one of the API's errors has this number.
    pub fn has_code(&self, code: i64) -> bool {
        self.api().is_some_and(|error| error.has_code(code))
    }

    /// How long the server asked to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        server_delay::read(&self.api()?.headers)
    }

    /// The id under which Cloudflare finds the request.
    pub fn cf_ray(&self) -> Option<&str> {
        self.api()?.cf_ray.as_deref()
    }
}

/// A failure that the API answered.
///
/// Displayed as `POST "https://…": 404 Not Found {the body as it came}`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApiError {
    /// The status; a success if the body said `success: false`.
    pub status: StatusCode,
    /// The errors of the envelope; empty if the body was none.
    pub errors: Vec<ErrorData>,
    /// The messages of the envelope.
    pub messages: Vec<ResponseInfo>,
    /// The request's method.
    pub method: Method,
    /// The request's address.
    pub url: Url,
    /// The id under which Cloudflare finds the request.
    pub cf_ray: Option<String>,
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// The body of the answer, whatever it was.
    pub body: Bytes,
    /// How many times the request was repeated.
    pub retries: u32,
}

impl ApiError {
    /// Whether one of the errors has this number.
    pub fn has_code(&self, code: i64) -> bool {
        self.errors.iter().any(|error| error.code == code)
    }

    /// Cloudflare answers a credential that is missing, malformed or unknown with 400, 401 or 403, and
    /// 9109 means that as well as a lack of permission.
    fn is_auth(&self) -> bool {
        const MALFORMED: i64 = 6003;
        const UNKNOWN_KEY: i64 = 9103;
        const MISSING: i64 = 9106;
        self.status == StatusCode::UNAUTHORIZED
            || [MALFORMED, UNKNOWN_KEY, MISSING].into_iter().any(|code| self.has_code(code))
            || self.errors.iter().any(|error| error.message == "Invalid access token")
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} \"{}\": {}", self.method, self.url, self.status)?;
        if body.trim().is_empty() { Ok(()) } else { write!(f, " {}", body.trim()) }
    }
}

impl std::error::Error for ApiError {}

/// The body of an answer. `Debug` prints its length alone, because an answer can carry a new secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Body(pub Bytes);

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

/// What was asked, and how often. Displayed as `POST "https://…"`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestLine {
    /// The request's method.
    pub method: Method,
    /// The request's address.
    pub url: Url,
    /// How many times the request was repeated.
    pub retries: u32,
}

impl fmt::Display for RequestLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.method, self.url)
    }
}

/// An argument that cannot be used; [`Error::InvalidArgument`] in a form that a builder can keep.
#[derive(Clone, Debug)]
pub struct Invalid {
    param: Cow<'static, str>,
    message: String,
}

impl Invalid {
    pub(crate) fn new(param: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { param: param.into(), message: message.into() }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::InvalidArgument { param: invalid.param, message: invalid.message }
    }
}
