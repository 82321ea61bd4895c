//! The gate as a child of the feed.

use std::sync::Arc;

use portcullis_feed::Replica;
use portcullis_gate::Gate;
use portcullis_model::{Commit, Incarnation, Moment, Revision, Snapshot};

/// The gate of this process, as the feed sees it.
pub(super) struct GateReplica(pub(super) Arc<Gate>);

impl Replica for GateReplica {
    fn position(&self) -> (Incarnation, Revision) {
        let view = self.0.view();
        (view.incarnation(), view.revision())
    }

    fn install(&self, snapshot: &Snapshot) {
        match self.0.install(snapshot) {
            Ok(cut) if cut > 0 => tracing::info!(revision = %snapshot.revision, cut, "cut open requests"),
            Ok(_) => {}
            Err(error) => self.give_up(&error),
        }
    }

    fn apply(&self, commit: &Commit) {
        match self.0.apply(commit) {
            Ok(cut) if cut > 0 => tracing::info!(revision = %commit.revision, cut, "cut open requests"),
            Ok(_) => {}
            Err(error) => self.give_up(&error),
        }
    }

    fn extend_lease(&self, until: Moment) {
        self.0.lease().extend(until);
    }
}

impl GateReplica {
    /// The protocol and the view disagree, which they never should: refuse everything.
    fn give_up(&self, error: &(dyn std::error::Error + 'static)) {
        self.0.lease().close();
        tracing::error!(error, "the gate's view does not follow the feed; it refuses every request");
    }
}
