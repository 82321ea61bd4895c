//! The proof that history was lost.

use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwapOption;
use portcullis_model::Revision;
use portcullis_store::{HistoryGaps, StoreError};

use crate::control::Control;

/// Something that this store's keys signed names a revision that its history never had: somebody copied an
/// old file back. What was revoked since may be alive again, so nothing is issued and no revocation is
/// reported as done until the history is restored properly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store's history was lost; run `portcullis restore`")]
pub struct HistoryLost;

/// Why a revision could not be shown to belong to this history.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// It does not belong to it.
    #[error(transparent)]
    Lost(#[from] HistoryLost),
    /// The store did not answer; nothing is proved.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is known about the history itself.
#[derive(Debug, Default)]
pub(crate) struct History {
    lost: AtomicBool,
    /// What the store last said: a revision that was a head stays one.
    known: ArcSwapOption<HistoryGaps>,
}

impl History {
    /// Refuses once history was proved to be lost.
    pub(crate) fn ensure(&self) -> Result<(), HistoryLost> {
        if self.lost.load(Ordering::SeqCst) { Err(HistoryLost) } else { Ok(()) }
    }
}

impl Control {
    /// Shows that this history can have issued something with `revision`, which must come from a token whose
    /// signature is valid. The first revision for which it cannot marks the history as lost.
    ///
    /// Most revisions are shown from memory; one that is new asks the store, never this node's own state.
    pub async fn prove_history(&self, revision: Revision) -> Result<(), ProveError> {
        let history = &self.inner.history;
        if history.known.load().as_ref().is_some_and(|known| known.was_head(revision)) {
            return Ok(history.ensure()?);
        }
        let gaps = self.inner.store.history_gaps().await?;
        let was_head = gaps.was_head(revision);
        if !was_head && !history.lost.swap(true, Ordering::SeqCst) {
            tracing::error!(
                %revision, head = %gaps.head,
                "HISTORY WAS LOST: a token that this store's keys signed names a revision that it never had. \
                 Nothing is issued and no revocation is reported as done until `portcullis restore` was run"
            );
        }
        history.known.store(Some(gaps.into()));
        Ok(history.ensure()?)
    }

    /// Whether history was proved to be lost. Once it was, it stays so for the life of the process.
    pub fn is_history_lost(&self) -> bool {
        self.inner.history.ensure().is_err()
    }
}
