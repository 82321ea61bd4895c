//! One of the demo's clients: it logs in with its service token, and then uses what it was given.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{Request, Response, header};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::DemoError;
use super::origin::{AFTER_ANSWER, Ledger};

/// Refusals that each client waits for before it is satisfied.
const REFUSALS: u32 = 5;

/// The credentials of one service token.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) client_id: String,
    pub(super) client_secret: String,
}

/// How a client uses its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One request after another.
    Pages,
    /// An open WebSocket, and messages over it.
    WebSocket,
    /// An endless answer.
    Stream,
}

/// What all clients share: when the answer came, and what they saw.
#[derive(Debug)]
pub(super) struct Watch {
    ledger: Arc<Ledger>,
    answered: AtomicBool,
    answered_at: AtomicU64,
    refused: AtomicU64,
    closed: AtomicU64,
    last_refusal: Mutex<Duration>,
    received_too_late: AtomicU64,
    not_revoked: Mutex<Vec<String>>,
}

impl Watch {
    pub(super) fn new(ledger: Arc<Ledger>) -> Arc<Self> {
        Arc::new(Self {
            ledger,
            answered: AtomicBool::new(false),
            answered_at: AtomicU64::new(u64::MAX),
            refused: AtomicU64::new(0),
            closed: AtomicU64::new(0),
            last_refusal: Mutex::new(Duration::ZERO),
            received_too_late: AtomicU64::new(0),
            not_revoked: Mutex::new(Vec::new()),
        })
    }

    /// `revoke_tokens` has been answered: from here on every request and message says so.
    pub(super) fn answer_came(&self) {
        let micros = u64::try_from(self.ledger.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.answered_at.store(micros, Ordering::SeqCst);
        self.answered.store(true, Ordering::SeqCst);
    }

    fn is_answered(&self) -> bool {
        self.answered.load(Ordering::SeqCst)
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::SeqCst)
    }

    pub(super) fn closed(&self) -> u64 {
        self.closed.load(Ordering::SeqCst)
    }

    /// Chunks of a stream that the origin made after the answer and a client received.
    pub(super) fn received_too_late(&self) -> u64 {
        self.received_too_late.load(Ordering::SeqCst)
    }

    /// When the last client was refused for the first time, or saw its connection closed.
    pub(super) fn last_refusal(&self) -> Duration {
        *self.last_refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers that were refusals for another reason than the revocation.
    pub(super) fn oddities(&self) -> Vec<String> {
        self.not_revoked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn first_refusal(&self) {
        let mut last = self.last_refusal.lock().unwrap_or_else(PoisonError::into_inner);
        *last = self.ledger.elapsed().max(*last);
    }

    fn odd(&self, what: String) {
        self.not_revoked.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }
}

/// A connection to the gate.
struct Connection {
    send: SendRequest<Empty<Bytes>>,
    _driver: tokio::task::JoinSet<()>,
}

impl Connection {
    async fn open(gate: SocketAddr) -> Result<Self, DemoError> {
        let stream = TcpStream::connect(gate).await.map_err(DemoError::Gate)?;
        _ = stream.set_nodelay(true);
        let (send, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(DemoError::Http)?;
        let mut driver = tokio::task::JoinSet::new();
        driver.spawn(async move { _ = connection.await });
        Ok(Self { send, _driver: driver })
    }

    async fn send(&mut self, request: Request<Empty<Bytes>>) -> Result<Response<Incoming>, hyper::Error> {
        self.send.ready().await?;
        self.send.send_request(request).await
    }
}

/// A client of one application.
#[derive(Clone)]
pub(super) struct Visitor {
    pub(super) gate: SocketAddr,
    pub(super) host: String,
    pub(super) token: String,
}

impl Visitor {
    /// Logs in: the gate answers service credentials with the page and a cookie.
    pub(super) async fn log_in(
        gate: SocketAddr,
        host: &str,
        credentials: &Credentials,
    ) -> Result<Self, DemoError> {
        let request = Request::get("/")
            .header(header::HOST, host)
            .header("cf-access-client-id", &credentials.client_id)
            .header("cf-access-client-secret", &credentials.client_secret)
            .body(Empty::new())
            .map_err(DemoError::Request)?;
        let response = Connection::open(gate).await?.send(request).await.map_err(DemoError::Http)?;
        let token = token_of(&response).ok_or(DemoError::NotAdmitted(response.status()))?;
        Ok(Self { gate, host: host.into(), token })
    }

    /// One request with the token alone, and what the gate says: a status and a reason.
    pub(super) async fn ask(&self) -> Result<(u16, String), DemoError> {
        let mut connection = Connection::open(self.gate).await?;
        let response = connection.send(self.page(0, false)?).await.map_err(DemoError::Http)?;
        Ok((response.status().as_u16(), reason_of(&response)))
    }

    fn page(&self, number: u64, after_answer: bool) -> Result<Request<Empty<Bytes>>, DemoError> {
        let mut request = Request::get(format!("/page/{number}"))
            .header(header::HOST, &self.host)
            .header(header::COOKIE, format!("CF_Authorization={}", self.token));
        if after_answer {
            request = request.header(AFTER_ANSWER, "1");
        }
        request.body(Empty::new()).map_err(DemoError::Request)
    }

    /// Uses the token until it has been refused often enough.
    pub(super) async fn stay(self, kind: Kind, watch: Arc<Watch>) -> Result<(), DemoError> {
        match kind {
            Kind::Pages => {}
            Kind::WebSocket => self.talk(&watch).await?,
            Kind::Stream => self.listen(&watch).await?,
        }
        self.turn_pages(&watch).await
    }

    /// Asks for one page after another until `REFUSALS` of them are refused in a row.
    async fn turn_pages(&self, watch: &Watch) -> Result<(), DemoError> {
        let mut connection = Connection::open(self.gate).await?;
        let (mut number, mut refusals) = (0, 0);
        while refusals < REFUSALS {
            number += 1;
            let request = self.page(number, watch.is_answered())?;
            match connection.send(request).await {
                Ok(response) if response.status().is_success() => {
                    refusals = 0;
                    _ = response.into_body().collect().await;
                }
                Ok(response) => {
                    refusals += 1;
                    watch.refused.fetch_add(1, Ordering::SeqCst);
                    if refusals == 1 {
                        watch.first_refusal();
                    }
                    let reason = reason_of(&response);
                    if reason != "revoked" {
                        watch.odd(format!("{} {reason}", response.status()));
                    }
                    _ = response.into_body().collect().await;
                }
                // Cut in the middle of an exchange: what was asked for comes again on a new connection.
                Err(_) => connection = Connection::open(self.gate).await?,
            }
        }
        Ok(())
    }

    /// Sends messages over a WebSocket until it is closed.
    async fn talk(&self, watch: &Watch) -> Result<(), DemoError> {
        let mut request =
            format!("ws://{}/ws", self.host).into_client_request().map_err(DemoError::socket)?;
        let cookie = format!("CF_Authorization={}", self.token);
        request.headers_mut().insert(header::COOKIE, cookie.parse().map_err(DemoError::header)?);
        let stream = TcpStream::connect(self.gate).await.map_err(DemoError::Gate)?;
        let (mut socket, _) =
            tokio_tungstenite::client_async(request, stream).await.map_err(DemoError::socket)?;
        loop {
            let text = if watch.is_answered() { AFTER_ANSWER } else { "hello" };
            let sent = socket.send(Message::Text(Utf8Bytes::from_static(text))).await;
            if sent.is_err() || !matches!(socket.next().await, Some(Ok(Message::Text(_)))) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        watch.closed.fetch_add(1, Ordering::SeqCst);
        watch.first_refusal();
        Ok(())
    }

    /// Reads an endless answer until it is cut.
    async fn listen(&self, watch: &Watch) -> Result<(), DemoError> {
        let request = Request::get("/stream")
            .header(header::HOST, &self.host)
            .header(header::COOKIE, format!("CF_Authorization={}", self.token))
            .body(Empty::new())
            .map_err(DemoError::Request)?;
        let mut connection = Connection::open(self.gate).await?;
        let mut body = connection.send(request).await.map_err(DemoError::Http)?.into_body();
        while let Some(Ok(frame)) = body.frame().await {
            let Some(chunk) = frame.data_ref() else { continue };
            let stamps = std::str::from_utf8(chunk).unwrap_or_default().lines();
            let answered_at = watch.answered_at.load(Ordering::SeqCst);
            let late =
                stamps.filter_map(|stamp| stamp.parse::<u64>().ok()).filter(|at| *at > answered_at).count();
            watch.received_too_late.fetch_add(late as u64, Ordering::SeqCst);
        }
        watch.closed.fetch_add(1, Ordering::SeqCst);
        watch.first_refusal();
        Ok(())
    }
}

fn token_of(response: &Response<Incoming>) -> Option<String> {
    let cookies = response.headers().get_all(header::SET_COOKIE).iter();
    let mut values = cookies.filter_map(|cookie| cookie.to_str().ok()?.strip_prefix("CF_Authorization="));
    let value = values.next()?.split(';').next()?;
    (response.status().is_success() && !value.is_empty()).then(|| value.to_owned())
}

fn reason_of(response: &Response<Incoming>) -> String {
    let reason = response.headers().get("portcullis-reason").and_then(|value| value.to_str().ok());
    reason.unwrap_or("no reason given").to_owned()
}
