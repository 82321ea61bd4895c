//! The parent's side, running: sessions, their links, and the barrier.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use portcullis_model::{Clock, Commit, Moment, Revision, Snapshot};
use tokio::sync::{Notify, mpsc};

use crate::books::{Books, SessionId};
use crate::message::{ToChild, ToParent};
use crate::with_margin;

/// A child that is this many messages behind is cut off; its lease runs out, so it is safe to forget.
const LINK_CAPACITY: usize = 4096;

/// Where snapshots for new children come from.
pub trait SnapshotSource: Send + Sync {
    /// Everything that a gate needs, at a revision at or above the last that was published.
    fn snapshot(&self) -> Snapshot;
}

/// How a hub is set up.
pub struct HubOptions {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long a child may admit on one grant.
    pub lease_max: Duration,
    /// The largest lease that an earlier run may have granted to children that outlive this process;
    /// `None` when there can be none.
    pub earlier_leases: Option<Duration>,
    /// Where snapshots come from.
    pub source: Arc<dyn SnapshotSource>,
}

/// The parent of every gate that is attached to it.
pub struct Hub {
    clock: Arc<dyn Clock>,
    source: Arc<dyn SnapshotSource>,
    inner: Mutex<Inner>,
    changed: Notify,
}

struct Inner {
    grants: bool,
    books: Books,
    applied: Revision,
    links: HashMap<SessionId, mpsc::Sender<ToChild>>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
    }
}

/// What is known when the wait for a revision ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Sessions that confirmed.
    pub confirmed: usize,
    /// Sessions on the books.
    pub total: usize,
    /// Whether no gate can admit without the revision any more.
    pub enforced: bool,
    /// If not, after how long none can.
    pub within: Duration,
}

impl Hub {
    /// A hub without children, at the revision of its source.
    pub fn new(options: HubOptions) -> Arc<Self> {
        let mut books = Books::new(options.lease_max);
        if let Some(earlier) = options.earlier_leases {
            books.remember_unknown(options.clock.boot().plus(with_margin(earlier)));
        }
        Arc::new(Self {
            clock: options.clock,
            source: options.source,
            inner: Mutex::new(Inner { grants: true, books, applied: Revision::ZERO, links: HashMap::new() }),
            changed: Notify::new(),
        })
    }

    /// Hands a commit to every child. Called in the order of the history, once this node's own view has it.
    pub fn publish(&self, commit: &Arc<Commit>) {
        let mut inner = self.inner.lock();
        // INVARIANT(I4)
        inner.applied = inner.applied.max(commit.revision);
        inner.send_to_all(&ToChild::Commit(commit.clone()));
        drop(inner);
        self.changed.notify_waiters();
    }

    /// Connects a child within this process.
    pub fn attach(self: &Arc<Self>, name: &str) -> Link {
        let (outbox, inbox) = mpsc::channel(LINK_CAPACITY);
        let mut inner = self.inner.lock();
        let session = inner.books.open();
        inner.links.insert(session, outbox);
        tracing::debug!(gate = name, ?session, "a gate has attached");
        Link { hub: self.clone(), session, inbox }
    }

    fn receive(&self, session: SessionId, message: &ToParent) {
        let mut inner = self.inner.lock();
        match message {
            ToParent::Hello { .. } => {
                let snapshot = self.source.snapshot();
                inner.applied = inner.applied.max(snapshot.revision);
                inner.send(session, ToChild::Snapshot(Arc::new(snapshot)));
            }
            ToParent::Lease { sequence } => {
                let applied = inner.applied;
                if !inner.grants {
                    return;
                }
                // The parent counts from here, the moment of the answer.
                if let Some(grant) = inner.books.grant(session, *sequence, applied, self.clock.boot()) {
                    inner.send(session, ToChild::Grant(grant));
                }
            }
            ToParent::Applied { revision } => {
                inner.books.confirm(session, *revision);
                drop(inner);
                self.changed.notify_waiters();
            }
        }
    }

    fn detach(&self, session: SessionId) {
        let mut inner = self.inner.lock();
        inner.links.remove(&session);
        inner.books.close(session);
        drop(inner);
        self.changed.notify_waiters();
    }

    /// Grants no lease any more: this node's history cannot be relied on. Those that were granted run out.
    pub fn stop_granting(&self) {
        self.inner.lock().grants = false;
    }

    /// The wait for `revision`, whose commit was acknowledged at `committed_at`.
    pub fn barrier(&self, revision: Revision, committed_at: Moment) -> Barrier<'_> {
        Barrier { hub: self, revision, committed_at }
    }

    /// How long a child may admit on one grant.
    pub fn lease_max(&self) -> Duration {
        self.inner.lock().books.lease_max()
    }
}

impl Inner {
    fn send(&mut self, session: SessionId, message: ToChild) {
        let sent = self.links.get(&session).is_some_and(|link| link.try_send(message).is_ok());
        if !sent {
            self.cut_off(session);
        }
    }

    fn send_to_all(&mut self, message: &ToChild) {
        let failed: Vec<_> = self
            .links
            .iter()
            .filter(|(_, link)| link.try_send(message.clone()).is_err())
            .map(|(id, _)| *id)
            .collect();
        for session in failed {
            self.cut_off(session);
        }
    }

    /// A child that does not keep up has to start over; its lease stays on the books.
    fn cut_off(&mut self, session: SessionId) {
        if self.links.remove(&session).is_some() {
            tracing::warn!(?session, "a gate does not keep up with the feed and is cut off");
        }
        self.books.close(session);
    }
}

/// The wait for one revision.
#[derive(Debug)]
pub struct Barrier<'a> {
    hub: &'a Hub,
    revision: Revision,
    committed_at: Moment,
}

impl Barrier<'_> {
    /// Waits until no gate can admit without the revision, or for `at_most`.
    ///
    /// It never takes longer than the longest lease with its margin, counted from the acknowledgement of
    /// the commit: whatever a gate does, its lease without the revision has run out by then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing but that nobody waits.
    pub async fn wait(&self, at_most: Option<Duration>) -> Confirmation {
        let clock = &self.hub.clock;
        let give_up = at_most.map(|at_most| clock.boot().plus(at_most));
        self.hub.inner.lock().send_to_all(&ToChild::Confirm { revision: self.revision });
        loop {
            let mut changed = std::pin::pin!(self.hub.changed.notified());
            changed.as_mut().enable();
            let now = clock.boot();
            let confirmation = self.look(now);
            let patience_is_over = give_up.is_some_and(|end| end <= now);
            if confirmation.enforced || patience_is_over {
                return confirmation;
            }
            let patience = give_up.map_or(Duration::MAX, |end| end.since(now)).min(confirmation.within);
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(patience) => {}
            }
        }
    }

    fn look(&self, now: Moment) -> Confirmation {
        let mut inner = self.hub.inner.lock();
        let standing = inner.books.standing(self.revision, now);
        let last_lease = self.committed_at.plus(with_margin(inner.books.lease_max()));
        // INVARIANT(I11): this node itself has applied it, and so has everyone who could admit without it.
        let until = match standing.outstanding_until {
            None if inner.applied >= self.revision => now,
            None => last_lease,
            Some(until) => until,
        };
        let enforced = until <= now && inner.applied >= self.revision;
        Confirmation {
            confirmed: standing.confirmed,
            total: standing.total,
            enforced,
            within: if enforced { Duration::ZERO } else { until.since(now).max(Duration::from_millis(1)) },
        }
    }
}

/// A child's connection to a hub in the same process. Dropping it is the child going away.
#[derive(Debug)]
pub struct Link {
    hub: Arc<Hub>,
    session: SessionId,
    inbox: mpsc::Receiver<ToChild>,
}

impl Link {
    /// Says something to the parent.
    pub fn send(&self, message: &ToParent) {
        self.hub.receive(self.session, message);
    }

    /// What the parent says next; `None` once it has cut this child off.
    ///
    /// # Cancel safety
    ///
    /// No message is lost.
    pub async fn receive(&mut self) -> Option<ToChild> {
        self.inbox.recv().await
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.hub.detach(self.session);
    }
}
