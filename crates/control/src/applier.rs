//! The node's own state follows the store, and the feed follows the state.

use std::sync::Arc;

use portcullis_model::Revision;
use portcullis_store::{StoreError, Watch, WatchError};
use tokio::sync::watch;

use crate::control::Inner;
use crate::records::Key;
use crate::state::{State, StateError};

/// Keeps the node's own state, and its feed, in step with the store: the binary drives [`run`](Self::run).
#[must_use = "without it, no change is ever answered"]
pub struct Applier {
    pub(crate) inner: Arc<Inner>,
    pub(crate) watch: Watch,
    pub(crate) published: watch::Sender<Revision>,
}

/// Why the state stopped following the store. The process must end: it answers no change any more.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The store failed or was closed.
    #[error("the store's history cannot be followed")]
    Watch(#[source] WatchError),
    /// The store did not answer when the state had to start over.
    #[error("the store could not be read")]
    Store(#[from] StoreError),
    /// A record cannot be read.
    #[error("the state cannot follow the store")]
    State(#[from] StateError),
}

impl Applier {
    /// Applies every commit, in order, and publishes it; ends only when it cannot go on.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future between two commits loses nothing, but changes are not answered without it.
    pub async fn run(mut self) -> Stopped {
        loop {
            if let Err(stopped) = self.step().await {
                tracing::error!(error = &stopped as &dyn std::error::Error, "this node's state has stopped");
                return stopped;
            }
        }
    }

    async fn step(&mut self) -> Result<(), Stopped> {
        match self.watch.next().await {
            Ok(commit) => {
                let state = self.inner.state();
                if commit.predecessor != state.revision {
                    return self.start_over().await;
                }
                let (state, commit) = state.after(&commit, &self.inner.source.keyring)?;
                self.publish(state, commit);
                Ok(())
            }
            Err(WatchError::Lagged | WatchError::Compacted { .. }) => self.start_over().await,
            Err(error) => Err(Stopped::Watch(error)),
        }
    }

    /// Something was missed: the state is read anew, and gates are led to it in one step.
    async fn start_over(&mut self) -> Result<(), Stopped> {
        tracing::warn!("the state missed a commit and is read anew");
        let store = &self.inner.store;
        let scan = store.scan(&Key::state_ranges()).await?;
        self.watch = store.watch(scan.revision).await.map_err(Stopped::Watch)?;
        let before = self.inner.state();
        let state = State::load(&scan, &self.inner.source)?;
        let step = state.step_from(&before);
        self.publish(state, step);
        Ok(())
    }

    fn publish(&self, state: State, commit: portcullis_model::Commit) {
        let revision = state.revision;
        // The state first: a gate that asks for a snapshot never gets less than what was published.
        self.inner.replace_state(state);
        self.inner.hub.publish(&Arc::new(commit));
        self.published.send_replace(revision);
    }
}
