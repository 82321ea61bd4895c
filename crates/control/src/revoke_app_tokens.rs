//! Revoking every token of an application.

use portcullis_model::AppId;
use portcullis_store::Cause;

use crate::authorize::{Authorized, RevokeAppTokens};
use crate::control::Control;
use crate::enforce::{Revocation, WaitFor};
use crate::history::HistoryLost;

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

impl Control {
    /// Kills every token that was issued for an application, and answers once that holds everywhere.
    pub async fn revoke_app_tokens(
        &self,
        grant: Authorized<RevokeAppTokens>,
        app: AppId,
        wait: WaitFor,
    ) -> Result<Revocation, RevokeError> {
        let _ = (grant, app, wait);
        todo!()
    }
}
