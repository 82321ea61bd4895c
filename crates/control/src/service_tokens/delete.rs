use std::sync::Arc;

use portcullis_model::{Action, Policy, Selector, ServiceToken, ServiceTokenId};

use super::{ServiceTokenError, get};
use crate::authorize::{Authorized, DeleteServiceToken};
use crate::commit::{CommitFailed, Planned};
use crate::control::Control;
use crate::enforce::{Enforced, WaitFor};
use crate::records::{Key, Record};

impl Control {
    /// Deletes a service token and kills what was issued to it. The value is what it was.
    ///
    /// # Errors
    ///
    /// - [`ServiceTokenError::InUse`]: a policy names it. Without it, an `exclude` would exclude nobody.
    pub async fn delete_service_token(
        &self,
        grant: Authorized<DeleteServiceToken>,
        id: ServiceTokenId,
        wait: WaitFor,
    ) -> Result<Enforced<Arc<ServiceToken>>, ServiceTokenError> {
        let owner = grant.scope().id;
        let origin = self.origin(&grant);
        let now = origin.at;
        let change = self.change(origin, |state| {
            let token = get::find(state, owner, id).ok_or(ServiceTokenError::NoSuchServiceToken)?;
            if state.policies.values().any(|policy| names(&policy.policy, id)) {
                return Err(ServiceTokenError::InUse);
            }
            let planned = Planned::new(Action::DeleteServiceToken(id), token);
            Ok(planned.put(Key::ServiceToken(owner, id), Record::Deleted(now)))
        });
        let committed = change.await?;
        Ok(self.enforce(committed, wait).await.map_err(CommitFailed::from)?)
    }
}

fn names(policy: &Policy, id: ServiceTokenId) -> bool {
    let rules = [&policy.include, &policy.exclude, &policy.require];
    rules.into_iter().flatten().any(|selector| *selector == Selector::ServiceToken(id))
}
