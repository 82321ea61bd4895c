//! Answers of the team domain.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde::Serialize;

pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response<Bytes> {
    match serde_json::to_vec(body) {
        Ok(text) => respond(status, "application/json; charset=UTF-8", text.into()),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            unavailable()
        }
    }
}

/// Where a person who needs to log in arrives as long as nobody can.
pub(crate) fn no_identity_provider(host: &str) -> Response<Bytes> {
    let host = percent_decode_str(host).decode_utf8_lossy();
    html(
        StatusCode::FORBIDDEN,
        "You need to log in",
        &format!(
            "<p><strong>{}</strong> is only for people who have logged in, and this server has no identity provider \
             yet through which you could.</p><p>Programs get in with a service token: the headers \
             <code>CF-Access-Client-Id</code> and <code>CF-Access-Client-Secret</code>.</p>",
            escaped(&host)
        ),
    )
}

pub(crate) fn not_found() -> Response<Bytes> {
    html(StatusCode::NOT_FOUND, "There is nothing here", "<p>This is the team domain of an access gate.</p>")
}

pub(crate) fn method_not_allowed() -> Response<Bytes> {
    let mut response = html(StatusCode::METHOD_NOT_ALLOWED, "Only GET is answered here", "");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

pub(crate) fn unavailable() -> Response<Bytes> {
    html(StatusCode::SERVICE_UNAVAILABLE, "Try again in a moment", "")
}

fn html(status: StatusCode, title: &str, body: &str) -> Response<Bytes> {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>body{{font:1.1em/1.5 system-ui,sans-serif;\
         max-width:36em;margin:15vh auto;padding:0 1em;color-scheme:light dark}}</style><h1>{title}</h1>{body}</html>"
    );
    respond(status, "text/html; charset=UTF-8", page.into())
}

fn respond(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

/// `text` as it can stand in HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_the_address_cannot_become_markup() {
        let page = no_identity_provider("%3Cscript%3Ealert(1)%3C/script%3E");
        let text = String::from_utf8(page.body().to_vec()).unwrap();
        assert!(text.contains("&lt;script&gt;"), "{text}");
        assert!(!text.contains("<script"), "{text}");
    }
}
