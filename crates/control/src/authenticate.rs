//! Who calls.

use std::net::IpAddr;
use std::sync::Arc;

use portcullis_model::{Actor, ApiToken, ApiUser};

use crate::control::Control;

/// What a request says about who makes it; nothing in it is known to be true.
#[derive(Clone, Copy)]
pub struct RawCredentials<'a> {
    /// `Authorization`
    pub authorization: Option<&'a str>,
    /// `X-Auth-Email`
    pub auth_email: Option<&'a str>,
    /// `X-Auth-Key`
    pub auth_key: Option<&'a str>,
    /// The address that the request comes from.
    pub client_ip: IpAddr,
    /// The request's id: `cf-ray`.
    pub request_id: &'a str,
}

/// What a caller proved to hold.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An API token of the user.
    ApiToken(Arc<ApiToken>),
    /// The user's global API key.
    GlobalKey,
}

/// Somebody whose credentials are valid.
#[derive(Clone, Debug)]
pub struct Caller {
    pub(crate) user: Arc<ApiUser>,
    pub(crate) credential: Credential,
    pub(crate) client_ip: IpAddr,
    pub(crate) request_id: String,
}

/// Why a request's credentials are no proof of anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// 400 / 9106: none at all, or one half of a pair.
    #[error("no credentials")]
    Missing,
    /// 400 / 6003, 6111.
    #[error("the Authorization header is malformed")]
    MalformedAuthorization,
    /// 400 / 6003 with 6103 and 6102, whichever are true.
    #[error("the X-Auth-Key or X-Auth-Email header is malformed")]
    MalformedKeyPair {
        /// 6103
        key: bool,
        /// 6102
        email: bool,
    },
    /// 403 / 9103.
    #[error("unknown X-Auth-Key or X-Auth-Email")]
    UnknownKeyPair,
    /// 403 / 9109 `Invalid access token`: unknown, disabled, expired or not yet valid.
    #[error("the API token is unknown or does not work")]
    InvalidToken,
    /// 403 / 9109 `Cannot use the access token from location: <ip>`.
    #[error("the API token may not be used from {0}")]
    Location(IpAddr),
}

impl Caller {
    /// The user who calls, or on whose behalf the API token acts.
    pub fn user(&self) -> &ApiUser {
        &self.user
    }

    /// What they presented.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What the audit log calls them.
    pub(crate) fn actor(&self) -> Actor {
        match &self.credential {
            Credential::ApiToken(token) => Actor::ApiToken(token.id, self.user.id),
            Credential::GlobalKey => Actor::ApiKey(self.user.id),
        }
    }
}

impl Control {
    /// Finds out who calls.
    ///
    /// # Errors
    ///
    /// One variant for each way in which the credentials can be wrong. Where several are presented, all must
    /// be valid; the token counts.
    pub fn authenticate(&self, raw: RawCredentials<'_>) -> Result<Caller, AuthenticationError> {
        let _ = raw.client_ip;
        todo!()
    }
}
