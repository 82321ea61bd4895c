//! Accounts.

use std::sync::Arc;

use portcullis_model::Account;

use crate::authorize::{Authorized, GetAccount, ListAccounts};
use crate::control::Control;

impl Control {
    /// The accounts that the caller may see, oldest first.
    pub fn list_accounts(&self, grant: &Authorized<ListAccounts>) -> Vec<Arc<Account>> {
        let _ = grant;
        todo!()
    }

    /// An account. It exists, or the grant would not; `None` only if it has gone since.
    pub fn get_account(&self, grant: &Authorized<GetAccount>) -> Option<Arc<Account>> {
        let _ = grant;
        todo!()
    }
}
