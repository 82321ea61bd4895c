//! `/accounts`

pub(crate) mod get;
pub(crate) mod list;

use portcullis_api_types as wire;
use portcullis_model::Account;

/// An account as the API answers it.
fn answer(account: &Account) -> wire::Account {
    wire::Account {
        id: account.id.to_string(),
        name: Some(account.name.clone()),
        kind: Some("standard".to_owned()),
        created_on: Some(account.created_on.to_string()),
        ..wire::Account::default()
    }
}
