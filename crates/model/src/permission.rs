//! What an API caller may do: Cloudflare's permission groups, with their names and ids.

/// The kind of thing a permission is held on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PermissionScope {
    /// An account.
    Account,
    /// A zone.
    Zone,
    /// A user.
    User,
}

impl PermissionScope {
    /// The scope's name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "com.cloudflare.api.account",
            Self::Zone => "com.cloudflare.api.account.zone",
            Self::User => "com.cloudflare.api.user",
        }
    }

    /// The scope with this name.
    pub fn find(name: &str) -> Option<Self> {
        [Self::Account, Self::Zone, Self::User].into_iter().find(|scope| scope.as_str() == name)
    }
}

macro_rules! permissions {
    ($($variant:ident $name:literal { $($scope:ident $id:literal),+ $(,)? })+) => {
        /// A permission. The same permission has one group, and one id, for each scope it exists in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Permission {
            $(
                #[doc = concat!("`", $name, "`")]
                $variant,
            )+
        }

        impl Permission {
            /// Cloudflare's name for it, which is the same in every scope.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl PermissionGroup {
            /// Every group that is offered.
            pub const ALL: &'static [Self] = &[
                $($(
                    Self { id: $id, permission: Permission::$variant, scope: PermissionScope::$scope },
                )+)+
            ];
        }
    };
}

/// A permission in one scope: what an API token's policy names by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PermissionGroup {
    /// Cloudflare's id: 32 hexadecimal digits.
    pub id: &'static str,
    /// What it permits.
    pub permission: Permission,
    /// On what.
    pub scope: PermissionScope,
}

impl PermissionGroup {
    /// The group with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|group| group.id == id)
    }
}

permissions! {
    AppsRead "Access: Apps and Policies Read" {
        Account "7ea222f6d5064cfa89ea366d7c1fee89", Zone "eb258a38ea634c86a0c89da6b27cb6b6"
    }
    AppsRevoke "Access: Apps and Policies Revoke" {
        Account "6c9d1cfcfc6840a987d1b5bfb880a841", Zone "6db4e222e21248ac96a3f4c2a81e3b41"
    }
    AppsWrite "Access: Apps and Policies Write" {
        Account "1e13c5124ca64b72b1969a67e8829049", Zone "959972745952452f8be2452be8cbb9f2"
    }
    OrganizationsRead "Access: Organizations, Identity Providers, and Groups Read" {
        Account "26bc23f853634eb4bff59983b9064fde"
    }
    OrganizationsRevoke "Access: Organizations, Identity Providers, and Groups Revoke" {
        Account "7121a0c7e9ed46e3829f9cca2bb572aa"
    }
    OrganizationsWrite "Access: Organizations, Identity Providers, and Groups Write" {
        Account "bfe0d8686a584fa680f4c53b5eb0de6d"
    }
    ServiceTokensRead "Access: Service Tokens Read" { Account "91f7ce32fa614d73b7e1fc8f0e78582b" }
    ServiceTokensWrite "Access: Service Tokens Write" { Account "a1c0fec57cf94af79479a6d827fa518c" }
    AuditLogsRead "Access: Audit Logs Read" { Account "b05b28e839c54467a7d6cba5d3abb5a3" }
    AccountSettingsRead "Account Settings Read" { Account "c1fde68c7bcc44588cbb6ddbc16d6480" }
    AccountSettingsWrite "Account Settings Write" { Account "1af1fa2adc104452b74a9a3364202f20" }
    ZoneRead "Zone Read" { Zone "c8fed203ed3043cba015a93ad1616f1f" }
    ZoneWrite "Zone Write" { Zone "e6d2666161e84845a636613608cee8d5" }
    ApiTokensRead "API Tokens Read" { User "0cc3a61731504c89b99ec1be78b77aa0" }
    ApiTokensWrite "API Tokens Write" { User "686d18d5ac6c441c867cbf6771e58a0a" }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_group_has_an_id_of_its_own() {
        let ids: HashSet<_> = PermissionGroup::ALL.iter().map(|group| group.id).collect();
        assert_eq!(ids.len(), PermissionGroup::ALL.len());
        assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())));
    }

    #[test]
    fn one_name_has_an_id_for_each_scope() {
        let revoke: Vec<_> =
            PermissionGroup::ALL.iter().filter(|group| group.permission == Permission::AppsRevoke).collect();
        assert_eq!(revoke.len(), 2);
        assert_ne!(revoke[0].id, revoke[1].id);
    }
}
