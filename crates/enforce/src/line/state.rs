//! Who holds a connection, and whether it was cut.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use portcullis_gate::{Gate, OpenGuard};
use tokio::net::TcpStream;

use super::exchange::{CutBeforeStart, Exchange};

/// A connection and the admitted exchanges whose bytes it carries.
pub(crate) struct Line {
    stream: TcpStream,
    gate: Arc<Gate>,
    /// The same as in the state, for reads, which take no lock.
    is_cut: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    cut: bool,
    held: Vec<Held>,
    /// A writer that waits for the lease.
    waiting: Option<Waker>,
    /// The request has been handed over to the connection whole.
    sent: Sent,
}

struct Held {
    exchange: Arc<Exchange>,
    guard: Arc<OpenGuard>,
    /// No more bytes of it will be produced; those that were may still be buffered.
    ended: bool,
}

/// How much of a request has left, on the side of the origin.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Sent {
    #[default]
    Partly,
    Buffered,
    Wholly,
}

impl Line {
    pub(crate) fn new(stream: TcpStream, gate: Arc<Gate>) -> Arc<Self> {
        Arc::new(Self { stream, gate, is_cut: AtomicBool::new(false), state: Mutex::default() })
    }

    pub(super) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::Acquire)
    }

    /// Lets `exchange` use the line from here on; `guard` keeps it on the books for as long.
    ///
    /// # Errors
    ///
    /// - [`CutBeforeStart`]: it was cut meanwhile, or the line itself was. Nothing was written.
    pub(super) fn hold(
        &self,
        exchange: &Arc<Exchange>,
        guard: &Arc<OpenGuard>,
    ) -> Result<(), CutBeforeStart> {
        let mut state = self.state.lock();
        // A cut marks the exchange first and then looks at the lines: one of the two sees the other.
        if state.cut || exchange.is_cut() {
            return Err(CutBeforeStart);
        }
        state.sent = Sent::Partly;
        state.held.push(Held { exchange: exchange.clone(), guard: guard.clone(), ended: false });
        Ok(())
    }

    /// No more bytes of `exchange` will be produced: it lets go with the next flush.
    pub(super) fn end(&self, exchange: &Arc<Exchange>) {
        let mut state = self.state.lock();
        for held in &mut state.held {
            held.ended |= Arc::ptr_eq(&held.exchange, exchange);
        }
    }

    /// Lets go of `exchange` at once.
    pub(super) fn release(&self, exchange: &Arc<Exchange>) {
        self.release_if(|held| Arc::ptr_eq(&held.exchange, exchange));
    }

    /// Everything that was buffered has been handed to the kernel.
    pub(super) fn flushed(&self) {
        let mut state = self.state.lock();
        if state.sent == Sent::Buffered {
            state.sent = Sent::Wholly;
        }
        if state.held.iter().any(|held| held.ended) {
            drop(state);
            self.release_if(|held| held.ended);
        }
    }

    /// The owner of the connection is gone.
    pub(super) fn closed(&self) {
        self.release_if(|_| true);
    }

    fn release_if(&self, condition: impl Fn(&Held) -> bool) {
        let released: Vec<Arc<OpenGuard>> = {
            let mut state = self.state.lock();
            state.held.extract_if(.., |held| condition(held)).map(|held| held.guard).collect()
        };
        // Outside the lock: a guard takes the books' lock, and the books' owner takes this one.
        drop(released);
    }

    /// The whole request is in the connection's buffer.
    pub(crate) fn request_buffered(&self) {
        self.state.lock().sent = Sent::Buffered;
    }

    /// Whether the whole request was handed to the kernel.
    pub(super) fn request_sent(&self) -> bool {
        self.state.lock().sent == Sent::Wholly
    }

    /// Cuts the line if it still holds `exchange`.
    pub(super) fn cut(&self, exchange: &Exchange) {
        let mut state = self.state.lock();
        if state.held.iter().any(|held| std::ptr::eq(&raw const *held.exchange, exchange)) {
            self.abort(&mut state);
        }
    }

    /// Aborts the connection: it is of no use to anybody.
    pub(super) fn abandon(&self) {
        let mut state = self.state.lock();
        if !state.cut {
            self.abort(&mut state);
        }
    }

    fn abort(&self, state: &mut State) {
        // INVARIANT(I13): under the lock, so no write is under way and none will follow.
        state.cut = true;
        self.is_cut.store(true, Ordering::Release);
        // The kernel drops what is queued and resets the peer. (connect(2): dissolving the association.)
        if let Err(error) = rustix::net::connect_unspec(&self.stream)
            && error != rustix::io::Errno::NOTCONN
        {
            tracing::error!(%error, "a connection could not be aborted at once; it is shut down instead");
            let both = rustix::net::Shutdown::Both;
            if let Err(error) = rustix::net::shutdown(&self.stream, both) {
                tracing::error!(%error, "and could not be shut down either");
            }
        }
        if let Some(waker) = state.waiting.take() {
            waker.wake();
        }
    }

    /// Runs `write`, one system call that does not block, if bytes may pass.
    pub(super) fn poll_pass(
        &self,
        context: &mut Context<'_>,
        write: impl FnOnce(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let mut state = self.state.lock();
        if state.cut {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        // INVARIANT(I13): the lease is asked for every chunk, with a clock read here.
        if !state.held.is_empty() && self.gate.lease().poll_running(self.gate.boot(), context).is_pending() {
            state.waiting = Some(context.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(write(&self.stream))
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("cut", &self.is_cut()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use portcullis_gate::GateOptions;
    use portcullis_model::{Clock, Now};
    use portcullis_token::{HashKey, SecretHasher};
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    struct Midnight;

    impl Clock for Midnight {
        fn now(&self) -> Now {
            Now::default()
        }
    }

    fn gate() -> Arc<Gate> {
        let hasher = SecretHasher::new(&HashKey::generate().unwrap());
        Arc::new(Gate::new(GateOptions::new(Arc::new(hasher), Arc::new(Midnight))))
    }

    /// What the whole of I13 stands on.
    #[tokio::test]
    async fn i13_an_aborted_connection_drops_what_the_kernel_has_queued_and_resets_the_peer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let line = Line::new(listener.accept().await.unwrap().0, gate());
        let (chunk, mut written) = (vec![b'x'; 1 << 16], 0);
        line.stream().writable().await.unwrap();
        while let Ok(bytes) = line.stream().try_write(&chunk) {
            written += bytes;
        }
        line.abandon();
        let arrived = usize::try_from(rustix::io::ioctl_fionread(&peer).unwrap()).unwrap();
        assert!(arrived < written, "nothing was queued, so nothing is shown");
        let mut received = Vec::new();
        let error = peer.read_to_end(&mut received).await.unwrap_err();
        assert_eq!((error.kind(), received.len()), (io::ErrorKind::ConnectionReset, arrived));
        assert!(line.stream().try_write(b"x").is_err());
    }
}
