//! What parent and child say to each other, on one ordered stream each way.

use std::sync::Arc;
use std::time::Duration;

use portcullis_model::{Commit, Incarnation, Revision, Snapshot};

/// From a child to its parent.
#[derive(Clone, Debug)]
pub enum ToParent {
    /// Where the child's view stands. The answer is a snapshot.
    Hello {
        /// The history that its view belongs to.
        incarnation: Incarnation,
        /// The revision of its view.
        revision: Revision,
    },
    /// A request for a lease; the child counts from when it sent this.
    Lease {
        /// Which request a grant answers.
        sequence: u64,
    },
    /// Everything up to here is applied, and every open request that it revokes is cut.
    Applied {
        /// The revision of the child's view.
        revision: Revision,
    },
}

/// From a parent to its child.
#[derive(Clone, Debug)]
pub enum ToChild {
    /// Everything, at one revision.
    Snapshot(Arc<Snapshot>),
    /// The next commit.
    Commit(Arc<Commit>),
    /// The answer to a request for a lease.
    Grant(Grant),
    /// A revocation waits: say when this revision is applied.
    Confirm {
        /// The revision that is waited for.
        revision: Revision,
    },
}

/// The right to admit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The request that it answers.
    pub sequence: u64,
    /// It counts only in a view at or above this revision: what the parent had applied.
    pub floor: Revision,
    /// For how long, from when the request was sent.
    pub length: Duration,
}
