//! `GET /cdn-cgi/access/certs`: the public keys, current one first, then those whose tokens are still valid.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use portcullis_control::Control;

use crate::page;

/// How long a verifier may keep the document; a key is published before it first signs.
const MAX_AGE: HeaderValue = HeaderValue::from_static("public, max-age=60");

pub(crate) fn respond(control: &Control) -> Response<Bytes> {
    let Some(certs) = control.certs() else {
        tracing::error!("there is no signing key to publish");
        return page::unavailable();
    };
    let mut response = page::json(StatusCode::OK, &certs);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, MAX_AGE);
    // The keys are public, and single-page applications fetch them from other origins.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
