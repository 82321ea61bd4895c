//! The words of Portcullis: ids, applications, policies, credentials, revisions and watermarks.
//!
//! Everything here is a value that holds its own invariants. Nothing reads a clock, a file or a
//! socket, nothing encrypts, and nothing knows how it is written on the wire or on disk: those are
//! different types, in `api-types` and in `control`'s records (I9).

pub mod account;
pub mod api_token;
pub mod app_domain;
pub mod application;
pub mod audit;
pub mod duration;
pub mod feed;
pub mod id;
pub mod permission;
pub mod policy;
pub mod revision;
pub mod secret;
pub mod service_token;
pub mod time;

pub use account::{Account, ApiUser, Organization, Zone};
pub use api_token::{ApiPolicy, ApiToken, ApiTokenStatus, Effect, Resource, ResourceScope};
pub use app_domain::AppDomain;
pub use application::{Application, CorsHeaders, Presentation, SameSite};
pub use audit::{Action, Actor, AuditRecord};
pub use duration::SessionDuration;
pub use feed::{Change, Commit, GateApplication, PublicKey, Snapshot};
pub use id::{
    AccountId, ApiTokenId, AppId, AppKey, Audience, ClientId, IdError, Incarnation, Kid, OwnerId, PolicyId,
    ServiceTokenId, SessionNonce, UserId, ZoneId,
};
pub use permission::{Permission, PermissionGroup, PermissionScope};
pub use policy::{Decision, IpRange, Policy, Selector};
pub use revision::{Revision, Watermark};
pub use secret::SecretDigest;
pub use service_token::{ServiceToken, ServiceTokenDuration};
pub use time::{Clock, Moment, Now, Timestamp};
