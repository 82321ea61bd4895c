//! `POST /{accounts|zones}/{id}/access/service_tokens`

use http::Method;
use portcullis_api_types::{ServiceToken, ServiceTokenParams};

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::scope::ScopeChoice;
use crate::{Error, Operation, RawResponse, Request, Scoped};

/// Creates a service token. Only this answer has its secret.
#[derive(Clone, Debug)]
pub struct CreateServiceToken {
    scope: ScopeChoice,
    params: ServiceTokenParams,
}

impl CreateServiceToken {
    pub(crate) fn new(params: ServiceTokenParams) -> Self {
        Self { scope: ScopeChoice::default(), params }
    }
}

impl Sealed for CreateServiceToken {}

impl Scoped for CreateServiceToken {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl Operation for CreateServiceToken {
    type Answer = ServiceToken;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = self.scope.path()?.words("access/service_tokens");
        Endpoint::new(Method::POST, path).json(&self.params)
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<ServiceToken, Error> {
        raw.parse()
    }
}
