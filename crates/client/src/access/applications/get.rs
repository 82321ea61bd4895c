//! `GET /{accounts|zones}/{id}/access/apps/{app_id}`

use http::Method;
use portcullis_api_types::Application;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::scope::ScopeChoice;
use crate::{Error, Operation, RawResponse, Request, Scoped};

/// Reads an application.
#[derive(Clone, Debug)]
pub struct GetApplication {
    scope: ScopeChoice,
    app_id: String,
}

impl GetApplication {
    pub(crate) fn new(app_id: String) -> Self {
        Self { scope: ScopeChoice::default(), app_id }
    }
}

impl Sealed for GetApplication {}

impl Scoped for GetApplication {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl Operation for GetApplication {
    type Answer = Application;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = self.scope.path()?.words("access/apps").id("app_id", &self.app_id)?;
        Ok(Endpoint::new(Method::GET, path))
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<Application, Error> {
        raw.parse()
    }
}
