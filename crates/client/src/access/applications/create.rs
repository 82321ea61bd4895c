//! `POST /{accounts|zones}/{id}/access/apps`

use http::Method;
use portcullis_api_types::{Application, ApplicationParams};

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::scope::ScopeChoice;
use crate::{Error, Operation, RawResponse, Request, Scoped};

/// Creates an application.
#[derive(Clone, Debug)]
pub struct CreateApplication {
    scope: ScopeChoice,
    params: ApplicationParams,
}

impl CreateApplication {
    pub(crate) fn new(params: ApplicationParams) -> Self {
        Self { scope: ScopeChoice::default(), params }
    }
}

impl Sealed for CreateApplication {}

impl Scoped for CreateApplication {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl Operation for CreateApplication {
    type Answer = Application;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = self.scope.path()?.words("access/apps");
        Endpoint::new(Method::POST, path).json(&self.params)
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<Application, Error> {
        raw.parse()
    }
}
