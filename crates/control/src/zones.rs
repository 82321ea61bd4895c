//! Zones.

mod create;
mod delete;
mod get;
mod list;

use crate::commit::CommitFailed;

pub(crate) use create::host_name;

/// Why a zone was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    /// There is no such zone, any more.
    #[error("no such zone")]
    NoSuchZone,
    /// The account has gone since the grant was given.
    #[error("no such account")]
    NoSuchAccount,
    /// The domain is a zone already, in this account or another.
    #[error("the zone exists already")]
    AlreadyExists,
    /// The name is no domain.
    #[error("`{0}` is not a domain name")]
    Name(String),
    /// See [`CommitFailed`].
    #[error(transparent)]
    Commit(#[from] CommitFailed),
}
