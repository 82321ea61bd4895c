use portcullis_model::{Action, AppId, AppKey};

use super::ApplicationError;
use crate::authorize::{Authorized, DeleteApp};
use crate::commit::{CommitFailed, Planned};
use crate::control::Control;
use crate::enforce::{Enforced, WaitFor};
use crate::records::{Key, PolicyKey, Record};

impl Control {
    /// Deletes an application with the policies that are its alone, and kills its tokens.
    pub async fn delete_application(
        &self,
        grant: Authorized<DeleteApp>,
        app: AppId,
        wait: WaitFor,
    ) -> Result<Enforced<AppId>, ApplicationError> {
        let key = AppKey { owner: grant.scope().id, app };
        let origin = self.origin(&grant);
        let now = origin.at;
        let change = self.change::<_, ApplicationError>(origin, |state| {
            let before = state.applications.get(&key).ok_or(ApplicationError::NoSuchApplication)?;
            let own = before.value.policies.iter().map(|link| PolicyKey { owner: key.owner, id: link.id });
            let own = own.filter(|policy| {
                state.policies.get(policy).is_some_and(|policy| policy.application == Some(app))
            });
            Ok(Planned::new(Action::DeleteApplication(key), app)
                .put(Key::Application(key), Record::Deleted(now))
                .put_all(own.map(|policy| (Key::Policy(policy), Record::Deleted(now)))))
        });
        let committed = change.await?;
        Ok(self.enforce(committed, wait).await.map_err(CommitFailed::from)?)
    }
}
