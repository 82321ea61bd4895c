use std::sync::Arc;

use portcullis_model::ApiToken;

use crate::authenticate::Credential;
use crate::authorize::{Authorized, VerifyApiToken};
use crate::control::Control;

impl Control {
    /// The API token with which the caller asks, which works, or they would not have got here; `None` for a
    /// global API key.
    pub fn verify_api_token(&self, grant: &Authorized<VerifyApiToken>) -> Option<Arc<ApiToken>> {
        match grant.caller().credential() {
            Credential::ApiToken(token) => Some(token.clone()),
            Credential::GlobalKey => None,
        }
    }
}
