//! `GET /user/tokens/verify`

use http::Method;
use portcullis_api_types::VerifiedApiToken;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::path::Path;
use crate::{Error, Operation, RawResponse, Request};

/// Asks whether the API token that the client sends is accepted.
#[derive(Clone, Debug)]
pub struct VerifyUserToken;

impl Sealed for VerifyUserToken {}

impl Operation for VerifyUserToken {
    type Answer = VerifiedApiToken;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = Path::new("user/tokens/verify");
        Ok(Endpoint::new(Method::GET, path))
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<VerifiedApiToken, Error> {
        raw.parse()
    }
}
