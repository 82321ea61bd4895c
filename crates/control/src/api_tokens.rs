//! API tokens.

mod create;
mod delete;
mod strength;
mod verify;

use std::sync::Arc;

use portcullis_model::{ApiToken, Effect, IpRange, PermissionGroup, Resource, Timestamp};
use secrecy::SecretString;

use crate::commit::CommitFailed;

pub use create::{POLICIES_MAX, RESOURCES_MAX, TOKENS_MAX};

/// Why an API token was not created, read or deleted.
#[derive(Debug, thiserror::Error)]
pub enum ApiTokenError {
    /// The user has none with this id.
    #[error("no such API token")]
    NoSuchApiToken,
    /// It would permit more than the credential that asks for it.
    #[error("an API token cannot permit more than the one that creates it")]
    Stronger,
    /// The detail for the client.
    #[error("{0}")]
    Invalid(&'static str),
    /// See [`CommitFailed`].
    #[error(transparent)]
    Commit(#[from] CommitFailed),
}

/// An API token to be created.
#[derive(Clone, Debug, Default)]
pub struct NewApiToken {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub policies: Vec<NewApiPolicy>,
    /// From where; empty is everywhere.
    pub allowed_from: Vec<IpRange>,
    /// From where not.
    pub refused_from: Vec<IpRange>,
    /// Not before.
    pub not_before: Option<Timestamp>,
    /// Not from then on.
    pub expires_on: Option<Timestamp>,
}

/// One policy of an API token to be created.
#[derive(Clone, Debug)]
pub struct NewApiPolicy {
    /// Whether it gives or takes.
    pub effect: Effect,
    /// What.
    pub groups: Vec<&'static PermissionGroup>,
    /// On what.
    pub resources: Vec<Resource>,
}

/// An API token and its secret, which is shown this once.
#[derive(Clone, Debug)]
pub struct CreatedApiToken {
    /// The API token.
    pub api_token: Arc<ApiToken>,
    /// What callers present.
    pub value: SecretString,
}
