//! Recent commits, the head, and whether the store still runs: what both stores publish.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{Stream, stream};
use portcullis_model::Revision;
use tokio::sync::watch;

use crate::error::Ended;
use crate::{Cause, Commit, Watch, WatchError};

/// What a commit costs in memory besides its bytes, roughly.
const COMMIT_OVERHEAD: usize = 128;

/// The end of the history and how the store is.
#[derive(Clone, Debug)]
struct Head {
    revision: Revision,
    failure: Option<Cause>,
}

/// The published history: nothing is in it before it is durable.
#[derive(Debug)]
pub(crate) struct History {
    recent: Arc<Mutex<Recent>>,
    head: watch::Sender<Head>,
}

impl History {
    /// The history that ends at `head`, of which `bytes` of commits will be kept.
    pub(crate) fn new(head: Revision, bytes: usize) -> Self {
        let recent = Recent { commits: VecDeque::new(), oldest: head, bytes: 0, limit: bytes };
        Self {
            recent: Arc::new(Mutex::new(recent)),
            head: watch::Sender::new(Head { revision: head, failure: None }),
        }
    }

    /// Makes a durable commit visible.
    pub(crate) fn publish(&self, commit: Commit) {
        let revision = commit.revision;
        // The commit is in the ring before the head names it: a watcher that wakes finds it.
        locked(&self.recent).push(Arc::new(commit));
        self.head.send_modify(|head| head.revision = revision);
    }

    /// Ends the history here. The first reason counts.
    pub(crate) fn fail(&self, cause: &Cause) {
        self.head.send_if_modified(|head| {
            let first = head.failure.is_none();
            head.failure.get_or_insert_with(|| Arc::clone(cause));
            first
        });
    }

    /// The last durable commit, or why the store is of no use any more.
    pub(crate) fn head(&self) -> Result<Revision, Cause> {
        let head = self.head.borrow();
        head.failure.clone().map_or(Ok(head.revision), Err)
    }

    /// Waits until `revision` is published, or the store fails.
    pub(crate) async fn reached(&self, revision: Revision) -> Result<(), Cause> {
        let mut head = self.head.subscribe();
        let reached = head.wait_for(|head| head.failure.is_some() || head.revision >= revision).await;
        let reached = reached.map_err(|_| Ended::Closed.cause())?;
        reached.failure.clone().map_or(Ok(()), Err)
    }

    /// Resolves with the reason once the store has failed.
    pub(crate) fn failed(&self) -> impl Future<Output = Cause> + Send + 'static {
        let mut head = self.head.subscribe();
        async move {
            let failure = head.wait_for(|head| head.failure.is_some()).await;
            if let Some(cause) = failure.ok().and_then(|head| head.failure.clone()) {
                return cause;
            }
            std::future::pending().await
        }
    }

    /// Every commit after `after`.
    pub(crate) fn watch(&self, after: Revision) -> Result<Watch, WatchError> {
        let head = self.head().map_err(WatchError::Unavailable)?;
        if after > head {
            return Err(WatchError::AheadOfHead { head });
        }
        let oldest = locked(&self.recent).oldest;
        if after < oldest {
            return Err(WatchError::Compacted { oldest });
        }
        let tail = Tail { recent: Arc::clone(&self.recent), head: self.head.subscribe(), seen: after };
        Ok(Watch::new(tail.into_stream()))
    }
}

/// The commits that are still remembered, oldest first.
#[derive(Debug)]
struct Recent {
    commits: VecDeque<Arc<Commit>>,
    /// The predecessor of the first of them.
    oldest: Revision,
    bytes: usize,
    limit: usize,
}

impl Recent {
    fn push(&mut self, commit: Arc<Commit>) {
        self.bytes = self.bytes.saturating_add(size(&commit));
        self.commits.push_back(commit);
        // The last commit stays whatever its size, or no watcher could ever keep up.
        while self.bytes > self.limit && self.commits.len() > 1 {
            let Some(dropped) = self.commits.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(size(&dropped));
            self.oldest = dropped.revision;
        }
    }

    /// The first commit after `seen`, if it has happened and is remembered.
    fn following(&self, seen: Revision) -> Result<Option<Arc<Commit>>, WatchError> {
        if seen < self.oldest {
            return Err(WatchError::Lagged);
        }
        let next = self.commits.partition_point(|commit| commit.revision <= seen);
        Ok(self.commits.get(next).cloned())
    }
}

fn size(commit: &Commit) -> usize {
    let change_bytes = commit.changes.iter().map(|change| {
        let value = change.record.as_ref().map_or(0, |record| record.value.len());
        change.key.as_bytes().len() + value + size_of::<crate::Change>()
    });
    change_bytes.sum::<usize>() + COMMIT_OVERHEAD
}

/// One watcher's place in the history: it owns nothing that grows.
struct Tail {
    recent: Arc<Mutex<Recent>>,
    head: watch::Receiver<Head>,
    seen: Revision,
}

impl Tail {
    fn into_stream(self) -> impl Stream<Item = Result<Arc<Commit>, WatchError>> + Send {
        stream::unfold(self, |mut tail| async move {
            let next = tail.next().await;
            Some((next, tail))
        })
    }

    async fn next(&mut self) -> Result<Arc<Commit>, WatchError> {
        let seen = self.seen;
        // What is durable is told even if the store has failed since.
        let moved = self.head.wait_for(|head| head.revision > seen || head.failure.is_some()).await;
        let failure = match moved {
            Ok(head) => head.failure.clone(),
            Err(_) => Some(Ended::Closed.cause()),
        };
        let next = locked(&self.recent).following(seen)?;
        if let Some(commit) = next {
            self.seen = commit.revision;
            return Ok(commit);
        }
        Err(WatchError::Unavailable(failure.unwrap_or_else(|| Ended::Closed.cause())))
    }
}

/// Nothing that holds the lock can be interrupted half-way, so a poisoned one is as good as any.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
