//! Bodies on their way through, chunk by chunk.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep_until};

use super::limits::Limits;
use super::origins::Origin;
use super::pool::OriginConnection;
use crate::line::{ClientHold, Line, OriginHold};

/// Why a body ended before its end. The connection that it was meant for is aborted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    #[error("the peer sent nothing for too long")]
    Idle,
    #[error("the peer's message broke off")]
    BrokenOff(#[source] hyper::Error),
}

/// How long a peer may be silent.
struct IdleTimer {
    limit: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
    running: bool,
}

impl IdleTimer {
    fn new(limit: Duration) -> Self {
        Self { limit, sleep: None, running: false }
    }

    /// Ready once nothing has come for too long; to be polled whenever nothing comes.
    fn poll_silence(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let deadline = Instant::now() + self.limit;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if !self.running {
            sleep.as_mut().reset(deadline);
            self.running = true;
        }
        sleep.as_mut().poll(context)
    }

    fn progress(&mut self) {
        self.running = false;
    }
}

type FramePoll = Poll<Option<Result<Frame<Bytes>, BodyError>>>;

fn poll_incoming(incoming: &mut Incoming, idle: &mut IdleTimer, context: &mut Context<'_>) -> FramePoll {
    if let Poll::Ready(frame) = Pin::new(incoming).poll_frame(context) {
        idle.progress();
        return Poll::Ready(frame.map(|frame| frame.map_err(BodyError::BrokenOff)));
    }
    ready!(idle.poll_silence(context));
    Poll::Ready(Some(Err(BodyError::Idle)))
}

/// The body of a request, from the client to the origin.
pub(crate) struct RequestBody {
    incoming: Incoming,
    idle: IdleTimer,
    ended: bool,
    /// The origin's connection, which must know when the request is whole.
    line: Arc<Line>,
    /// Dropped when the body ends: the answer's head is due.
    sending: Option<oneshot::Sender<()>>,
}

impl RequestBody {
    /// The body, and what becomes ready when it has ended; nothing if it is empty.
    pub(super) fn new(
        incoming: Incoming,
        line: Arc<Line>,
        limits: &Limits,
    ) -> (Self, Option<oneshot::Receiver<()>>) {
        let (sending, sent) = (!incoming.is_end_stream()).then(oneshot::channel).unzip();
        let idle = IdleTimer::new(limits.request_body_idle);
        (Self { incoming, idle, ended: false, line, sending }, sent)
    }

    /// The same body for another connection; nothing of it was read.
    pub(super) fn moved_to(mut self, line: Arc<Line>) -> (Self, Option<oneshot::Receiver<()>>) {
        let (sending, sent) = self.sending.take().map(|_| oneshot::channel()).unzip();
        self.line = line;
        self.sending = sending;
        (self, sent)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> FramePoll {
        let this = &mut *self;
        let frame = ready!(poll_incoming(&mut this.incoming, &mut this.idle, context));
        this.ended |= is_last(frame.as_ref());
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if self.ended || self.incoming.is_end_stream() {
            self.line.request_buffered();
        }
    }
}

fn is_last(frame: Option<&Result<Frame<Bytes>, BodyError>>) -> bool {
    match frame {
        None => true,
        Some(Ok(frame)) => frame.is_trailers(),
        Some(Err(_)) => false,
    }
}

/// The body of an answer, from the origin to the client. It keeps the exchange on the books.
pub(crate) struct ResponseBody {
    incoming: Incoming,
    idle: IdleTimer,
    ended: bool,
    exchange: Option<(ClientHold, OriginHold, OriginConnection)>,
    origin: Arc<Origin>,
    limits: Limits,
}

impl ResponseBody {
    pub(super) fn new(
        incoming: Incoming,
        exchange: (ClientHold, OriginHold, OriginConnection),
        origin: Arc<Origin>,
        limits: Limits,
    ) -> Self {
        let idle = IdleTimer::new(limits.response_body_idle);
        Self { incoming, idle, ended: false, exchange: Some(exchange), origin, limits }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> FramePoll {
        let this = &mut *self;
        let frame = ready!(poll_incoming(&mut this.incoming, &mut this.idle, context));
        this.ended |= is_last(frame.as_ref());
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        let Some((client, origin, connection)) = self.exchange.take() else { return };
        if (self.ended || self.incoming.is_end_stream()) && origin.finish() {
            self.origin.keep(connection, &self.limits);
        }
        // Last: the client's line lets go with the next flush.
        drop(client);
    }
}
