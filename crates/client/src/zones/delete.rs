//! `DELETE /zones/{zone_id}`

use http::Method;
use portcullis_api_types::DeletedId;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::path::Path;
use crate::{Error, Operation, RawResponse, Request};

/// Deletes a zone.
#[derive(Clone, Debug)]
pub struct DeleteZone {
    zone_id: String,
}

impl DeleteZone {
    pub(crate) fn new(zone_id: String) -> Self {
        Self { zone_id }
    }
}

impl Sealed for DeleteZone {}

impl Operation for DeleteZone {
    type Answer = DeletedId;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = Path::new("zones").id("zone_id", &self.zone_id)?;
        Ok(Endpoint::new(Method::DELETE, path))
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<DeletedId, Error> {
        Ok(raw.parse::<Option<DeletedId>>()?.unwrap_or_default())
    }
}
