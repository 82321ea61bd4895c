//! Self-contained pages.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

use super::ray::Ray;
use crate::body::Body;

/// What a page says. Every part is escaped.
pub(crate) struct Page<'a> {
    pub(crate) status: StatusCode,
    pub(crate) message: &'a str,
    pub(crate) host: Option<&'a str>,
    pub(crate) ray: Ray,
}

impl Page<'_> {
    /// The page, and the id of the answer in `cf-ray`.
    pub(crate) fn render(&self) -> Response<Body> {
        let mut response = answer(self.status, "text/html; charset=utf-8", self.html().into());
        response.headers_mut().insert("cf-ray", self.ray.header());
        let headers = response.headers_mut();
        headers.insert("content-security-policy", HeaderValue::from_static(POLICY));
        headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
        response
    }

    fn html(&self) -> String {
        let title = format!("{} {}", self.status.as_u16(), self.status.canonical_reason().unwrap_or("Error"));
        let host = self.host.map_or_else(String::new, |host| format!("<p>Host: {}</p>", escape(host)));
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
             <body><h1>{title}</h1><p>{message}</p>{host}<p>Ray ID: {ray}</p></body></html>\n",
            message = escape(self.message),
            ray = self.ray,
        )
    }
}

/// Nothing on these pages is loaded or run.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// An answer that nobody may store.
pub(crate) fn answer(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(if body.is_empty() { Body::Empty } else { Body::Full(body) });
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A JSON answer that nobody may store.
pub(crate) fn json(status: StatusCode, value: &serde_json::Value) -> Response<Body> {
    answer(status, "application/json; charset=utf-8", value.to_string().into())
}

fn escape(text: &str) -> String {
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
    use super::super::Rays;
    use super::*;

    #[test]
    fn nothing_on_a_page_can_become_markup() {
        let page = Page {
            status: StatusCode::FORBIDDEN,
            message: "<script>\"'&",
            host: Some("<b>"),
            ray: Rays::default().next(),
        };
        let html = page.html();
        assert!(html.contains("<title>403 Forbidden</title>"), "{html}");
        assert!(html.contains("&lt;script&gt;&quot;&#39;&amp;") && html.contains("&lt;b&gt;"), "{html}");
    }
}
