use std::sync::Arc;

use portcullis_model::{Action, AppDomain, Zone, ZoneId};

use super::ZoneError;
use crate::authorize::{Authorized, CreateZone};
use crate::commit::{Committed, Planned};
use crate::control::Control;
use crate::fresh;
use crate::records::{Key, Record};

impl Control {
    /// Creates a zone. It is active at once: nothing has to be delegated.
    pub async fn create_zone(
        &self,
        grant: Authorized<CreateZone>,
        name: &str,
    ) -> Result<Committed<Arc<Zone>>, ZoneError> {
        let name = host_name(name).ok_or_else(|| ZoneError::Name(name.to_owned()))?;
        let origin = self.origin(&grant);
        let now = origin.at;
        self.change(origin, |state| {
            if state.zones.values().any(|zone| zone.name == name) {
                return Err(ZoneError::AlreadyExists);
            }
            if !state.accounts.contains_key(grant.scope()) {
                return Err(ZoneError::NoSuchAccount);
            }
            let id = ZoneId::from_bytes(fresh::bytes()?);
            let zone =
                Zone { id, account: *grant.scope(), name: name.clone(), created_on: now, modified_on: now };
            let planned = Planned::new(Action::CreateZone(id), Arc::new(zone.clone()));
            Ok(planned.put(Key::Zone(id), Record::Zone(zone)))
        })
        .await
    }
}

/// The lower-case form of `name`, if it is one host name.
pub(crate) fn host_name(name: &str) -> Option<String> {
    let domain: AppDomain = name.parse().ok()?;
    (domain.is_exact_host() && !name.contains('/')).then(|| domain.host().to_owned())
}
