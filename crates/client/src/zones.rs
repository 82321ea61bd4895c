//! The zones.

mod create;
mod delete;
mod get;

use portcullis_api_types::{Zone, ZoneParams};

use crate::{Client, List, Request};

pub use create::CreateZone;
pub use delete::DeleteZone;
pub use get::GetZone;

/// The zones that the credential can see.
#[derive(Clone, Copy, Debug)]
pub struct Zones<'a> {
    client: &'a Client,
}

impl<'a> Zones<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Lists the zones.
    pub fn list(self) -> Request<List<Zone>> {
        Request::new(self.client, List::new())
    }

    /// Creates a zone.
    pub fn create(self, params: ZoneParams) -> Request<CreateZone> {
        Request::new(self.client, CreateZone::new(params))
    }

    /// Reads a zone.
    pub fn get(self, zone_id: impl Into<String>) -> Request<GetZone> {
        Request::new(self.client, GetZone::new(zone_id.into()))
    }

    /// Deletes a zone.
    pub fn delete(self, zone_id: impl Into<String>) -> Request<DeleteZone> {
        Request::new(self.client, DeleteZone::new(zone_id.into()))
    }
}
