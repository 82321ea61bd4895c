//! Accounts.

use std::sync::Arc;

use portcullis_model::{Account, ResourceScope};

use crate::authorize::{Authorized, GetAccount, ListAccounts, Operation as _, permits};
use crate::control::Control;

impl Control {
    /// The accounts that the caller may see, oldest first.
    pub fn list_accounts(&self, grant: &Authorized<ListAccounts>) -> Vec<Arc<Account>> {
        let caller = grant.caller();
        let visible =
            |account: &Account| permits(caller, ListAccounts::ACCEPTED, ResourceScope::Account(account.id));
        let state = self.state();
        let mut accounts: Vec<_> =
            state.accounts.values().filter(|account| visible(account)).cloned().collect();
        accounts.sort_by_key(|account| (account.created_on, account.id));
        accounts
    }

    /// An account. It exists, or the grant would not; `None` only if it has gone since.
    pub fn get_account(&self, grant: &Authorized<GetAccount>) -> Option<Arc<Account>> {
        self.state().accounts.get(grant.scope()).cloned()
    }
}
