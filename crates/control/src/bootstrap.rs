//! The first account, its organization, its owner and their credentials.

use std::sync::Arc;

use portcullis_model::{Account, ApiTokenId, ApiUser, Organization};
use secrecy::SecretString;

use crate::commit::CommitFailed;
use crate::control::Control;

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

impl Control {
    /// Sets the server up, unless it is: then the answer is `None`, and nothing is written.
    pub async fn bootstrap(&self, request: BootstrapRequest) -> Result<Option<Bootstrapped>, BootstrapError> {
        let _ = request;
        todo!()
    }
}
