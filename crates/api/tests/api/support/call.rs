//! One request, and what came of it.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use expect_test::Expect;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

const CLIENT: &str = "192.0.2.7:4711";

/// A request that has not been sent yet.
pub(crate) struct Call {
    router: Router,
    parts: http::request::Builder,
    body: Body,
    client: SocketAddr,
}

impl Call {
    pub(crate) fn new(router: Router, method: &str, path: &str) -> Self {
        let parts = Request::builder().method(method).uri(path);
        Self { router, parts, body: Body::empty(), client: CLIENT.parse().unwrap() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.parts = self.parts.header(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.parts.headers_mut().unwrap().remove(name);
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.without("authorization").header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn key(self, email: &str, key: &str) -> Self {
        self.without("authorization").header("x-auth-email", email).header("x-auth-key", key)
    }

    pub(crate) fn from(mut self, client: &str) -> Self {
        self.client = SocketAddr::new(client.parse().unwrap(), 4711);
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) async fn send(self) -> Reply {
        let mut request = self.parts.body(self.body).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.client));
        let response = self.router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Sends it and expects this status of a success.
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> impl Future<Output = Reply> {
        let caller = std::panic::Location::caller();
        async move {
            let reply = self.send().await;
            assert_eq!(reply.status.as_u16(), status, "at {caller}: {}", reply.text);
            assert_eq!(reply.json()["success"], true, "at {caller}: {}", reply.text);
            reply
        }
    }

    /// Sends it and expects this failure.
    #[track_caller]
    pub(crate) fn fails(self, status: u16, code: i64) -> impl Future<Output = Reply> {
        let caller = std::panic::Location::caller();
        async move {
            let reply = self.send().await;
            assert_eq!(
                (reply.status.as_u16(), reply.code()),
                (status, Some(code)),
                "at {caller}: {}",
                reply.text
            );
            reply
        }
    }
}

/// What came of a request.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn result(&self) -> Value {
        self.json()["result"].clone()
    }

    pub(crate) fn id(&self) -> String {
        self.result()["id"].as_str().unwrap().to_owned()
    }

    /// The number of the first error.
    pub(crate) fn code(&self) -> Option<i64> {
        self.json()["errors"][0]["code"].as_i64()
    }

    /// The text of the first error.
    pub(crate) fn message(&self) -> String {
        self.json()["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
    }

    /// The part of the body that the first error is about.
    pub(crate) fn pointer(&self) -> String {
        self.json()["errors"][0]["source"]["pointer"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status, the headers of this server, and the body, with what is drawn at random left out.
    #[track_caller]
    pub(crate) fn check(&self, expected: &Expect) {
        let mut body = self.json();
        redact(&mut body);
        let mut headers: Vec<_> = self.headers.iter().filter(|(name, _)| is_shown(name.as_str())).collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        let lines = headers.into_iter().map(|(name, value)| match name.as_str() {
            "portcullis-revision" => format!("{name}: <revision>"),
            _ => format!("{name}: {}", value.to_str().unwrap()),
        });
        let headers = lines.collect::<Vec<_>>().join("\n");
        let body = serde_json::to_string_pretty(&body).unwrap();
        expected.assert_eq(&format!("{}\n{headers}\n\n{body}\n", self.status));
    }
}

fn is_shown(name: &str) -> bool {
    name.starts_with("portcullis-")
        || matches!(name, "content-type" | "preference-applied" | "retry-after" | "allow")
}

/// Replaces what is drawn at random by its length.
fn redact(value: &mut Value) {
    const RANDOM: [&str; 7] = ["id", "uid", "aud", "client_id", "client_secret", "value", "token_id"];
    match value {
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if RANDOM.contains(&name.as_str()) => {
                        *text = format!("<{name} of {}>", text.len());
                    }
                    other => redact(other),
                }
            }
        }
        _ => {}
    }
}
