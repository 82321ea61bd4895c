//! An application with its policies.

use std::sync::Arc;

use portcullis_model::{AccountId, AppKey, Application, OwnerId, PolicyId};

use super::State;
use crate::applications::{ResolvedApplication, ResolvedPolicy};
use crate::records::{OwnedPolicy, PolicyKey};

/// An application names a policy that it cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the policy {0} is not there")]
pub(crate) struct Unresolved(pub(crate) PolicyId);

impl State {
    /// The policy `id`, if the application `key` can have it: its own, or a reusable one of its owner or account.
    pub(crate) fn policy_for(
        &self,
        key: AppKey,
        account: AccountId,
        id: PolicyId,
    ) -> Option<&Arc<OwnedPolicy>> {
        let own = self.policies.get(&PolicyKey { owner: key.owner, id });
        let own = own.filter(|policy| policy.application.is_none_or(|app| app == key.app));
        own.or_else(|| {
            let shared = self.policies.get(&PolicyKey { owner: OwnerId::Account(account), id });
            shared.filter(|policy| policy.application.is_none())
        })
    }

    /// The policies of `application`, the first to be asked first.
    pub(crate) fn policies_of(&self, application: &Application) -> Result<Vec<ResolvedPolicy>, Unresolved> {
        let mut links = application.policies.clone();
        links.sort_by_key(|link| link.precedence);
        let resolve = |link: portcullis_model::application::PolicyLink| {
            let found =
                self.policy_for(application.key, application.account, link.id).ok_or(Unresolved(link.id))?;
            Ok(ResolvedPolicy { precedence: link.precedence, policy: Arc::new(found.policy.clone()) })
        };
        links.into_iter().map(resolve).collect()
    }

    /// `application` as the API shows it. Policies that are not there are not shown.
    pub(crate) fn resolve(&self, application: &Arc<Application>) -> ResolvedApplication {
        let policies = self.policies_of(application).unwrap_or_default();
        ResolvedApplication { application: application.clone(), policies }
    }
}
