use portcullis_model::{Action, ApiTokenId};

use super::ApiTokenError;
use crate::authorize::{Authorized, DeleteApiToken};
use crate::commit::{Committed, Planned};
use crate::control::Control;
use crate::records::{Key, Record};

impl Control {
    /// Deletes an API token of the caller's user; no call with it is accepted any more.
    pub async fn delete_api_token(
        &self,
        grant: Authorized<DeleteApiToken>,
        id: ApiTokenId,
    ) -> Result<Committed<ApiTokenId>, ApiTokenError> {
        let origin = self.origin(&grant);
        let now = origin.at;
        self.change(origin, |state| {
            let own = state.api_tokens.get(&id).filter(|token| token.user == *grant.scope());
            own.ok_or(ApiTokenError::NoSuchApiToken)?;
            Ok(Planned::new(Action::DeleteApiToken(id), id).put(Key::ApiToken(id), Record::Deleted(now)))
        })
        .await
    }
}
