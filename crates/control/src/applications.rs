//! Applications.

mod new;
mod validate;

use std::sync::Arc;

use portcullis_model::{AppDomain, AppId, Application, Audience, Policy};

use crate::authorize::{Authorized, CreateApp, DeleteApp, GetApp, ListApps, UpdateApp};
use crate::commit::{CommitFailed, Committed};
use crate::control::Control;
use crate::enforce::{Enforced, WaitFor};

pub use new::{InlinePolicy, NewApplication, NewPolicy};
pub use validate::{InvalidApplication, PolicyFault};

/// Why an application was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// There is none with this id under this owner. 404 / 11021.
    #[error("no such application")]
    NoSuchApplication,
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

impl Control {
    /// The applications of an owner, oldest first.
    pub fn list_applications(
        &self,
        grant: &Authorized<ListApps>,
        filter: &ApplicationFilter,
    ) -> Vec<ResolvedApplication> {
        let _ = (grant, filter);
        todo!()
    }

    /// An application.
    pub fn get_application(
        &self,
        grant: &Authorized<GetApp>,
        app: AppId,
    ) -> Result<ResolvedApplication, ApplicationError> {
        let _ = (grant, app);
        todo!()
    }

    /// Creates an application.
    pub async fn create_application(
        &self,
        grant: Authorized<CreateApp>,
        new: NewApplication,
    ) -> Result<Committed<ResolvedApplication>, ApplicationError> {
        let _ = (grant, new);
        todo!()
    }

    /// Replaces an application; it keeps its id, its `aud` tag and the time of its creation.
    pub async fn update_application(
        &self,
        grant: Authorized<UpdateApp>,
        app: AppId,
        new: NewApplication,
        wait: WaitFor,
    ) -> Result<Enforced<ResolvedApplication>, ApplicationError> {
        let _ = (grant, app, new, wait);
        todo!()
    }

    /// Deletes an application and kills its tokens.
    pub async fn delete_application(
        &self,
        grant: Authorized<DeleteApp>,
        app: AppId,
        wait: WaitFor,
    ) -> Result<Enforced<AppId>, ApplicationError> {
        let _ = (grant, app, wait);
        todo!()
    }
}
