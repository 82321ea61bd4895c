//! `/zones`

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;

use portcullis_api_types as wire;
use portcullis_model::Zone;

/// A zone as the API answers it. It is active at once: nobody has to delegate a domain to a gate.
fn answer(zone: &Zone) -> wire::Zone {
    wire::Zone {
        id: zone.id.to_string(),
        name: Some(zone.name.clone()),
        status: Some("active".to_owned()),
        paused: Some(false),
        kind: Some("full".to_owned()),
        name_servers: Some(Vec::new()),
        account: Some(wire::OwnerRef { id: Some(zone.account.to_string()), ..wire::OwnerRef::default() }),
        created_on: Some(zone.created_on.to_string()),
        modified_on: Some(zone.modified_on.to_string()),
        activated_on: Some(zone.created_on.to_string()),
        ..wire::Zone::default()
    }
}
