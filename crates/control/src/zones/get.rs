use std::sync::Arc;

use portcullis_model::Zone;

use super::ZoneError;
use crate::authorize::{Authorized, GetZone};
use crate::control::Control;

impl Control {
    /// A zone.
    pub fn get_zone(&self, grant: &Authorized<GetZone>) -> Result<Arc<Zone>, ZoneError> {
        self.state().zones.get(grant.scope()).cloned().ok_or(ZoneError::NoSuchZone)
    }
}
