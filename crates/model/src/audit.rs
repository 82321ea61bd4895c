//! What is written down about each change, in the same commit as the change (I6).

use std::net::IpAddr;

use crate::id::{ApiTokenId, AppKey, PolicyId, ServiceTokenId, UserId, ZoneId};
use crate::time::Timestamp;

/// Who made a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A caller with an API token, on behalf of its user.
    ApiToken(ApiTokenId, UserId),
    /// A caller with a user's global API key.
    ApiKey(UserId),
    /// The server itself, such as at its first start.
    Server,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The server was set up.
    Bootstrap,
    /// A signing key was added.
    CreateKey,
    /// An application was created.
    CreateApplication(AppKey),
    /// An application was replaced.
    UpdateApplication(AppKey),
    /// An application was deleted.
    DeleteApplication(AppKey),
    /// Every token of an application was revoked.
    RevokeApplicationTokens(AppKey),
    /// A policy was changed or removed as part of its application.
    ChangePolicy(AppKey, PolicyId),
    /// A service token was created.
    CreateServiceToken(ServiceTokenId),
    /// A service token was deleted.
    DeleteServiceToken(ServiceTokenId),
    /// A zone was created.
    CreateZone(ZoneId),
    /// A zone was deleted, with all that it owned.
    DeleteZone(ZoneId),
    /// An API token was created.
    CreateApiToken(ApiTokenId),
    /// An API token was deleted.
    DeleteApiToken(ApiTokenId),
}

/// One entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// When, by the server's calendar; its order is the revision of its commit.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// From which address; `None` for the server itself.
    pub from: Option<IpAddr>,
    /// The id of the API request (`cf-ray`), if there was one.
    pub request_id: Option<String>,
    /// What.
    pub action: Action,
}
