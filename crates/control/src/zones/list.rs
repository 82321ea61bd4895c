use std::sync::Arc;

use portcullis_model::{ResourceScope, Zone};

use crate::authorize::{Authorized, ListZones, Operation as _, permits};
use crate::control::Control;

impl Control {
    /// The zones that the caller may see, by name; only those called `name` if it is given.
    pub fn list_zones(&self, grant: &Authorized<ListZones>, name: Option<&str>) -> Vec<Arc<Zone>> {
        let wanted = |zone: &&Arc<Zone>| {
            let place = ResourceScope::Zone(zone.id, zone.account);
            name.is_none_or(|name| zone.name.eq_ignore_ascii_case(name))
                && permits(grant.caller(), ListZones::ACCEPTED, place)
        };
        let state = self.state();
        let mut zones: Vec<_> = state.zones.values().filter(wanted).cloned().collect();
        zones.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        zones
    }
}
