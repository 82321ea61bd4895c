//! Service tokens.

use std::sync::Arc;

use portcullis_model::{ServiceToken, ServiceTokenDuration, ServiceTokenId};
use secrecy::SecretString;

use crate::authorize::{Authorized, CreateServiceToken, DeleteServiceToken, GetServiceToken, ListServiceTokens};
use crate::commit::{CommitFailed, Committed};
use crate::control::Control;
use crate::enforce::{Enforced, WaitFor};

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

impl Control {
    /// The service tokens of an owner, oldest first.
    pub fn list_service_tokens(
        &self,
        grant: &Authorized<ListServiceTokens>,
        filter: &ServiceTokenFilter,
    ) -> Vec<Arc<ServiceToken>> {
        let _ = (grant, filter);
        todo!()
    }

    /// A service token.
    pub fn get_service_token(
        &self,
        grant: &Authorized<GetServiceToken>,
        id: ServiceTokenId,
    ) -> Result<Arc<ServiceToken>, ServiceTokenError> {
        let _ = (grant, id);
        todo!()
    }

    /// Creates a service token.
    pub async fn create_service_token(
        &self,
        grant: Authorized<CreateServiceToken>,
        new: NewServiceToken,
    ) -> Result<Committed<CreatedServiceToken>, ServiceTokenError> {
        let _ = (grant, new);
        todo!()
    }

    /// Deletes a service token and kills what was issued to it. The value is what it was.
    pub async fn delete_service_token(
        &self,
        grant: Authorized<DeleteServiceToken>,
        id: ServiceTokenId,
        wait: WaitFor,
    ) -> Result<Enforced<Arc<ServiceToken>>, ServiceTokenError> {
        let _ = (grant, id, wait);
        todo!()
    }
}
