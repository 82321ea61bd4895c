//! `DELETE /user/tokens/{token_id}`

use http::Method;
use portcullis_api_types::DeletedId;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::path::Path;
use crate::{Error, Operation, RawResponse, Request};

/// Deletes an API token.
#[derive(Clone, Debug)]
pub struct DeleteUserToken {
    token_id: String,
}

impl DeleteUserToken {
    pub(crate) fn new(token_id: String) -> Self {
        Self { token_id }
    }
}

impl Sealed for DeleteUserToken {}

impl Operation for DeleteUserToken {
    type Answer = DeletedId;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = Path::new("user/tokens").id("token_id", &self.token_id)?;
        Ok(Endpoint::new(Method::DELETE, path))
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<DeletedId, Error> {
        Ok(raw.parse::<Option<DeletedId>>()?.unwrap_or_default())
    }
}
