//! The operations, each with the permissions of which any one is enough.

use portcullis_model::{AccountId, OwnerId, Permission, ZoneId};

use super::scope::{Everywhere, Myself, Scope};

/// Something that a caller can be permitted to do.
pub trait Operation: Send + Sync + 'static {
    /// Where it is done.
    type Scope: Scope;
    /// Its name, for logs.
    const NAME: &'static str;
    /// Any one of these is enough. None at all: every valid credential is.
    const ACCEPTED: &'static [Permission];
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident on $scope:ty, any of [$($permission:ident),*];)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}

            impl Operation for $name {
                type Scope = $scope;
                const NAME: &'static str = stringify!($name);
                const ACCEPTED: &'static [Permission] = &[$(Permission::$permission),*];
            }
        )+
    };
}

operations! {
    /// Revoking every token of an application. Reading it is not enough, and writing it is.
    RevokeAppTokens on OwnerId, any of [AppsRevoke, AppsWrite];
    /// Listing applications. Who may revoke may look for what to revoke.
    ListApps on OwnerId, any of [AppsRead, AppsWrite, AppsRevoke];
    /// Reading an application.
    GetApp on OwnerId, any of [AppsRead, AppsWrite, AppsRevoke];
    /// Creating an application.
    CreateApp on OwnerId, any of [AppsWrite];
    /// Replacing an application.
    UpdateApp on OwnerId, any of [AppsWrite];
    /// Deleting an application.
    DeleteApp on OwnerId, any of [AppsWrite];
    /// Listing service tokens.
    ListServiceTokens on OwnerId, any of [ServiceTokensRead, ServiceTokensWrite];
    /// Reading a service token.
    GetServiceToken on OwnerId, any of [ServiceTokensRead, ServiceTokensWrite];
    /// Creating a service token.
    CreateServiceToken on OwnerId, any of [ServiceTokensWrite];
    /// Deleting a service token.
    DeleteServiceToken on OwnerId, any of [ServiceTokensWrite];
    /// Listing accounts.
    ListAccounts on Everywhere, any of [AccountSettingsRead, AccountSettingsWrite];
    /// Reading an account.
    GetAccount on AccountId, any of [AccountSettingsRead, AccountSettingsWrite];
    /// Listing zones.
    ListZones on Everywhere, any of [ZoneRead, ZoneWrite];
    /// Reading a zone.
    GetZone on ZoneId, any of [ZoneRead, ZoneWrite];
    /// Creating a zone in an account: needs the permission on every zone of the account, the new one included.
    CreateZone on AccountId, any of [ZoneWrite];
    /// Deleting a zone.
    DeleteZone on ZoneId, any of [ZoneWrite];
    /// Creating an API token of one's own.
    CreateApiToken on Myself, any of [ApiTokensWrite];
    /// Deleting an API token of one's own.
    DeleteApiToken on Myself, any of [ApiTokensWrite];
    /// Reading what an API token can be permitted.
    ListPermissionGroups on Myself, any of [ApiTokensRead, ApiTokensWrite];
    /// Asking about the API token with which one asks.
    VerifyApiToken on Myself, any of [];
}
