//! The wire types of the control API: what Cloudflare's Access API and Portcullis both speak.
//!
//! Three rules hold for every type here.
//!
//! - **Answers are read leniently.** Every field of an answer may be missing or `null`, a string
//!   enum has an `Unknown` variant, a union has `Other`, and what is not known by name is kept in
//!   `extra`. An API that gains a field does not break its clients.
//! - **Requests lose nothing.** A field of a request is absent, `null` or a value ([`Field`]), and
//!   what is not known by name is kept in `extra`, so that a server can refuse it by name instead of
//!   silently doing something else.
//! - **Secrets do not print.** See [`Secret`].
//!
//! Architecture invariant: nothing here depends on HTTP, on an async runtime, or on the domain
//! model. Wire, domain and stored forms are different types (I9).

mod account;
mod api_token;
mod api_token_params;
mod application;
mod application_params;
mod cors_headers;
mod destination;
mod envelope;
mod field;
mod lenient;
mod policy;
mod policy_params;
mod rule;
mod secret;
mod service_token;
mod text_enum;
mod zone;

pub use account::Account;
pub use api_token::{
    AddressFilter, ApiToken, ApiTokenPolicy, ApiTokenStatus, Condition, Effect, PermissionGroup, Resource,
    VerifiedApiToken,
};
pub use api_token_params::{ApiTokenParams, ApiTokenPolicyParams, PermissionGroupRef};
pub use application::{Application, ApplicationType, SameSite};
pub use application_params::ApplicationParams;
pub use cors_headers::CorsHeaders;
pub use destination::{Destination, DestinationType};
pub use envelope::{DeletedId, Envelope, ErrorCause, ErrorData, ErrorSource, ResponseInfo, ResultInfo};
pub use field::Field;
pub use policy::{Decision, Policy};
pub use policy_params::{InlinePolicy, PolicyLink, PolicyParams};
pub use rule::Rule;
pub use secret::Secret;
pub use service_token::{ServiceToken, ServiceTokenParams};
pub use zone::{OwnerRef, Zone, ZoneParams};

/// Fields that the types here do not know by name, kept as they were sent.
pub type Extra = serde_json::Map<String, serde_json::Value>;
