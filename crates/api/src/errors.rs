//! Where an error meets a status: the only place.
//!
//! Numbers and texts are Cloudflare's wherever it has any. The five numbers from 10500 on are this
//! server's own, for situations that Cloudflare's clients never get to see.

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, Method, StatusCode};
use portcullis_api_types::{Envelope, ErrorCause, ErrorSource, ResponseInfo};

use crate::answer::json;

mod control;

/// Cloudflare's numbers, and ours.
pub(crate) mod code {
    pub(crate) const INVALID_API_TOKEN: i64 = 1000;
    pub(crate) const ZONE_ALREADY_EXISTS: i64 = 1061;
    pub(crate) const INVALID_HEADERS: i64 = 6003;
    pub(crate) const INVALID_EMAIL_HEADER: i64 = 6102;
    pub(crate) const INVALID_KEY_HEADER: i64 = 6103;
    pub(crate) const INVALID_AUTHORIZATION_HEADER: i64 = 6111;
    pub(crate) const METHOD_NOT_AVAILABLE: i64 = 7001;
    pub(crate) const NO_ROUTE: i64 = 7003;
    pub(crate) const UNKNOWN_KEY: i64 = 9103;
    pub(crate) const MISSING_CREDENTIALS: i64 = 9106;
    pub(crate) const INVALID_ACCESS_TOKEN: i64 = 9109;
    pub(crate) const AUTHENTICATION_ERROR: i64 = 10000;
    /// Of the message, not an error, of a token that works.
    pub(crate) const VALID_API_TOKEN: i64 = 10000;
    pub(crate) const APPLICATION_ALREADY_EXISTS: i64 = 11010;
    pub(crate) const UNKNOWN_APPLICATION: i64 = 11021;
    pub(crate) const INVALID_APPLICATION_ID: i64 = 12045;
    pub(crate) const INVALID_URL_PARAMETER: i64 = 12091;
    pub(crate) const INVALID_REQUEST: i64 = 12130;
    pub(crate) const NOT_FOUND: i64 = 12135;
    pub(crate) const SERVICE_TOKEN_IN_USE: i64 = 12139;
    /// Ours: the server is at fault.
    pub(crate) const INTERNAL: i64 = 10500;
    /// Ours: the store did nothing.
    pub(crate) const UNAVAILABLE: i64 = 10503;
    /// Ours: the store may have done it.
    pub(crate) const UNCONFIRMED: i64 = 10504;
    /// Ours: the gate cannot admit anybody.
    pub(crate) const NOT_READY: i64 = 10505;
    /// Ours: an old copy of the store was put in its place.
    pub(crate) const HISTORY_LOST: i64 = 10506;
}

/// What is said to a caller without the permission, or of an account that is not theirs, whether or not it exists.
pub(crate) const AUTHENTICATION_ERROR: &str = "Authentication error";

/// An error as its caller sees it, and its cause as the log does.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    info: Box<ResponseInfo>,
    retry_after_seconds: Option<u32>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: i64, message: impl Into<String>) -> Self {
        Self { status, info: Box::new(ResponseInfo::new(code, message)), retry_after_seconds: None }
    }

    /// The same error, about this part of the body: a JSON pointer.
    pub(crate) fn at(mut self, pointer: String) -> Self {
        self.info.source = Some(ErrorSource { pointer: Some(pointer) });
        self
    }

    fn caused_by(mut self, code: i64, message: &str) -> Self {
        self.info.error_chain.push(ErrorCause { code, message: message.to_owned() });
        self
    }

    fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }
}

/// Routes and methods.
impl ApiError {
    /// No such route, or an id in it that cannot be one.
    pub(crate) fn no_route(path: &str) -> Self {
        const LONGEST: usize = 2048;
        let shown: String = path.chars().take(LONGEST).collect();
        let message = format!("Could not route to {shown}, perhaps your object identifier is invalid?");
        Self::new(StatusCode::NOT_FOUND, code::NO_ROUTE, message)
    }

    /// The route exists, but not with this method.
    pub(crate) fn method_not_available(method: &Method) -> Self {
        let message = format!("Method {method} not available for that URI.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, code::METHOD_NOT_AVAILABLE, message)
    }
}

/// Who calls, and what they may do.
impl ApiError {
    pub(crate) fn missing_credentials() -> Self {
        const MESSAGE: &str = "Missing X-Auth-Key, X-Auth-Email or Authorization headers";
        Self::new(StatusCode::BAD_REQUEST, code::MISSING_CREDENTIALS, MESSAGE)
    }

    fn invalid_headers() -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::INVALID_HEADERS, "Invalid request headers")
    }

    /// `Authorization` is not `Bearer` and an API token.
    pub(crate) fn invalid_authorization_header() -> Self {
        const MESSAGE: &str = "Invalid format for Authorization header";
        Self::invalid_headers().caused_by(code::INVALID_AUTHORIZATION_HEADER, MESSAGE)
    }

    /// One or both of the headers of a global API key cannot be what they should be.
    pub(crate) fn invalid_key_headers(email: bool, key: bool) -> Self {
        let error = Self::invalid_headers();
        let error = if email {
            error.caused_by(code::INVALID_EMAIL_HEADER, "Invalid format for X-Auth-Email header")
        } else {
            error
        };
        if key {
            error.caused_by(code::INVALID_KEY_HEADER, "Invalid format for X-Auth-Key header")
        } else {
            error
        }
    }

    pub(crate) fn unknown_key() -> Self {
        Self::new(StatusCode::FORBIDDEN, code::UNKNOWN_KEY, "Unknown X-Auth-Key or X-Auth-Email")
    }

    /// Unknown, expired, disabled or deleted: which one, the caller is not told.
    pub(crate) fn invalid_access_token() -> Self {
        Self::new(StatusCode::FORBIDDEN, code::INVALID_ACCESS_TOKEN, "Invalid access token")
    }

    pub(crate) fn wrong_location(address: impl fmt::Display) -> Self {
        let message = format!("Cannot use the access token from location: {address}");
        Self::new(StatusCode::FORBIDDEN, code::INVALID_ACCESS_TOKEN, message)
    }

    /// An API token that would permit more than the credential that asks for it.
    pub(crate) fn too_strong(detail: impl fmt::Display) -> Self {
        let message = format!("Unauthorized to access requested resource: {detail}");
        Self::new(StatusCode::FORBIDDEN, code::INVALID_ACCESS_TOKEN, message)
    }

    /// Verifying says so of every token that does not work.
    pub(crate) fn invalid_api_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code::INVALID_API_TOKEN, "Invalid API Token")
    }

    /// Too little permission, or another's account or zone, or one that does not exist (I7).
    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, code::AUTHENTICATION_ERROR, AUTHENTICATION_ERROR)
    }
}

/// What was asked for.
impl ApiError {
    pub(crate) fn invalid_application_id() -> Self {
        const MESSAGE: &str = "access.api.error.invalid_application_id";
        Self::new(StatusCode::BAD_REQUEST, code::INVALID_APPLICATION_ID, MESSAGE)
    }

    pub(crate) fn unknown_application() -> Self {
        const MESSAGE: &str = "access.api.error.unknown_application";
        Self::new(StatusCode::NOT_FOUND, code::UNKNOWN_APPLICATION, MESSAGE)
    }

    pub(crate) fn application_already_exists() -> Self {
        const MESSAGE: &str = "access.api.error.application_already_exists";
        Self::new(StatusCode::CONFLICT, code::APPLICATION_ALREADY_EXISTS, MESSAGE)
    }

    pub(crate) fn zone_already_exists() -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::ZONE_ALREADY_EXISTS, "the zone already exists")
    }

    /// Everything but applications.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "access.api.error.not_found")
    }

    pub(crate) fn service_token_in_use() -> Self {
        const MESSAGE: &str = "access.api.error.service_token_in_use: cannot delete service token because it is \
                               used by a policy, group, or app SCIM configuration.";
        Self::new(StatusCode::BAD_REQUEST, code::SERVICE_TOKEN_IN_USE, MESSAGE)
    }

    pub(crate) fn invalid_url_parameter() -> Self {
        const MESSAGE: &str = "access.api.error.invalid_url_parameter_value";
        Self::new(StatusCode::BAD_REQUEST, code::INVALID_URL_PARAMETER, MESSAGE)
    }
}

/// Bodies.
impl ApiError {
    /// The body asks for something that cannot be, and `detail` says what.
    pub(crate) fn invalid_request(detail: impl fmt::Display) -> Self {
        Self::invalid(StatusCode::BAD_REQUEST, detail)
    }

    fn invalid(status: StatusCode, detail: impl fmt::Display) -> Self {
        let message = format!("access.api.error.invalid_request: {detail}");
        Self::new(status, code::INVALID_REQUEST, message)
    }

    pub(crate) fn unsupported_media_type(found: &str) -> Self {
        let detail = format_args!("the body must be application/json, not {found}");
        Self::invalid(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    }

    pub(crate) fn body_too_long(limit: usize) -> Self {
        Self::invalid(StatusCode::PAYLOAD_TOO_LARGE, format_args!("the body is longer than {limit} bytes"))
    }

    pub(crate) fn body_too_slow() -> Self {
        Self::invalid(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time")
    }

    pub(crate) fn body_unreadable(error: impl fmt::Display) -> Self {
        Self::invalid_request(format_args!("the body could not be read: {error}"))
    }
}

/// The server.
impl ApiError {
    /// A fault of this server. The caller learns nothing of it; the log does.
    pub(crate) fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, "Internal server error")
    }

    /// The store is away, and nothing was written.
    pub(crate) fn unavailable(cause: impl fmt::Display) -> Self {
        const MESSAGE: &str = "access.api.error.unavailable: the store is unavailable; nothing was written, and repeating is safe";
        tracing::error!(%cause, "the store is unavailable");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code::UNAVAILABLE, MESSAGE).retry_after(1)
    }

    /// The store did not confirm what was written.
    pub(crate) fn unconfirmed(cause: impl fmt::Display) -> Self {
        const MESSAGE: &str =
            "access.api.error.unconfirmed: the store did not confirm the change; it may have been written";
        tracing::error!(%cause, "the store did not confirm a commit");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code::UNCONFIRMED, MESSAGE).retry_after(1)
    }

    pub(crate) fn not_ready(reason: &str) -> Self {
        let message = format!("the gate cannot admit anybody: {reason}");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code::NOT_READY, message).retry_after(1)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let envelope = Envelope::<()>::failure(vec![*self.info]);
        // Numbers and strings always become JSON; were they not to, an empty body would be the least of it.
        let body = serde_json::to_vec(&envelope).unwrap_or_default();
        let mut response = json(self.status, body.into());
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<std::convert::Infallible> for ApiError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}
