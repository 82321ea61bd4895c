//! Who owns things, and who calls the API.

use crate::id::{AccountId, UserId, ZoneId};
use crate::secret::SecretDigest;
use crate::time::Timestamp;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_on: Timestamp,
}

/// The Zero Trust organization of an account: where its people log in, and who signs its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// The account that it belongs to.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The team domain, without scheme or port: the host of `iss`.
    pub auth_domain: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A zone: a domain that belongs to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The domain, lower case.
    pub name: String,
    /// When it was created.
    pub created_on: Timestamp,
    /// When it was last changed.
    pub modified_on: Timestamp,
}

impl Zone {
    /// Whether `host` is this zone's domain or a name below it.
    pub fn contains(&self, host: &str) -> bool {
        host.strip_suffix(self.name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

/// A person who administers accounts through the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiUser {
    /// Their user tag.
    pub id: UserId,
    /// Their address: `X-Auth-Email`.
    pub email: String,
    /// What is kept of their global API key: `X-Auth-Key`.
    pub api_key: SecretDigest,
    /// The accounts in which they may do everything.
    pub accounts: Vec<AccountId>,
    /// When they were added.
    pub created_on: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_contains_itself_and_names_below_it_only() {
        let zone = Zone {
            id: ZoneId::from_bytes([0; 16]),
            account: AccountId::from_bytes([0; 16]),
            name: "example.com".into(),
            created_on: Timestamp::default(),
            modified_on: Timestamp::default(),
        };
        assert!(zone.contains("example.com"));
        assert!(zone.contains("a.b.example.com"));
        assert!(!zone.contains("badexample.com"));
        assert!(!zone.contains("com"));
    }
}
