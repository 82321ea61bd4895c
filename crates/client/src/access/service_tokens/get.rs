//! `GET /{accounts|zones}/{id}/access/service_tokens/{service_token_id}`

use http::Method;
use portcullis_api_types::ServiceToken;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::scope::ScopeChoice;
use crate::{Error, Operation, RawResponse, Request, Scoped};

/// Reads a service token, without its secret.
#[derive(Clone, Debug)]
pub struct GetServiceToken {
    scope: ScopeChoice,
    service_token_id: String,
}

impl GetServiceToken {
    pub(crate) fn new(service_token_id: String) -> Self {
        Self { scope: ScopeChoice::default(), service_token_id }
    }
}

impl Sealed for GetServiceToken {}

impl Scoped for GetServiceToken {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl Operation for GetServiceToken {
    type Answer = ServiceToken;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = self
            .scope
            .path()?
            .words("access/service_tokens")
            .id("service_token_id", &self.service_token_id)?;
        Ok(Endpoint::new(Method::GET, path))
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<ServiceToken, Error> {
        raw.parse()
    }
}
