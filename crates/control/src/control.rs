//! What every use case stands on.

mod open;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use portcullis_feed::{Hub, SnapshotSource};
use portcullis_model::{Clock, Revision, Snapshot};
use portcullis_store::{Cause, Store};
use portcullis_token::{KeyEncryptionKey, SecretHasher};
use tokio::sync::{Mutex, Semaphore, watch};

use crate::history::History;
use crate::state::{Source, State};

pub use crate::applier::{Applier, Stopped};
pub use open::OpenError;

/// How a control node is set up.
pub struct ControlOptions {
    /// The history of record.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The key under which the secrets in the store are sealed.
    pub key_encryption_key: KeyEncryptionKey,
    /// How long a gate may admit on one grant.
    pub lease_max: Duration,
    /// Whether gates outside this process may hold leases that an earlier run granted; those are waited out.
    pub has_remote_gates: bool,
}

/// A control node. Clones are the same node.
#[derive(Clone)]
pub struct Control {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) source: Source,
    pub(crate) hub: Arc<Hub>,
    pub(crate) history: History,
    /// Held while the configuration is changed, so that changes on this node do not make each other repeat.
    pub(crate) configuration: Mutex<()>,
    /// How many signatures are made at once.
    pub(crate) signing: Arc<Semaphore>,
    state: Arc<CurrentState>,
    published: watch::Receiver<Revision>,
}

/// The state of the moment, from which new gates get their snapshot.
pub(crate) struct CurrentState(ArcSwap<State>);

impl SnapshotSource for CurrentState {
    fn snapshot(&self) -> Snapshot {
        self.0.load().snapshot()
    }
}

/// The node's own state does not follow the store any more.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("this node's state does not follow the store any more")]
pub(crate) struct StateStopped;

impl Inner {
    pub(crate) fn state(&self) -> Arc<State> {
        self.state.0.load_full()
    }

    pub(crate) fn replace_state(&self, state: State) {
        self.state.0.store(Arc::new(state));
    }
}

impl Control {
    /// The feed to which gates attach.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.inner.hub
    }

    /// What compares secrets: gates need it too.
    pub fn hasher(&self) -> &Arc<SecretHasher> {
        &self.inner.source.hasher
    }

    /// The revision of this node's own state.
    pub fn revision(&self) -> Revision {
        self.inner.state().revision
    }

    /// The host of `iss`, once there is an organization.
    pub fn team_domain(&self) -> Option<String> {
        self.inner.state().team_domain().map(str::to_owned)
    }

    pub(crate) fn state(&self) -> Arc<State> {
        self.inner.state()
    }

    /// Waits until this node's own state, and the feed, have `revision`.
    pub(crate) async fn applied(&self, revision: Revision) -> Result<(), Cause> {
        let mut published = self.inner.published.clone();
        let reached = published.wait_for(|at| *at >= revision).await;
        reached.map(drop).map_err(|_| Arc::new(StateStopped) as Cause)
    }
}
