//! Service tokens: the credentials of machines.

use crate::duration::SessionDuration;
use crate::id::{AccountId, ClientId, OwnerId, ServiceTokenId};
use crate::secret::SecretDigest;
use crate::time::Timestamp;

/// How long a service token's credentials last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceTokenDuration {
    /// From creation, or from the last refresh.
    Limited(SessionDuration),
    /// `forever`
    Forever,
}

impl ServiceTokenDuration {
    /// The text of the API: a Go duration, or `forever`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Limited(duration) => duration.as_str(),
            Self::Forever => "forever",
        }
    }
}

/// A machine's credentials, without the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceToken {
    /// Its id in the API.
    pub id: ServiceTokenId,
    /// The account or zone under whose path it was created.
    pub owner: OwnerId,
    /// The account that this owner is, or lies in.
    pub account: AccountId,
    /// Its name in the API.
    pub name: String,
    /// The public half of the credentials.
    pub client_id: ClientId,
    /// What is kept of the secret half.
    pub secret: SecretDigest,
    /// As configured.
    pub duration: ServiceTokenDuration,
    /// When the credentials stop; `None` is never.
    pub expires_at: Option<Timestamp>,
    /// Disabled credentials are refused.
    pub enabled: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
