//! `GET /accounts/{account_id}`

use http::Method;
use portcullis_api_types::Account;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::path::Path;
use crate::{Error, Operation, RawResponse, Request};

/// Reads an account.
#[derive(Clone, Debug)]
pub struct GetAccount {
    account_id: String,
}

impl GetAccount {
    pub(crate) fn new(account_id: String) -> Self {
        Self { account_id }
    }
}

impl Sealed for GetAccount {}

impl Operation for GetAccount {
    type Answer = Account;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = Path::new("accounts").id("account_id", &self.account_id)?;
        Ok(Endpoint::new(Method::GET, path))
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<Account, Error> {
        raw.parse()
    }
}
