//! Who calls.

use std::net::IpAddr;
use std::sync::Arc;

use portcullis_model::{Actor, ApiToken, ApiTokenStatus, ApiUser};

use crate::control::Control;
use crate::state::State;

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
    /// Where a token and a key pair are presented, both must be valid and of one user, and the token counts.
    /// Half a pair beside a token proves nothing and takes nothing away: some clients always send the address.
    ///
    /// # Errors
    ///
    /// One variant for each way in which the credentials can be wrong.
    pub fn authenticate(&self, raw: RawCredentials<'_>) -> Result<Caller, AuthenticationError> {
        let state = self.state();
        let pair = raw.auth_email.zip(raw.auth_key);
        let by_pair = pair.map(|(email, key)| self.by_key_pair(&state, email, key)).transpose()?;
        let (user, credential) = match (raw.authorization, by_pair) {
            (Some(header), by_pair) => {
                let (user, token) = self.by_token(&state, header, raw.client_ip)?;
                if by_pair.is_some_and(|other| other.id != user.id) {
                    return Err(AuthenticationError::UnknownKeyPair);
                }
                (user, Credential::ApiToken(token))
            }
            (None, Some(user)) => (user, Credential::GlobalKey),
            (None, None) => return Err(AuthenticationError::Missing),
        };
        Ok(Caller { user, credential, client_ip: raw.client_ip, request_id: raw.request_id.to_owned() })
    }

    fn by_key_pair(
        &self,
        state: &State,
        email: &str,
        key: &str,
    ) -> Result<Arc<ApiUser>, AuthenticationError> {
        let malformed = (!is_api_key(key), !is_email(email));
        if let (key, email) = malformed
            && (key || email)
        {
            return Err(AuthenticationError::MalformedKeyPair { key, email });
        }
        // Computed for unknown addresses too, so that the time does not tell which are known.
        let digest = self.hasher().digest(key);
        let user = state.user_by_email(email).filter(|user| user.api_key == digest);
        user.cloned().ok_or(AuthenticationError::UnknownKeyPair)
    }

    fn by_token(
        &self,
        state: &State,
        header: &str,
        client_ip: IpAddr,
    ) -> Result<(Arc<ApiUser>, Arc<ApiToken>), AuthenticationError> {
        let value = bearer(header).ok_or(AuthenticationError::MalformedAuthorization)?;
        let token = state.api_token_by_digest(&self.hasher().digest(value));
        let token = token.ok_or(AuthenticationError::InvalidToken)?;
        let user = state.users.get(&token.user).ok_or(AuthenticationError::InvalidToken)?;
        if token.status(self.inner.clock.now().wall) != ApiTokenStatus::Active {
            return Err(AuthenticationError::InvalidToken);
        }
        if !token.usable_from(client_ip) {
            return Err(AuthenticationError::Location(client_ip));
        }
        Ok((user.clone(), token.clone()))
    }
}

/// The token in `Bearer <token>` (RFC 6750), if it looks like an API token: 40 to 80 letters, digits, `_`, `-`.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim_matches(' ');
    let is_token_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer");
    (is_bearer && (40..=80).contains(&token.len()) && token.bytes().all(is_token_byte)).then_some(token)
}

/// Whether it looks like a global API key: 37 to 45 lower-case hexadecimal digits, or the newer `cfk_…`.
fn is_api_key(key: &str) -> bool {
    match key.strip_prefix("cfk_") {
        Some(rest) => (36..=76).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric()),
        None => (37..=45).contains(&key.len()) && key.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
    }
}

/// Whether it looks like an email address.
pub(crate) fn is_email(email: &str) -> bool {
    let visible = email.len() <= 254 && email.bytes().all(|byte| byte.is_ascii_graphic());
    visible
        && email
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_has_the_form_of_one() {
        let token = "cfut_0123456789012345678901234567890123456789abcdef01";
        assert_eq!(bearer(&format!("Bearer {token}")), Some(token));
        assert_eq!(bearer(&format!("bearer  {token}")), Some(token));
        for header in
            ["", "Bearer", "Bearer ", "Bearer short", &format!("Basic {token}"), &format!("Bearer {token} x")]
        {
            assert_eq!(bearer(header), None, "{header}");
        }
    }

    #[test]
    fn an_api_token_is_no_api_key() {
        assert!(is_api_key(&"0a".repeat(19)));
        assert!(is_api_key(&format!("cfk_{}", "aB3".repeat(16))));
        for key in ["", &"0a".repeat(18), &"0A".repeat(19), "cfut_012345678901234567890123456789012345"] {
            assert!(!is_api_key(key), "{key}");
        }
    }
}
