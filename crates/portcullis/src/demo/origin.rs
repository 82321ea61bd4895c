//! The demo's own web application, which counts what reaches it.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// A request or message that its sender began once `revoke_tokens` had been answered carries this.
pub(super) const AFTER_ANSWER: &str = "x-demo-after-answer";
/// Between two chunks of the long stream.
const STREAM_PAUSE: Duration = Duration::from_millis(10);

/// What the origin has seen. Nobody else's word counts for what was admitted.
#[derive(Debug)]
pub(super) struct Ledger {
    started: Instant,
    requests: AtomicU64,
    messages: AtomicU64,
    revoked: OnceLock<HashSet<String>>,
    too_late: AtomicU64,
}

impl Ledger {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            started: Instant::now(),
            requests: AtomicU64::new(0),
            messages: AtomicU64::new(0),
            revoked: OnceLock::new(),
            too_late: AtomicU64::new(0),
        })
    }

    /// The tokens that are about to be revoked.
    pub(super) fn expect_revoked(&self, tokens: HashSet<String>) {
        self.revoked.get_or_init(|| tokens);
    }

    /// Requests that reached the origin.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    /// WebSocket messages that reached the origin.
    pub(super) fn messages(&self) -> u64 {
        self.messages.load(Ordering::SeqCst)
    }

    /// Requests and messages that were sent with a revoked token after the answer, and got here.
    pub(super) fn too_late(&self) -> u64 {
        self.too_late.load(Ordering::SeqCst)
    }

    /// The time on the clock that the stream's chunks are stamped with.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn is_revoked(&self, headers: &HeaderMap) -> bool {
        let token = headers.get("cf-access-jwt-assertion").and_then(|value| value.to_str().ok());
        let revoked = self.revoked.get();
        token.is_some_and(|token| revoked.is_some_and(|revoked| revoked.contains(token)))
    }

    fn count_request(&self, headers: &HeaderMap) {
        self.requests.fetch_add(1, Ordering::SeqCst);
        if headers.contains_key(AFTER_ANSWER) && self.is_revoked(headers) {
            self.too_late.fetch_add(1, Ordering::SeqCst);
        }
    }
}

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Serves until it is dropped.
pub(super) async fn serve(listener: TcpListener, ledger: Arc<Ledger>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
            Some(_) = connections.join_next() => continue,
        };
        let ledger = ledger.clone();
        connections.spawn(async move {
            // A gate that cuts a connection is what this program is about: no error to report.
            let sockets = tokio_util::task::TaskTracker::new();
            let service = service_fn(|request| {
                let answer = answer(request, &ledger, &sockets);
                async move { Ok::<_, Infallible>(answer) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades();
            _ = connection.await;
            sockets.close();
            sockets.wait().await;
        });
    }
}

fn answer(
    request: Request<Incoming>,
    ledger: &Arc<Ledger>,
    sockets: &tokio_util::task::TaskTracker,
) -> Response<Body> {
    ledger.count_request(request.headers());
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/ws") => accept_websocket(request, ledger, sockets),
        (&Method::GET, "/stream") => stream(ledger.clone()),
        (&Method::GET, path) => page(path),
        _ => status(StatusCode::METHOD_NOT_ALLOWED),
    }
}

fn page(path: &str) -> Response<Body> {
    let text = format!(
        "<!doctype html><title>Wiki</title><h1>The demo's wiki</h1><p>This is <code>{}</code>. You can only read \
         it because the gate let you in.</p>",
        path.replace(['<', '>', '&', '"'], "?")
    );
    let mut response = Response::new(Full::from(text).boxed_unsync());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, http::HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// A stream without an end; each chunk is the time at which the origin made it, in microseconds.
fn stream(ledger: Arc<Ledger>) -> Response<Body> {
    let chunks = futures_util::stream::unfold(ledger, |ledger| async move {
        tokio::time::sleep(STREAM_PAUSE).await;
        let chunk = format!("{}\n", ledger.elapsed().as_micros());
        Some((Ok(Frame::data(Bytes::from(chunk))), ledger))
    });
    Response::new(StreamBody::new(chunks).boxed_unsync())
}

fn accept_websocket(
    mut request: Request<Incoming>,
    ledger: &Arc<Ledger>,
    sockets: &tokio_util::task::TaskTracker,
) -> Response<Body> {
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY).cloned() else {
        return status(StatusCode::BAD_REQUEST);
    };
    let (upgrade, ledger) = (hyper::upgrade::on(&mut request), ledger.clone());
    let headers = request.headers().clone();
    sockets.spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            echo(upgraded, &ledger, &headers).await;
        }
    });
    let mut response = status(StatusCode::SWITCHING_PROTOCOLS);
    let accept = derive_accept_key(key.as_bytes());
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, http::HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, http::HeaderValue::from_static("websocket"));
    if let Ok(accept) = accept.parse() {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

async fn echo(upgraded: Upgraded, ledger: &Ledger, headers: &HeaderMap) {
    let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
    while let Some(Ok(message)) = socket.next().await {
        ledger.messages.fetch_add(1, Ordering::SeqCst);
        if message.to_text().is_ok_and(|text| text == AFTER_ANSWER) && ledger.is_revoked(headers) {
            ledger.too_late.fetch_add(1, Ordering::SeqCst);
        }
        if message.is_close() || socket.send(message).await.is_err() {
            return;
        }
    }
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Full::from(Bytes::new()).boxed_unsync());
    *response.status_mut() = status;
    response
}
