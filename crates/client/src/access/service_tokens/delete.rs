//! `DELETE /{accounts|zones}/{id}/access/service_tokens/{service_token_id}`

use http::Method;
use portcullis_api_types::DeletedId;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::scope::ScopeChoice;
use crate::{Error, Operation, RawResponse, Request, Scoped};

/// Deletes a service token.
#[derive(Clone, Debug)]
pub struct DeleteServiceToken {
    scope: ScopeChoice,
    service_token_id: String,
}

impl DeleteServiceToken {
    pub(crate) fn new(service_token_id: String) -> Self {
        Self { scope: ScopeChoice::default(), service_token_id }
    }
}

impl Sealed for DeleteServiceToken {}

impl Scoped for DeleteServiceToken {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl Operation for DeleteServiceToken {
    type Answer = DeletedId;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = self
            .scope
            .path()?
            .words("access/service_tokens")
            .id("service_token_id", &self.service_token_id)?;
        Ok(Endpoint::new(Method::DELETE, path))
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<DeletedId, Error> {
        Ok(raw.parse::<Option<DeletedId>>()?.unwrap_or_default())
    }
}
