//! Zones.

use std::sync::Arc;

use portcullis_model::Zone;

use crate::authorize::{Authorized, CreateZone, DeleteZone, GetZone, ListZones};
use crate::commit::{CommitFailed, Committed};
use crate::control::Control;
use crate::enforce::{Enforced, WaitFor};

/// Why a zone was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    /// There is no such zone, any more.
    #[error("no such zone")]
    NoSuchZone,
    /// The domain is a zone already, in this account or another.
    #[error("the zone exists already")]
    AlreadyExists,
    /// The name is no domain.
    #[error("`{0}` is not a domain name")]
    Name(String),
    /// See [`CommitFailed`].
    #[error(transparent)]
    Commit(#[from] CommitFailed),
}

impl Control {
    /// The zones that the caller may see, by name; only those called `name` if it is given.
    pub fn list_zones(&self, grant: &Authorized<ListZones>, name: Option<&str>) -> Vec<Arc<Zone>> {
        let _ = (grant, name);
        todo!()
    }

    /// A zone.
    pub fn get_zone(&self, grant: &Authorized<GetZone>) -> Result<Arc<Zone>, ZoneError> {
        let _ = grant;
        todo!()
    }

    /// Creates a zone.
    pub async fn create_zone(&self, grant: Authorized<CreateZone>, name: &str) -> Result<Committed<Arc<Zone>>, ZoneError> {
        let _ = (grant, name);
        todo!()
    }

    /// Deletes a zone with every application and service token that it owns.
    pub async fn delete_zone(&self, grant: Authorized<DeleteZone>, wait: WaitFor) -> Result<Enforced<()>, ZoneError> {
        let _ = (grant, wait);
        todo!()
    }
}
