//! The request body, as JSON.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::errors::ApiError;
use crate::json::{self, Fault};

/// The longest body that is read.
const MAX_BYTES: usize = 1024 * 1024;
/// For how long a client may take to send it.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// The start of media types that cannot be JSON, whatever the body looks like.
const NEVER_JSON: [&str; 5] = ["multipart/", "image/", "audio/", "video/", "font/"];

/// A body that is a `T`.
///
/// JSON is read whatever the content type says, because clients forget it; only what is plainly
/// something else is refused for its type.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let media_type = media_type(&parts.headers);
        if NEVER_JSON.iter().any(|prefix| media_type.starts_with(prefix)) {
            return Err(ApiError::unsupported_media_type(&media_type));
        }
        if let Some(encoding) = content_encoding(&parts.headers) {
            return Err(ApiError::unsupported_media_type(encoding));
        }
        let bytes = read(body).await?;
        json::parse(&bytes).map(Self).map_err(|fault| refusal(fault, &media_type))
    }
}

async fn read(body: Body) -> Result<Bytes, ApiError> {
    let collected = tokio::time::timeout(READ_TIMEOUT, Limited::new(body, MAX_BYTES).collect()).await;
    match collected {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ApiError::body_too_long(MAX_BYTES)),
        Ok(Err(error)) => Err(ApiError::body_unreadable(error)),
        Err(_) => Err(ApiError::body_too_slow()),
    }
}

fn refusal(fault: Fault, media_type: &str) -> ApiError {
    let may_be_json = media_type.is_empty() || media_type.contains("json") || media_type == "text/plain";
    match fault {
        Fault::Malformed(_) if !may_be_json => ApiError::unsupported_media_type(media_type),
        Fault::Malformed(detail) => {
            ApiError::invalid_request(format!("the body is not valid JSON: {detail}"))
        }
        Fault::Mistyped { pointer, detail } => ApiError::invalid_request(detail).at(pointer),
    }
}

/// The media type without parameters, lower case; empty if there is none.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The content encoding, if there is one that would have to be undone.
fn content_encoding(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_ENCODING)?.to_str().unwrap_or("an unknown encoding").trim();
    (!value.is_empty() && !value.eq_ignore_ascii_case("identity")).then_some(value)
}
