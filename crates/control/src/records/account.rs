//! Accounts, organizations, users and zones.

use portcullis_model::{
    Account, AccountId, ApiUser, Organization, SecretDigest, Timestamp, UserId, Zone, ZoneId,
};
use serde::{Deserialize, Serialize};

use super::Wire;
use super::text::{self, Text};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountWire {
    name: String,
    #[serde(with = "text::unix")]
    created_on: Timestamp,
}

impl Wire for AccountWire {
    type Id = AccountId;
    type Value = Account;

    fn from_value(value: &Account) -> Self {
        Self { name: value.name.clone(), created_on: value.created_on }
    }

    fn into_value(self, id: AccountId) -> Account {
        Account { id, name: self.name, created_on: self.created_on }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrganizationWire {
    name: String,
    auth_domain: String,
    #[serde(with = "text::unix")]
    created_at: Timestamp,
    #[serde(with = "text::unix")]
    updated_at: Timestamp,
}

impl Wire for OrganizationWire {
    type Id = AccountId;
    type Value = Organization;

    fn from_value(value: &Organization) -> Self {
        Self {
            name: value.name.clone(),
            auth_domain: value.auth_domain.clone(),
            created_at: value.created_at,
            updated_at: value.updated_at,
        }
    }

    fn into_value(self, account: AccountId) -> Organization {
        let Self { name, auth_domain, created_at, updated_at } = self;
        Organization { account, name, auth_domain, created_at, updated_at }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserWire {
    email: String,
    #[serde(with = "text::digest")]
    api_key: SecretDigest,
    accounts: Vec<Text<AccountId>>,
    #[serde(with = "text::unix")]
    created_on: Timestamp,
}

impl Wire for UserWire {
    type Id = UserId;
    type Value = ApiUser;

    fn from_value(value: &ApiUser) -> Self {
        Self {
            email: value.email.clone(),
            api_key: value.api_key,
            accounts: text::texts(&value.accounts),
            created_on: value.created_on,
        }
    }

    fn into_value(self, id: UserId) -> ApiUser {
        let Self { email, api_key, accounts, created_on } = self;
        ApiUser { id, email, api_key, accounts: text::values(accounts), created_on }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ZoneWire {
    #[serde(with = "text::display")]
    account: AccountId,
    name: String,
    #[serde(with = "text::unix")]
    created_on: Timestamp,
    #[serde(with = "text::unix")]
    modified_on: Timestamp,
}

impl Wire for ZoneWire {
    type Id = ZoneId;
    type Value = Zone;

    fn from_value(value: &Zone) -> Self {
        Self {
            account: value.account,
            name: value.name.clone(),
            created_on: value.created_on,
            modified_on: value.modified_on,
        }
    }

    fn into_value(self, id: ZoneId) -> Zone {
        let Self { account, name, created_on, modified_on } = self;
        Zone { id, account, name, created_on, modified_on }
    }
}
