//! What this node knows, at one revision, immutable.

mod apply;
mod load;
mod project;
mod resolve;

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use portcullis_gate::GateView;
use portcullis_model::{
    Account, AccountId, ApiToken, ApiTokenId, ApiUser, AppDomain, AppKey, Application, Incarnation, Kid,
    Organization, OwnerId, Revision, ServiceToken, ServiceTokenId, UserId, Watermark, Zone, ZoneId,
};

use crate::keyring::Signer;
use crate::records::{OwnedPolicy, PolicyKey, RecordError, Settings};

pub(crate) use load::Source;

/// Everything in the store but the audit log, as typed values: a clone is cheap, and the next commit makes
/// another. Whatever a use case judges, it judges on one of these (I12).
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) incarnation: Incarnation,
    pub(crate) revision: Revision,
    /// When the configuration was last changed; what a change requires to be still so.
    pub(crate) generation: Option<Revision>,
    pub(crate) settings: Settings,
    pub(crate) accounts: OrdMap<AccountId, Arc<Account>>,
    pub(crate) organizations: OrdMap<AccountId, Arc<Organization>>,
    pub(crate) users: OrdMap<UserId, Arc<ApiUser>>,
    users_by_email: OrdMap<String, UserId>,
    pub(crate) zones: OrdMap<ZoneId, Arc<Zone>>,
    /// What such a zone owned is gone with it, although its records are still there.
    deleted_zones: OrdSet<ZoneId>,
    pub(crate) applications: OrdMap<AppKey, Created<Application>>,
    /// Which application covers a host and path.
    places: OrdMap<String, AppKey>,
    pub(crate) policies: OrdMap<PolicyKey, Arc<OwnedPolicy>>,
    pub(crate) service_tokens: OrdMap<ServiceTokenId, Created<ServiceToken>>,
    pub(crate) api_tokens: OrdMap<ApiTokenId, Arc<ApiToken>>,
    api_tokens_by_digest: OrdMap<[u8; 32], ApiTokenId>,
    signing_keys: OrdMap<Kid, Created<Signer>>,
    watermarks: imbl::HashMap<Watermark, Revision>,
    /// The same, as a gate sees it: what judges logins.
    pub(crate) view: GateView,
}

/// A value and the revision of its creation.
#[derive(Debug)]
pub(crate) struct Created<T> {
    pub(crate) value: Arc<T>,
    pub(crate) at: Revision,
}

impl<T> Clone for Created<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), at: self.at }
    }
}

/// Why a state cannot be had, or not be brought forward. The node must not go on.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// See [`RecordError`].
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The view did not follow.
    #[error(transparent)]
    Gap(#[from] portcullis_gate::Gap),
    /// The view would have gone back.
    #[error(transparent)]
    Older(#[from] portcullis_gate::OlderSnapshot),
}

impl State {
    /// The user with this address, whatever its case.
    pub(crate) fn user_by_email(&self, email: &str) -> Option<&Arc<ApiUser>> {
        self.users.get(self.users_by_email.get(&email.to_ascii_lowercase())?)
    }

    /// The API token whose secret has this digest.
    pub(crate) fn api_token_by_digest(
        &self,
        digest: &portcullis_model::SecretDigest,
    ) -> Option<&Arc<ApiToken>> {
        let token = self.api_tokens.get(self.api_tokens_by_digest.get(digest.as_bytes())?)?;
        // The map finds it by an ordinary comparison of keyed digests, of which nobody can choose a prefix.
        (token.secret == *digest).then_some(token)
    }

    /// The application that covers exactly what `domain` does.
    pub(crate) fn application_at(&self, domain: &AppDomain) -> Option<AppKey> {
        self.places.get(&place(domain)).copied()
    }

    /// The applications of one owner.
    pub(crate) fn applications_of(
        &self,
        owner: OwnerId,
    ) -> impl Iterator<Item = (&AppKey, &Created<Application>)> {
        let first = AppKey { owner, app: portcullis_model::AppId::from_random([0; 16]) };
        self.applications.range(first..).take_while(move |(key, _)| key.owner == owner)
    }

    /// The service tokens of one owner.
    pub(crate) fn service_tokens_of(&self, owner: OwnerId) -> impl Iterator<Item = &Created<ServiceToken>> {
        self.service_tokens.values().filter(move |token| token.value.owner == owner)
    }

    /// The key that signs: the newest.
    pub(crate) fn current_key(&self) -> Option<&Arc<Signer>> {
        self.signing_keys.iter().max_by_key(|(kid, key)| (key.at, **kid)).map(|(_, key)| &key.value)
    }

    /// The keys that signed tokens that are still valid, the newest first, without the one that signs.
    pub(crate) fn previous_keys(&self) -> Vec<Arc<Signer>> {
        let mut keys: Vec<_> = self.signing_keys.iter().collect();
        keys.sort_by_key(|(kid, key)| std::cmp::Reverse((key.at, **kid)));
        keys.into_iter().skip(1).map(|(_, key)| key.value.clone()).collect()
    }

    /// The host of `iss`.
    pub(crate) fn team_domain(&self) -> Option<&str> {
        self.organizations.values().next().map(|organization| organization.auth_domain.as_str())
    }

    /// The account that `owner` is, or lies in, if there is such an owner.
    pub(crate) fn account_of(&self, owner: OwnerId) -> Option<AccountId> {
        match owner {
            OwnerId::Account(id) => self.accounts.contains_key(&id).then_some(id),
            OwnerId::Zone(id) => self.zones.get(&id).map(|zone| zone.account),
        }
    }
}

/// The requests that `domain` covers, as one text: a host has no `/`, and a path begins with one.
fn place(domain: &AppDomain) -> String {
    format!("{}{}", domain.host(), domain.path())
}

#[cfg(test)]
mod tests;
