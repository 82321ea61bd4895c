//! The accounts.

mod get;

use portcullis_api_types::Account;

use crate::{Client, List, Request};

pub use get::GetAccount;

/// The accounts that the credential can see.
#[derive(Clone, Copy, Debug)]
pub struct Accounts<'a> {
    client: &'a Client,
}

impl<'a> Accounts<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Lists the accounts.
    pub fn list(self) -> Request<List<Account>> {
        Request::new(self.client, List::new())
    }

    /// Reads an account.
    pub fn get(self, account_id: impl Into<String>) -> Request<GetAccount> {
        Request::new(self.client, GetAccount::new(account_id.into()))
    }
}
