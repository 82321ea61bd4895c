//! `DELETE /{accounts|zones}/{id}/access/apps/{app_id}`

use http::Method;
use portcullis_api_types::DeletedId;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::scope::ScopeChoice;
use crate::{Error, Operation, RawResponse, Request, Scoped};

/// Deletes an application.
#[derive(Clone, Debug)]
pub struct DeleteApplication {
    scope: ScopeChoice,
    app_id: String,
}

impl DeleteApplication {
    pub(crate) fn new(app_id: String) -> Self {
        Self { scope: ScopeChoice::default(), app_id }
    }
}

impl Sealed for DeleteApplication {}

impl Scoped for DeleteApplication {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl Operation for DeleteApplication {
    type Answer = DeletedId;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = self.scope.path()?.words("access/apps").id("app_id", &self.app_id)?;
        Ok(Endpoint::new(Method::DELETE, path))
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<DeletedId, Error> {
        Ok(raw.parse::<Option<DeletedId>>()?.unwrap_or_default())
    }
}
