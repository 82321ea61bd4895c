//! API tokens: what an API caller presents, and what it permits.

use std::net::IpAddr;

use crate::id::{AccountId, ApiTokenId, UserId, ZoneId};
use crate::permission::{Permission, PermissionGroup, PermissionScope};
use crate::policy::IpRange;
use crate::secret::SecretDigest;
use crate::time::Timestamp;

/// Whether a policy gives or takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Gives.
    Allow,
    /// Takes, whatever any other policy gives.
    Deny,
}

/// On what a policy's permissions are held. (Cloudflare: "Create tokens via API", resources.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// `com.cloudflare.api.account.*`
    EveryAccount,
    /// `com.cloudflare.api.account.<id>`
    Account(AccountId),
    /// `com.cloudflare.api.account.zone.*`
    EveryZone,
    /// `com.cloudflare.api.account.zone.<id>`
    Zone(ZoneId),
    /// `com.cloudflare.api.account.<id>` with `com.cloudflare.api.account.zone.*` in it.
    ZonesOf(AccountId),
    /// `com.cloudflare.api.user.<id>`
    User(UserId),
}

/// What a caller wants to act on: one account, one zone with the account it lies in, or a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceScope {
    /// An account.
    Account(AccountId),
    /// A zone in an account.
    Zone(ZoneId, AccountId),
    /// A user.
    User(UserId),
}

impl ResourceScope {
    /// The kind of permission group that counts here.
    pub const fn permission_scope(self) -> PermissionScope {
        match self {
            Self::Account(_) => PermissionScope::Account,
            Self::Zone(..) => PermissionScope::Zone,
            Self::User(_) => PermissionScope::User,
        }
    }
}

impl Resource {
    /// Whether this resource is, or contains, `scope`.
    pub fn contains(self, scope: ResourceScope) -> bool {
        match (self, scope) {
            (Self::EveryAccount, ResourceScope::Account(_)) | (Self::EveryZone, ResourceScope::Zone(..)) => {
                true
            }
            (Self::Account(mine), ResourceScope::Account(wanted))
            | (Self::ZonesOf(mine), ResourceScope::Zone(_, wanted)) => mine == wanted,
            (Self::Zone(mine), ResourceScope::Zone(wanted, _)) => mine == wanted,
            (Self::User(mine), ResourceScope::User(wanted)) => mine == wanted,
            _ => false,
        }
    }
}

/// One statement of what an API token may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiPolicy {
    /// Its id: 32 hexadecimal digits.
    pub id: ApiTokenId,
    /// Whether it gives or takes.
    pub effect: Effect,
    /// What.
    pub groups: Vec<&'static PermissionGroup>,
    /// On what.
    pub resources: Vec<Resource>,
}

impl ApiPolicy {
    /// Whether it speaks of `permission` on `scope`. A group counts only on resources of its own kind.
    fn names(&self, permission: Permission, scope: ResourceScope) -> bool {
        let group = |group: &&PermissionGroup| {
            group.permission == permission && group.scope == scope.permission_scope()
        };
        self.groups.iter().any(group) && self.resources.iter().any(|resource| resource.contains(scope))
    }
}

/// What becomes of a caller who presents an API token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiTokenStatus {
    /// It works.
    Active,
    /// It was disabled.
    Disabled,
    /// It is past `expires_on`.
    Expired,
    /// It is before `not_before`.
    NotYetValid,
}

/// An API token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// The user on whose behalf it acts.
    pub user: UserId,
    /// Its name.
    pub name: String,
    /// What is kept of its secret.
    pub secret: SecretDigest,
    /// What it may do.
    pub policies: Vec<ApiPolicy>,
    /// The addresses it may be used from; empty is everywhere.
    pub allowed_from: Vec<IpRange>,
    /// The addresses it may not be used from.
    pub refused_from: Vec<IpRange>,
    /// Whether it was disabled.
    pub disabled: bool,
    /// It does not work before.
    pub not_before: Option<Timestamp>,
    /// It does not work from then on.
    pub expires_on: Option<Timestamp>,
    /// When it was created.
    pub issued_on: Timestamp,
    /// When it was last changed.
    pub modified_on: Timestamp,
}

impl ApiToken {
    /// Whether it works at `now`.
    pub fn status(&self, now: Timestamp) -> ApiTokenStatus {
        if self.disabled {
            ApiTokenStatus::Disabled
        } else if self.expires_on.is_some_and(|end| end <= now) {
            ApiTokenStatus::Expired
        } else if self.not_before.is_some_and(|start| now < start) {
            ApiTokenStatus::NotYetValid
        } else {
            ApiTokenStatus::Active
        }
    }

    /// Whether it may be used from `address`.
    pub fn usable_from(&self, address: IpAddr) -> bool {
        let within = |ranges: &[IpRange]| ranges.iter().any(|range| range.contains(address));
        (self.allowed_from.is_empty() || within(&self.allowed_from)) && !within(&self.refused_from)
    }

    /// Whether its policies give `permission` on `scope`: deny first, then allow, else no.
    pub fn permits(&self, permission: Permission, scope: ResourceScope) -> bool {
        let named = |effect| {
            self.policies.iter().any(|policy| policy.effect == effect && policy.names(permission, scope))
        };
        !named(Effect::Deny) && named(Effect::Allow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);
    const OTHER: AccountId = AccountId::from_bytes([2; 16]);
    const ZONE: ZoneId = ZoneId::from_bytes([3; 16]);

    fn group(permission: Permission, scope: PermissionScope) -> &'static PermissionGroup {
        PermissionGroup::ALL.iter().find(|it| it.permission == permission && it.scope == scope).unwrap()
    }

    fn policy(effect: Effect, scope: PermissionScope, resource: Resource) -> ApiPolicy {
        ApiPolicy {
            id: ApiTokenId::from_bytes([0; 16]),
            effect,
            groups: vec![group(Permission::AppsRevoke, scope)],
            resources: vec![resource],
        }
    }

    fn token(policies: Vec<ApiPolicy>) -> ApiToken {
        ApiToken {
            id: ApiTokenId::from_bytes([0; 16]),
            user: UserId::from_bytes([0; 16]),
            name: String::new(),
            secret: SecretDigest::from_bytes([0; 32]),
            policies,
            allowed_from: vec![],
            refused_from: vec![],
            disabled: false,
            not_before: None,
            expires_on: None,
            issued_on: Timestamp::default(),
            modified_on: Timestamp::default(),
        }
    }

    #[test]
    fn a_permission_counts_only_on_its_own_account() {
        let token = token(vec![policy(Effect::Allow, PermissionScope::Account, Resource::Account(ACCOUNT))]);
        assert!(token.permits(Permission::AppsRevoke, ResourceScope::Account(ACCOUNT)));
        assert!(!token.permits(Permission::AppsRevoke, ResourceScope::Account(OTHER)));
        assert!(!token.permits(Permission::AppsWrite, ResourceScope::Account(ACCOUNT)));
    }

    #[test]
    fn an_account_group_gives_nothing_on_a_zone() {
        let token = token(vec![
            policy(Effect::Allow, PermissionScope::Account, Resource::EveryZone),
            policy(Effect::Allow, PermissionScope::Zone, Resource::Account(ACCOUNT)),
        ]);
        assert!(!token.permits(Permission::AppsRevoke, ResourceScope::Zone(ZONE, ACCOUNT)));
        assert!(!token.permits(Permission::AppsRevoke, ResourceScope::Account(ACCOUNT)));
    }

    #[test]
    fn zones_of_an_account_are_only_its_own() {
        let token = token(vec![policy(Effect::Allow, PermissionScope::Zone, Resource::ZonesOf(ACCOUNT))]);
        assert!(token.permits(Permission::AppsRevoke, ResourceScope::Zone(ZONE, ACCOUNT)));
        assert!(!token.permits(Permission::AppsRevoke, ResourceScope::Zone(ZONE, OTHER)));
    }

    #[test]
    fn deny_wins_wherever_it_stands() {
        let token = token(vec![
            policy(Effect::Allow, PermissionScope::Account, Resource::EveryAccount),
            policy(Effect::Deny, PermissionScope::Account, Resource::Account(ACCOUNT)),
        ]);
        assert!(!token.permits(Permission::AppsRevoke, ResourceScope::Account(ACCOUNT)));
        assert!(token.permits(Permission::AppsRevoke, ResourceScope::Account(OTHER)));
    }

    #[test]
    fn a_token_ends_at_its_expiry_and_starts_at_its_beginning() {
        let mut token = token(vec![]);
        token.expires_on = Some(Timestamp::from_unix(10));
        token.not_before = Some(Timestamp::from_unix(5));
        assert_eq!(token.status(Timestamp::from_unix(4)), ApiTokenStatus::NotYetValid);
        assert_eq!(token.status(Timestamp::from_unix(5)), ApiTokenStatus::Active);
        assert_eq!(token.status(Timestamp::from_unix(9)), ApiTokenStatus::Active);
        assert_eq!(token.status(Timestamp::from_unix(10)), ApiTokenStatus::Expired);
    }
}
