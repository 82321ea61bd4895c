//! What every use case stands on.

use std::sync::Arc;
use std::time::Duration;

use portcullis_feed::Hub;
use portcullis_model::Clock;
use portcullis_store::Store;
use portcullis_token::{KeyEncryptionKey, SecretHasher};

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
    /// Whether gates outside this process may hold leases that an earlier run granted.
    pub has_remote_gates: bool,
}

/// A control node. Clones are the same node.
#[derive(Clone)]
pub struct Control {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
}

/// Keeps the node's own state, and its feed, in step with the store: the binary drives [`run`](Self::run).
#[must_use = "without it, no change is ever answered"]
pub struct Applier {
}

/// Why a control node could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("placeholder")]
pub struct OpenError;

/// Why the state stopped following the store. The process must end.
#[derive(Debug, thiserror::Error)]
#[error("placeholder")]
pub struct Stopped;

impl Control {
    /// Reads the whole state from the store, and makes the feed that it is published on.
    ///
    /// A store that has none yet gets its settings and the key for digests of secrets.
    pub async fn open(options: ControlOptions) -> Result<(Self, Applier), OpenError> {
        let _ = options;
        todo!()
    }

    /// The feed to which gates attach.
    pub fn hub(&self) -> &Arc<Hub> {
        todo!()
    }

    /// What compares secrets: gates need it too.
    pub fn hasher(&self) -> &Arc<SecretHasher> {
        todo!()
    }
}

impl Applier {
    /// Applies every commit, in order, and publishes it; ends only when it cannot go on.
    pub async fn run(self) -> Stopped {
        todo!()
    }
}
