//! CORS preflights that the gate answers itself. (Fetch standard, section 3.2.)

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use portcullis_model::CorsHeaders;

use super::page::answer;
use crate::body::Body;

/// 200 with what the application allows. An origin that it does not allow gets no `allow` headers, and
/// its browser sends nothing further.
pub(crate) fn preflight(cors: &CorsHeaders, request: &HeaderMap) -> Response<Body> {
    let mut response = answer(StatusCode::OK, "text/plain", Bytes::new());
    let headers = response.headers_mut();
    headers.insert(
        VARY,
        HeaderValue::from_static("origin, access-control-request-method, access-control-request-headers"),
    );
    let Some(origin) = allowed_origin(cors, request) else { return response };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let methods =
        allowed(cors.allow_all_methods, &cors.allowed_methods, request.get(ACCESS_CONTROL_REQUEST_METHOD));
    let names =
        allowed(cors.allow_all_headers, &cors.allowed_headers, request.get(ACCESS_CONTROL_REQUEST_HEADERS));
    for (name, value) in [(ACCESS_CONTROL_ALLOW_METHODS, methods), (ACCESS_CONTROL_ALLOW_HEADERS, names)] {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    if cors.allow_credentials {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if let Some(seconds) = cors.max_age {
        headers.insert(ACCESS_CONTROL_MAX_AGE, seconds.into());
    }
    response
}

/// The origin itself: `*` would not do together with credentials.
fn allowed_origin(cors: &CorsHeaders, request: &HeaderMap) -> Option<HeaderValue> {
    let origin = request.get(ORIGIN)?;
    let listed = || cors.allowed_origins.iter().any(|allowed| allowed == "*" || allowed.as_bytes() == origin);
    (cors.allow_all_origins || listed()).then(|| origin.clone())
}

fn allowed(all: bool, list: &[String], asked: Option<&HeaderValue>) -> Option<HeaderValue> {
    if all || list.iter().any(|item| item == "*") {
        return asked.cloned();
    }
    if list.is_empty() { None } else { HeaderValue::from_str(&list.join(", ")).ok() }
}
