//! The proof that history was lost.

use portcullis_model::Revision;
use portcullis_store::StoreError;

use crate::control::Control;

/// Something that this store's keys signed names a revision that its history never had: somebody copied an
/// old file back. What was revoked since may be alive again, so nothing is issued and no revocation is
/// reported as done until the history is restored properly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store's history was lost; run `portcullis restore`")]
pub struct HistoryLost;

impl Control {
    /// Looks whether this history can have issued something with `revision`, which must come from a token
    /// whose signature is valid.
    ///
    /// # Errors
    ///
    /// The store did not answer; nothing is proved.
    pub async fn prove_history(&self, revision: Revision) -> Result<Result<(), HistoryLost>, StoreError> {
        let _ = revision;
        todo!()
    }

    /// Whether history was proved to be lost. Once it was, it stays so for the life of the process.
    pub fn is_history_lost(&self) -> bool {
        todo!()
    }
}
