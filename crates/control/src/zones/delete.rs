use portcullis_model::Action;

use super::ZoneError;
use crate::authorize::{Authorized, DeleteZone};
use crate::commit::{CommitFailed, Planned};
use crate::control::Control;
use crate::enforce::{Enforced, WaitFor};
use crate::records::{Key, Record};

impl Control {
    /// Deletes a zone with every application and service token that it owns, and kills their tokens.
    ///
    /// One record says so, however much it owned: what belongs to a deleted zone is not there.
    pub async fn delete_zone(
        &self,
        grant: Authorized<DeleteZone>,
        wait: WaitFor,
    ) -> Result<Enforced<()>, ZoneError> {
        let zone = *grant.scope();
        let origin = self.origin(&grant);
        let now = origin.at;
        let plan = self.change(origin, |state| {
            if !state.zones.contains_key(&zone) {
                return Err(ZoneError::NoSuchZone);
            }
            Ok(Planned::new(Action::DeleteZone(zone), ()).put(Key::Zone(zone), Record::Deleted(now)))
        });
        let committed = plan.await?;
        Ok(self.enforce(committed, wait).await.map_err(CommitFailed::from)?)
    }
}
