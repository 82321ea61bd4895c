use std::sync::Arc;

use portcullis_model::{Action, ApiPolicy, ApiToken, ApiTokenId, Resource, SecretDigest, Timestamp, UserId};
use portcullis_token::secret;
use secrecy::ExposeSecret as _;

use super::{ApiTokenError, CreatedApiToken, NewApiToken, strength};
use crate::authenticate::Caller;
use crate::authorize::{Authorized, CreateApiToken};
use crate::commit::{CommitFailed, Committed, Planned};
use crate::control::Control;
use crate::fresh;
use crate::records::{Key, Record};
use crate::state::State;

/// How many API tokens a user can have. (Cloudflare: API token limits.)
pub const TOKENS_MAX: usize = 50;
/// How many policies an API token can have.
pub const POLICIES_MAX: usize = 50;
/// How many ranges of addresses an API token can name, and how many resources one of its policies.
pub const RESOURCES_MAX: usize = 300;

impl Control {
    /// Creates an API token of the caller's user. Its value is in the answer and nowhere else.
    ///
    /// # Security
    ///
    /// No API token can create one that permits more than itself.
    pub async fn create_api_token(
        &self,
        grant: Authorized<CreateApiToken>,
        new: NewApiToken,
    ) -> Result<Committed<CreatedApiToken>, ApiTokenError> {
        new.validate()?;
        let value = secret::api_token().map_err(CommitFailed::preparation)?;
        let digest = self.hasher().digest(value.expose_secret());
        let origin = self.origin(&grant);
        let now = origin.at;
        self.change(origin, |state| {
            let user = *grant.scope();
            if state.api_tokens.values().filter(|token| token.user == user).count() >= TOKENS_MAX {
                return Err(ApiTokenError::Invalid("the maximum of 50 API tokens has been reached"));
            }
            ensure_creator_is_there(state, grant.caller())?;
            ensure_own_resources(state, grant.caller(), &new)?;
            strength::ensure_not_stronger(state, grant.caller(), &new)?;
            let token = new.token(user, digest, now)?;
            let (key, action) = (Key::ApiToken(token.id), Action::CreateApiToken(token.id));
            let created = CreatedApiToken { api_token: Arc::new(token.clone()), value: value.clone() };
            Ok(Planned::new(action, created).put(key, Record::ApiToken(Box::new(token))))
        })
        .await
    }
}

/// A token that was deleted meanwhile leaves no children behind.
fn ensure_creator_is_there(state: &State, caller: &Caller) -> Result<(), ApiTokenError> {
    match &caller.credential {
        crate::Credential::ApiToken(token) if state.api_tokens.get(&token.id) != Some(token) => {
            Err(ApiTokenError::Stronger)
        }
        crate::Credential::ApiToken(_) | crate::Credential::GlobalKey => Ok(()),
    }
}

/// A token names only what is its user's.
fn ensure_own_resources(state: &State, caller: &Caller, new: &NewApiToken) -> Result<(), ApiTokenError> {
    let user = caller.user();
    let is_own = |resource: &Resource| match resource {
        Resource::EveryAccount | Resource::EveryZone => true,
        Resource::Account(id) | Resource::ZonesOf(id) => user.accounts.contains(id),
        Resource::Zone(id) => state.zones.get(id).is_some_and(|zone| user.accounts.contains(&zone.account)),
        Resource::User(id) => user.id == *id,
    };
    let own = new.policies.iter().flat_map(|policy| &policy.resources).all(is_own);
    if own { Ok(()) } else { Err(ApiTokenError::Invalid("a policy names a resource that does not exist")) }
}

impl NewApiToken {
    fn validate(&self) -> Result<(), ApiTokenError> {
        let invalid = |reason| Err(ApiTokenError::Invalid(reason));
        if self.name.is_empty() || self.name.chars().count() > 120 {
            return invalid("name must have 1 to 120 characters");
        }
        if self.policies.is_empty() || self.policies.len() > POLICIES_MAX {
            return invalid("an API token must have 1 to 50 policies");
        }
        if self.policies.iter().any(|policy| policy.groups.is_empty() || policy.resources.is_empty()) {
            return invalid("a policy must have permission groups and resources");
        }
        let too_many = |policy: &super::NewApiPolicy| {
            policy.groups.len() > RESOURCES_MAX || policy.resources.len() > RESOURCES_MAX
        };
        if self.policies.iter().any(too_many) {
            return invalid("a policy can have a maximum of 300 permission groups and resources");
        }
        if self.allowed_from.len() > RESOURCES_MAX || self.refused_from.len() > RESOURCES_MAX {
            return invalid("a condition can have a maximum of 300 ranges");
        }
        if self.not_before.zip(self.expires_on).is_some_and(|(start, end)| end <= start) {
            return invalid("expires_on must be after not_before");
        }
        Ok(())
    }

    fn token(&self, user: UserId, secret: SecretDigest, now: Timestamp) -> Result<ApiToken, CommitFailed> {
        let policy = |new: &super::NewApiPolicy| {
            Ok(ApiPolicy {
                id: ApiTokenId::from_bytes(fresh::bytes()?),
                effect: new.effect,
                groups: new.groups.clone(),
                resources: new.resources.clone(),
            })
        };
        Ok(ApiToken {
            id: ApiTokenId::from_bytes(fresh::bytes()?),
            user,
            name: self.name.clone(),
            secret,
            policies: self.policies.iter().map(policy).collect::<Result<_, CommitFailed>>()?,
            allowed_from: self.allowed_from.clone(),
            refused_from: self.refused_from.clone(),
            disabled: false,
            not_before: self.not_before,
            expires_on: self.expires_on,
            issued_on: now,
            modified_on: now,
        })
    }
}
