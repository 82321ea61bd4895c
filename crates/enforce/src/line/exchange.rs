//! One admitted request and its answer, and the two lines that they use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portcullis_gate::{Cut, OpenGuard};

use super::state::Line;

/// A request that is forwarded, from its admission to the last byte of its answer.
#[derive(Debug)]
pub(crate) struct Exchange {
    client: Arc<Line>,
    origin: Arc<Line>,
    cut: AtomicBool,
}

/// The exchange was cut before its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("revoked before anything was sent")]
pub(crate) struct CutBeforeStart;

impl Exchange {
    pub(crate) fn new(client: Arc<Line>, origin: Arc<Line>) -> Arc<Self> {
        Arc::new(Self { client, origin, cut: AtomicBool::new(false) })
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst)
    }

    /// Takes both lines. The exchange is on the books until both have let go of it.
    ///
    /// # Errors
    ///
    /// - [`CutBeforeStart`]: nothing was sent, and the client's line is as it was.
    pub(crate) fn start(
        self: Arc<Self>,
        guard: OpenGuard,
    ) -> Result<(ClientHold, OriginHold), CutBeforeStart> {
        let guard = Arc::new(guard);
        self.origin.hold(&self, &guard)?;
        let origin = OriginHold { exchange: self.clone(), finished: false };
        self.client.hold(&self, &guard)?;
        Ok((ClientHold { exchange: self }, origin))
    }
}

impl Cut for Exchange {
    fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        self.client.cut(self);
        self.origin.cut(self);
    }
}

/// Holds the client's line: dropped when the answer has ended, it lets go as soon as that is flushed.
#[derive(Debug)]
pub(crate) struct ClientHold {
    exchange: Arc<Exchange>,
}

impl ClientHold {
    /// Lets go at once: all bytes have been written, or never will be.
    pub(crate) fn release(self) {
        self.exchange.client.release(&self.exchange);
    }
}

impl Drop for ClientHold {
    fn drop(&mut self) {
        self.exchange.client.end(&self.exchange);
    }
}

/// Holds the origin's line. Dropped before the exchange is [finished](Self::finish), it aborts it.
#[derive(Debug)]
pub(crate) struct OriginHold {
    exchange: Arc<Exchange>,
    finished: bool,
}

impl OriginHold {
    /// The answer has ended. Returns whether the connection can carry another exchange: only after the
    /// whole request was sent and nothing was cut.
    pub(crate) fn finish(mut self) -> bool {
        let reusable = self.exchange.origin.request_sent() && !self.exchange.is_cut();
        if reusable {
            self.finished = true;
            self.exchange.origin.release(&self.exchange);
        }
        reusable
    }

    /// Lets go of the line without aborting it: everything was written, and its owner closes it.
    pub(crate) fn close(mut self) {
        self.finished = true;
        self.exchange.origin.release(&self.exchange);
    }
}

impl Drop for OriginHold {
    fn drop(&mut self) {
        if !self.finished {
            self.exchange.origin.abandon();
            self.exchange.origin.release(&self.exchange);
        }
    }
}
