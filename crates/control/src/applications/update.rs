use portcullis_model::{Action, AppId, AppKey};

use super::plan::{Kept, plan};
use super::{ApplicationError, NewApplication, ResolvedApplication};
use crate::authorize::{Authorized, UpdateApp};
use crate::commit::{CommitFailed, Planned};
use crate::control::Control;
use crate::enforce::{Enforced, WaitFor};

impl Control {
    /// Replaces an application; it keeps its id, its `aud` tag and the time of its creation.
    ///
    /// Tokens stay valid as far as the new policies still admit their holders, which gates ask on every
    /// request; so the answer waits, like a revocation's, until every gate has the new policies.
    pub async fn update_application(
        &self,
        grant: Authorized<UpdateApp>,
        app: AppId,
        new: NewApplication,
        wait: WaitFor,
    ) -> Result<Enforced<ResolvedApplication>, ApplicationError> {
        let owner = *grant.scope();
        let key = AppKey { owner: owner.id, app };
        let origin = self.origin(&grant);
        let now = origin.at;
        let change = self.change::<_, ApplicationError>(origin, |state| {
            let before = state.applications.get(&key).ok_or(ApplicationError::NoSuchApplication)?;
            let before = before.value.clone();
            let (audience, created_at) = (before.audience, before.created_at);
            let kept = Kept { key, audience, created_at, before: Some(before) };
            let planned = plan(state, owner, &new, &kept, now)?;
            Ok(Planned::new(Action::UpdateApplication(key), planned.resolved).put_all(planned.writes))
        });
        let committed = change.await?;
        Ok(self.enforce(committed, wait).await.map_err(CommitFailed::from)?)
    }
}
