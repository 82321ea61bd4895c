//! `GET /zones/{zone_id}`

use http::Method;
use portcullis_api_types::Zone;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::path::Path;
use crate::{Error, Operation, RawResponse, Request};

/// Reads a zone.
#[derive(Clone, Debug)]
pub struct GetZone {
    zone_id: String,
}

impl GetZone {
    pub(crate) fn new(zone_id: String) -> Self {
        Self { zone_id }
    }
}

impl Sealed for GetZone {}

impl Operation for GetZone {
    type Answer = Zone;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = Path::new("zones").id("zone_id", &self.zone_id)?;
        Ok(Endpoint::new(Method::GET, path))
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<Zone, Error> {
        raw.parse()
    }
}
