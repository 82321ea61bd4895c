use portcullis_model::{Action, AppId, AppKey, Audience};

use super::plan::{Kept, plan};
use super::{ApplicationError, NewApplication, ResolvedApplication};
use crate::authorize::{Authorized, CreateApp};
use crate::commit::{Committed, Planned};
use crate::control::Control;
use crate::fresh;

impl Control {
    /// Creates an application with its policies.
    ///
    /// # Errors
    ///
    /// - [`ApplicationError::Invalid`]: what is asked for cannot be.
    /// - [`ApplicationError::AlreadyExists`]: an application, of whatever owner, covers the same host and path.
    pub async fn create_application(
        &self,
        grant: Authorized<CreateApp>,
        new: NewApplication,
    ) -> Result<Committed<ResolvedApplication>, ApplicationError> {
        let owner = *grant.scope();
        let origin = self.origin(&grant);
        let now = origin.at;
        self.change(origin, |state| {
            let key = AppKey { owner: owner.id, app: AppId::from_random(fresh::bytes()?) };
            let audience = Audience::from_bytes(fresh::bytes()?);
            let kept = Kept { key, audience, created_at: now, before: None };
            let planned = plan(state, owner, &new, &kept, now)?;
            Ok(Planned::new(Action::CreateApplication(key), planned.resolved).put_all(planned.writes))
        })
        .await
    }
}
