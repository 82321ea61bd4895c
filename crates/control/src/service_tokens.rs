//! Service tokens.

mod create;
mod delete;
mod get;
mod list;

use std::sync::Arc;

use portcullis_model::{ServiceToken, ServiceTokenDuration};
use secrecy::SecretString;

use crate::commit::CommitFailed;

/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = 255;

/// Why a service token was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceTokenError {
    /// There is none with this id under this owner.
    #[error("no such service token")]
    NoSuchServiceToken,
    /// A policy names it.
    #[error("a policy names the service token")]
    InUse,
    /// The owner has gone since the grant was given.
    #[error("no such account or zone")]
    NoSuchOwner,
    /// The detail for the client.
    #[error("{0}")]
    Invalid(&'static str),
    /// See [`CommitFailed`].
    #[error(transparent)]
    Commit(#[from] CommitFailed),
}

/// A service token to be created.
#[derive(Clone, Debug)]
pub struct NewServiceToken {
    /// Its name.
    pub name: String,
    /// How long its credentials last.
    pub duration: ServiceTokenDuration,
}

/// A service token and its secret, which is shown this once.
#[derive(Clone, Debug)]
pub struct CreatedServiceToken {
    /// The service token.
    pub service_token: Arc<ServiceToken>,
    /// The secret half of its credentials.
    pub client_secret: SecretString,
}

/// Which service tokens to list.
#[derive(Clone, Debug, Default)]
pub struct ServiceTokenFilter {
    /// With exactly this name.
    pub name: Option<String>,
    /// With this in its name, whatever the case.
    pub search: Option<String>,
}
