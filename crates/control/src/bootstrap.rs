//! The first account, its organization, its owner and their credentials.

use std::sync::Arc;

use portcullis_model::{
    Account, AccountId, Action, ApiPolicy, ApiToken, ApiTokenId, ApiUser, Effect, Organization,
    PermissionGroup, PermissionScope, Resource, SecretDigest, Timestamp, UserId,
};
use portcullis_token::{SigningKey, secret};
use secrecy::{ExposeSecret as _, SecretString};

use crate::authenticate::is_email;
use crate::commit::{CommitFailed, Origin, Planned};
use crate::control::Control;
use crate::fresh;
use crate::records::{Key, Record, SealedSigningKey};
use crate::zones::host_name;

/// What the first start is told.
#[derive(Clone, Debug)]
pub struct BootstrapRequest {
    /// The name of the account.
    pub account_name: String,
    /// The name of its organization.
    pub organization_name: String,
    /// The team domain, without scheme or port.
    pub team_domain: String,
    /// The address of the owner.
    pub owner_email: String,
}

/// What the first start made. The secrets are shown this once.
#[derive(Clone, Debug)]
pub struct Bootstrapped {
    /// The account.
    pub account: Arc<Account>,
    /// Its organization.
    pub organization: Arc<Organization>,
    /// Its owner.
    pub owner: Arc<ApiUser>,
    /// The owner's global API key.
    pub global_api_key: SecretString,
    /// The id of an API token that may do everything.
    pub api_token_id: ApiTokenId,
    /// Its value.
    pub api_token: SecretString,
}

/// Why nothing was set up.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// The team domain is not a host name.
    #[error("`{0}` is not a host name")]
    TeamDomain(String),
    /// The owner's address is not one.
    #[error("`{0}` is not an email address")]
    Email(String),
    /// See [`CommitFailed`].
    #[error(transparent)]
    Commit(#[from] CommitFailed),
}

impl BootstrapRequest {
    fn validate(&self) -> Result<String, BootstrapError> {
        if !is_email(&self.owner_email) {
            return Err(BootstrapError::Email(self.owner_email.clone()));
        }
        host_name(&self.team_domain).ok_or_else(|| BootstrapError::TeamDomain(self.team_domain.clone()))
    }
}

/// Why a first start ended without having set anything up.
enum NotSetUp {
    Already,
    Failed(BootstrapError),
}

impl From<CommitFailed> for NotSetUp {
    fn from(error: CommitFailed) -> Self {
        Self::Failed(error.into())
    }
}

/// What is drawn at random, once, whatever becomes of the attempts to commit it.
struct Secrets {
    global_api_key: SecretString,
    api_token: SecretString,
    signing_key: SealedSigningKey,
}

impl Control {
    /// Sets the server up, unless it is: then the answer is `None`, and nothing is written.
    ///
    /// # Security
    ///
    /// The secrets are in the answer and nowhere else.
    pub async fn bootstrap(&self, request: BootstrapRequest) -> Result<Option<Bootstrapped>, BootstrapError> {
        let team_domain = request.validate()?;
        if !self.state().accounts.is_empty() {
            return Ok(None);
        }
        let origin = Origin::server(&*self.inner.clock);
        let now = origin.at;
        let secrets = self.draw(now).await?;
        let change = self.change(origin, |state| {
            if state.accounts.is_empty() {
                Ok(self.plan(&request, &team_domain, &secrets, now)?)
            } else {
                Err(NotSetUp::Already)
            }
        });
        match change.await {
            Ok(committed) => Ok(Some(committed.value)),
            Err(NotSetUp::Already) => Ok(None),
            Err(NotSetUp::Failed(error)) => Err(error),
        }
    }

    async fn draw(&self, now: Timestamp) -> Result<Secrets, CommitFailed> {
        let generated = tokio::task::spawn_blocking(move || SigningKey::generate(now)).await;
        let key = generated.map_err(CommitFailed::preparation)?.map_err(CommitFailed::preparation)?;
        Ok(Secrets {
            global_api_key: secret::global_api_key().map_err(CommitFailed::preparation)?,
            api_token: secret::api_token().map_err(CommitFailed::preparation)?,
            signing_key: self.inner.source.keyring.seal_signing_key(&key, now)?,
        })
    }

    fn plan(
        &self,
        request: &BootstrapRequest,
        team_domain: &str,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Planned<Bootstrapped>, CommitFailed> {
        let account = Account {
            id: AccountId::from_bytes(fresh::bytes()?),
            name: request.account_name.clone(),
            created_on: now,
        };
        let organization = Organization {
            account: account.id,
            name: request.organization_name.clone(),
            auth_domain: team_domain.to_owned(),
            created_at: now,
            updated_at: now,
        };
        let owner = ApiUser {
            id: UserId::from_bytes(fresh::bytes()?),
            email: request.owner_email.clone(),
            api_key: self.hasher().digest(secrets.global_api_key.expose_secret()),
            accounts: vec![account.id],
            created_on: now,
        };
        let digest = self.hasher().digest(secrets.api_token.expose_secret());
        let api_token = full_token(owner.id, digest, now)?;
        let kid = secrets.signing_key.public.kid;
        let bootstrapped = Bootstrapped {
            account: Arc::new(account.clone()),
            organization: Arc::new(organization.clone()),
            owner: Arc::new(owner.clone()),
            global_api_key: secrets.global_api_key.clone(),
            api_token_id: api_token.id,
            api_token: secrets.api_token.clone(),
        };
        Ok(Planned::new(Action::Bootstrap, bootstrapped)
            .put(Key::Account(account.id), Record::Account(account))
            .put(Key::Organization(organization.account), Record::Organization(organization))
            .put(Key::User(owner.id), Record::User(owner))
            .put(Key::ApiToken(api_token.id), Record::ApiToken(Box::new(api_token)))
            .put(Key::SigningKey(kid), Record::SigningKey(Box::new(secrets.signing_key.clone()))))
    }
}

/// An API token of `user` that may do everything they may.
fn full_token(user: UserId, secret: SecretDigest, now: Timestamp) -> Result<ApiToken, CommitFailed> {
    let policy = |scope: PermissionScope, resource: Resource| {
        Ok(ApiPolicy {
            id: ApiTokenId::from_bytes(fresh::bytes()?),
            effect: Effect::Allow,
            groups: PermissionGroup::ALL.iter().filter(|group| group.scope == scope).collect(),
            resources: vec![resource],
        })
    };
    let policies = [
        policy(PermissionScope::Account, Resource::EveryAccount),
        policy(PermissionScope::Zone, Resource::EveryZone),
        policy(PermissionScope::User, Resource::User(user)),
    ];
    Ok(ApiToken {
        id: ApiTokenId::from_bytes(fresh::bytes()?),
        user,
        name: "Portcullis bootstrap".into(),
        secret,
        policies: policies.into_iter().collect::<Result<_, CommitFailed>>()?,
        allowed_from: Vec::new(),
        refused_from: Vec::new(),
        disabled: false,
        not_before: None,
        expires_on: None,
        issued_on: now,
        modified_on: now,
    })
}
