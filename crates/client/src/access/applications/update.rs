//! `PUT /{accounts|zones}/{id}/access/apps/{app_id}`

use http::Method;
use portcullis_api_types::{Application, ApplicationParams};

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::scope::ScopeChoice;
use crate::{Error, Operation, RawResponse, Request, Scoped};

/// Replaces an application by what the request says, except for what the server owns.
#[derive(Clone, Debug)]
pub struct UpdateApplication {
    scope: ScopeChoice,
    app_id: String,
    params: ApplicationParams,
}

impl UpdateApplication {
    pub(crate) fn new(app_id: String, params: ApplicationParams) -> Self {
        Self { scope: ScopeChoice::default(), app_id, params }
    }
}

impl Sealed for UpdateApplication {}

impl Scoped for UpdateApplication {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl Operation for UpdateApplication {
    type Answer = Application;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = self.scope.path()?.words("access/apps").id("app_id", &self.app_id)?;
        Endpoint::new(Method::PUT, path).json(&self.params)
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<Application, Error> {
        raw.parse()
    }
}
