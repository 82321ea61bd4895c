//! `POST /user/tokens`

use http::Method;
use portcullis_api_types::{ApiToken, ApiTokenParams};

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::path::Path;
use crate::{Error, Operation, RawResponse, Request};

/// Creates an API token. Only this answer has its value.
#[derive(Clone, Debug)]
pub struct CreateUserToken {
    params: ApiTokenParams,
}

impl CreateUserToken {
    pub(crate) fn new(params: ApiTokenParams) -> Self {
        Self { params }
    }
}

impl Sealed for CreateUserToken {}

impl Operation for CreateUserToken {
    type Answer = ApiToken;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = Path::new("user/tokens");
        Endpoint::new(Method::POST, path).json(&self.params)
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<ApiToken, Error> {
        raw.parse()
    }
}
