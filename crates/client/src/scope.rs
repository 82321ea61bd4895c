//! Whose thing it is: an account's, or a zone's.

use crate::error::Invalid;
use crate::path::Path;

/// An account or a zone: whose application or service token it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The account with this id.
    Account(String),
    /// The zone with this id.
    Zone(String),
}

impl Scope {
    /// The account with this id.
    pub fn account(id: impl Into<String>) -> Self {
        Self::Account(id.into())
    }

    /// The zone with this id.
    pub fn zone(id: impl Into<String>) -> Self {
        Self::Zone(id.into())
    }
}

/// What the caller said so far; both and neither are found out when the call is sent.
#[derive(Clone, Debug, Default)]
pub struct ScopeChoice {
    account: Option<String>,
    zone: Option<String>,
}

impl ScopeChoice {
    /// An empty id says nothing, as in the official SDKs.
    pub(crate) fn set_account(&mut self, id: String) {
        self.account = Some(id).filter(|id| !id.is_empty());
    }

    /// An empty id says nothing, as in the official SDKs.
    pub(crate) fn set_zone(&mut self, id: String) {
        self.zone = Some(id).filter(|id| !id.is_empty());
    }

    pub(crate) fn set(&mut self, scope: Scope) {
        *self = Self::default();
        match scope {
            Scope::Account(id) => self.set_account(id),
            Scope::Zone(id) => self.set_zone(id),
        }
    }

    /// `accounts/{id}` or `zones/{id}`. The texts are those of cloudflare-go.
    pub(crate) fn path(&self) -> Result<Path, Invalid> {
        match (&self.account, &self.zone) {
            (Some(_), Some(_)) => {
                Err(Invalid::new("zone_id", "account ID and zone ID are mutually exclusive"))
            }
            (None, None) => Err(Invalid::new("account_id", "either account ID or zone ID must be provided")),
            (Some(account), None) => Path::new("accounts").id("account_id", account),
            (None, Some(zone)) => Path::new("zones").id("zone_id", zone),
        }
    }
}
