//! Why an operation did not succeed, and how far it got.

use std::error::Error;
use std::sync::Arc;

use portcullis_model::Revision;

/// What lies under a failure. Shared, because one failed sync fails every commit that waited for it.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// Why something could not be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The store did not answer, or has failed for good: see [`Store::failed`](crate::Store::failed).
    #[error("the store is unavailable")]
    Unavailable(#[source] Cause),
}

/// Why a transaction was not reported as committed, ordered by how far it got.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// A condition did not hold. Nothing was written; read again before trying again.
    #[error("a condition of the transaction does not hold")]
    Conflict,
    /// Nothing was written, and nothing will be. Repeating is safe.
    #[error("the store is unavailable; nothing was written")]
    Unavailable(#[source] Cause),
    /// The transaction may have been applied, whole, or may yet be. Only a read of the store, after
    /// it was opened again, tells.
    #[error("the store did not confirm the commit; it may have been applied")]
    Unconfirmed(#[source] Cause),
}

/// Why the commits after a revision cannot be told, or told any further.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WatchError {
    /// The history that is kept does not reach back that far. Start over from a scan.
    #[error("the history before revision {oldest} is compacted")]
    Compacted {
        /// A watch can start after this revision, or any later one.
        oldest: Revision,
    },
    /// The watcher was so slow that what it had yet to see is gone. Start over from a scan.
    #[error("the watcher lagged behind the history that is kept")]
    Lagged,
    /// The revision is above the store's head, so it names a history that is not this one.
    #[error("the history ends at revision {head}")]
    AheadOfHead {
        /// Where the history ends.
        head: Revision,
    },
    /// The store did not answer, has failed, or was closed.
    #[error("the store is unavailable")]
    Unavailable(#[source] Cause),
}

/// A cause that is known only by what happened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Ended {
    #[error("the store was closed")]
    Closed,
    #[error("the thread that serves the store ended unexpectedly")]
    Thread,
}

impl Ended {
    pub(crate) fn cause(self) -> Cause {
        Arc::new(self)
    }
}
