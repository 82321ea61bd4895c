//! Applications.

mod create;
mod delete;
mod get;
mod list;
mod new;
mod plan;
mod update;
mod validate;

use std::sync::Arc;

use portcullis_model::{AppDomain, Application, Audience, Policy};

use crate::commit::CommitFailed;

pub use new::{InlinePolicy, NewApplication, NewPolicy};
pub use validate::{
    DOMAINS_MAX, InvalidApplication, NAME_CHARS_MAX, POLICIES_MAX, PolicyFault, RULES_MAX, TEXT_BYTES_MAX,
};

/// Why an application was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// There is none with this id under this owner. 404 / 11021.
    #[error("no such application")]
    NoSuchApplication,
    /// The owner has gone since the grant was given.
    #[error("no such account or zone")]
    NoSuchOwner,
    /// 400 / 12130; `Display` is the detail.
    #[error(transparent)]
    Invalid(#[from] InvalidApplication),
    /// The same host and path belong to an application already. 409 / 11010.
    #[error("`{0}` belongs to another application")]
    AlreadyExists(AppDomain),
    /// See [`CommitFailed`].
    #[error(transparent)]
    Commit(#[from] CommitFailed),
}

/// An application with its policies, the first to be asked first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedApplication {
    /// The application.
    pub application: Arc<Application>,
    /// Its policies.
    pub policies: Vec<ResolvedPolicy>,
}

/// A policy in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedPolicy {
    /// Lower goes first.
    pub precedence: u32,
    /// The policy.
    pub policy: Arc<Policy>,
}

/// Which applications to list; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct ApplicationFilter {
    /// With this `aud` tag.
    pub audience: Option<Audience>,
    /// With this domain among theirs.
    pub domain: Option<String>,
    /// With this name.
    pub name: Option<String>,
    /// With this in name, domains or `aud` tag, whatever the case.
    pub search: Option<String>,
    /// `false`: a part of the domain or name is enough.
    pub exact: Option<bool>,
}
