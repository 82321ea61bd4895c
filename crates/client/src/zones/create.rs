//! `POST /zones`

use http::Method;
use portcullis_api_types::{Zone, ZoneParams};

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::path::Path;
use crate::{Error, Operation, RawResponse, Request};

/// Creates a zone.
#[derive(Clone, Debug)]
pub struct CreateZone {
    params: ZoneParams,
}

impl CreateZone {
    pub(crate) fn new(params: ZoneParams) -> Self {
        Self { params }
    }
}

impl Sealed for CreateZone {}

impl Operation for CreateZone {
    type Answer = Zone;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = Path::new("zones");
        Endpoint::new(Method::POST, path).json(&self.params)
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<Zone, Error> {
        raw.parse()
    }
}
