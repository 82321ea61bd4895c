//! How a change is made: one commit, with its audit record, seen by this node before it is answered.

use portcullis_model::{Moment, Revision};
use portcullis_store::Cause;

use crate::history::HistoryLost;

/// What a commit made, and which commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed<T = ()> {
    /// What was made.
    pub value: T,
    /// The commit. This node's own state has it.
    pub revision: Revision,
    /// When the store acknowledged it.
    pub at: Moment,
}

/// Why a change is not reported as made, ordered by how far it got.
#[derive(Debug, thiserror::Error)]
pub enum CommitFailed {
    /// Others kept changing the configuration. Nothing was written; a repeat is safe.
    #[error("the configuration kept changing")]
    Busy,
    /// No randomness, or a secret that could not be sealed. Nothing was written; a repeat is safe.
    #[error("the change could not be prepared")]
    Preparation(#[source] Cause),
    /// Nothing was written. A repeat is safe.
    #[error("the store is unavailable")]
    Unavailable(#[source] Cause),
    /// It may have been written.
    #[error("the store did not confirm the change")]
    Unconfirmed(#[source] Cause),
    /// It was written, and nothing that this node says about it can be relied on.
    #[error(transparent)]
    HistoryLost(#[from] HistoryLost),
}
