//! Connections of asking proxies.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use portcullis_gate::Verdict;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::answers::{self, Way};
use super::forwarded;
use crate::body::Body;
use crate::enforcer::Enforcer;
use crate::render::Page;

/// How much the asking proxies get.
#[derive(Clone, Copy, Debug)]
pub struct DecisionLimits {
    /// Connections at once; more wait in the kernel's queue. They are trusted proxies' own and stay open
    /// for as long as those like. Default 10 000.
    pub connections: usize,
    /// Bytes of a question's head. At least 8 KiB. Default 64 KiB.
    pub head_bytes: usize,
    /// For how long questions under way may go on after the shutdown. Default 5 s.
    pub drain: Duration,
}

impl Default for DecisionLimits {
    fn default() -> Self {
        Self { connections: 10_000, head_bytes: 64 << 10, drain: Duration::from_secs(5) }
    }
}

/// Answers the proxies that ask on `listener` until `shutdown`.
pub async fn serve_decisions(
    listener: TcpListener,
    enforcer: Arc<Enforcer>,
    limits: DecisionLimits,
    shutdown: CancellationToken,
) {
    let mut connections = JoinSet::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            (place, accepted) = accepted => match accepted {
                Ok((stream, peer)) => {
                    let decisions = Decisions { enforcer: enforcer.clone(), peer: peer.ip().to_canonical() };
                    let connection = serve_connection(stream, decisions, limits, shutdown.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                Err(error) => accept_failed(&error).await,
            },
            Some(_) = connections.join_next() => {}
            () = shutdown.cancelled() => break,
        }
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, drained).await.is_err() {
        tracing::warn!("questions were still under way at the end of the shutdown's time, and are cut off");
    }
    connections.shutdown().await;
}

/// Out of file descriptors or memory: others may give some back.
pub(crate) async fn accept_failed(error: &std::io::Error) {
    tracing::error!(%error, "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn serve_connection(
    stream: TcpStream,
    decisions: Decisions,
    limits: DecisionLimits,
    shutdown: CancellationToken,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a proxy was gone before it was served");
        return;
    }
    let connection = http1::Builder::new()
        .pipeline_flush(true)
        .max_buf_size(limits.head_bytes.max(8192))
        .serve_connection(TokioIo::new(stream), decisions);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = &error as &dyn std::error::Error, "a proxy's connection ended");
    }
}

/// Judges the questions of one connection.
struct Decisions {
    enforcer: Arc<Enforcer>,
    peer: IpAddr,
}

impl Service<Request<Incoming>> for Decisions {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, request: Request<Incoming>) -> Answer {
        let Some(way) = Way::of(request.uri().path()) else { return Answer::now(self.not_found()) };
        let question = match forwarded::read(request.headers(), self.peer, &self.enforcer.options) {
            Ok(question) => question,
            Err(error) => {
                let headers = request.headers();
                return Answer::now(answers::bad_question(&self.enforcer, headers, self.peer, error));
            }
        };
        let access = question.inbound.access_request(&question.method, request.headers());
        match self.enforcer.gate.check(&access) {
            Verdict::Pass(pass) => Answer::now(answers::pass(&pass, &question)),
            verdict => {
                let enforcer = self.enforcer.clone();
                Answer::Later(Box::pin(async move {
                    answers::decide(&enforcer, way, &question, request.headers(), verdict).await
                }))
            }
        }
    }
}

impl Decisions {
    fn not_found(&self) -> Response<Body> {
        let ray = self.enforcer.rays.next();
        let message = "Decisions are at /forward-auth and /auth-request.";
        Page { status: StatusCode::NOT_FOUND, message, host: None, ray }.render()
    }
}

/// An answer: most are known at once, and cost no allocation for a future.
enum Answer {
    Now(Ready<Response<Body>>),
    Later(BoxFuture<'static, Response<Body>>),
}

impl Answer {
    fn now(response: Response<Body>) -> Self {
        Self::Now(ready(response))
    }
}

impl Future for Answer {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Now(ready) => Pin::new(ready).poll(context).map(Ok),
            Self::Later(later) => later.as_mut().poll(context).map(Ok),
        }
    }
}
