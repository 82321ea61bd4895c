//! The team domain: where verifiers find the keys of tokens, and where people are sent to log in.
//!
//! No identity provider can be configured yet, so the login page says so; machines log in at the gate
//! itself, with service tokens.

mod certs;
mod page;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use portcullis_control::Control;

/// Answers a request for the team domain.
///
/// `path` is as it was received, without its query.
pub fn respond(control: &Control, method: &Method, path: &str) -> Response<Bytes> {
    if method != Method::GET && method != Method::HEAD {
        return page::method_not_allowed();
    }
    match path {
        "/cdn-cgi/access/certs" => certs::respond(control),
        "/cdn-cgi/access/get-identity" => {
            page::json(StatusCode::BAD_REQUEST, &serde_json::json!({"err": "no app token set"}))
        }
        path => match path.strip_prefix("/cdn-cgi/access/login/") {
            Some(host) => page::no_identity_provider(host),
            None => page::not_found(),
        },
    }
}
