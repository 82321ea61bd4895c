//! Revoking every token of an application.

use std::sync::Arc;

use portcullis_model::{Action, AppId, AppKey, Watermark};
use portcullis_store::{Cause, Transaction};

use crate::authorize::{Authorized, RevokeAppTokens};
use crate::commit::CommitFailed;
use crate::control::Control;
use crate::enforce::{Revocation, WaitFor};
use crate::history::HistoryLost;
use crate::records::{Key, Record};

/// Why a revocation could not be reported as done, ordered by how far it got. Repeating is always safe.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// Nothing was written.
    #[error("no such application")]
    NoSuchApplication,
    /// Nothing was written.
    #[error("the store is unavailable")]
    Unavailable(#[source] Cause),
    /// The write may have been applied.
    #[error("the store did not confirm the revocation")]
    Unconfirmed(#[source] Cause),
    /// It was written, in a history that has lost others.
    #[error(transparent)]
    HistoryLost(#[from] HistoryLost),
}

impl From<CommitFailed> for RevokeError {
    fn from(error: CommitFailed) -> Self {
        match error {
            // Nothing is required of the store, so nothing can stand against it.
            CommitFailed::Busy => Self::Unavailable(Arc::new(CommitFailed::Busy)),
            CommitFailed::Preparation(cause) | CommitFailed::Unavailable(cause) => Self::Unavailable(cause),
            CommitFailed::Unconfirmed(cause) => Self::Unconfirmed(cause),
            CommitFailed::HistoryLost(lost) => Self::HistoryLost(lost),
        }
    }
}

impl Control {
    /// Kills every token that was issued for an application, and answers once that holds everywhere.
    ///
    /// Two small records are written and none are read, however many tokens there are: the watermark, whose
    /// height is the revision of this commit, and the audit record. Nothing is required of what is stored, so
    /// a revocation never has to be repeated because of what others do; one that races with the deletion of
    /// the application finds nothing left to kill.
    ///
    /// # Errors
    ///
    /// - [`RevokeError::NoSuchApplication`], [`RevokeError::Unavailable`]: nothing was revoked.
    /// - [`RevokeError::Unconfirmed`]: it may have been. Repeat it.
    /// - [`RevokeError::HistoryLost`]: it was, and that it holds cannot be promised.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves it open whether the tokens are revoked.
    pub async fn revoke_app_tokens(
        &self,
        grant: Authorized<RevokeAppTokens>,
        app: AppId,
        wait: WaitFor,
    ) -> Result<Revocation, RevokeError> {
        let key = AppKey { owner: grant.scope().id, app };
        if !self.state().applications.contains_key(&key) {
            return Err(RevokeError::NoSuchApplication);
        }
        let mark = Record::Mark.encode().map_err(CommitFailed::preparation)?;
        let transaction = Transaction::new().put(Key::Watermark(Watermark::Application(key)).encode(), mark);
        let transaction = self.origin(&grant).audit(transaction, Action::RevokeApplicationTokens(key))?;
        let committed = self.commit(transaction).await?;
        tracing::info!(application = %key, revision = %committed.revision, "tokens revoked");
        // INVARIANT(I11)
        Ok(self.enforce(committed, wait).await?.revocation)
    }
}
