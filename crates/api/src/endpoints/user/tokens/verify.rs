//! `GET /user/tokens/verify`

use axum::extract::State;
use portcullis_api_types::{ApiTokenStatus, Extra, ResponseInfo, VerifiedApiToken};
use portcullis_control::authorize::VerifyApiToken;
use portcullis_control::{Authorized, Control};
use serde_json::Value;

use crate::answer::Answer;
use crate::errors::{ApiError, code};
use crate::extract::Refusal;

pub(crate) async fn handler(
    grant: Result<Authorized<VerifyApiToken>, Refusal>,
    State(control): State<Control>,
) -> Result<Answer<VerifiedApiToken>, ApiError> {
    let grant = grant.map_err(ApiError::of_verification)?;
    // A global API key is no API token.
    let token = control.verify_api_token(&grant).ok_or_else(ApiError::invalid_api_token)?;
    let verified = VerifiedApiToken {
        id: token.id.to_string(),
        // Whoever gets here was let in with it.
        status: Some(ApiTokenStatus::Active),
        not_before: token.not_before.map(|time| time.to_string()),
        expires_on: token.expires_on.map(|time| time.to_string()),
        ..VerifiedApiToken::default()
    };
    Ok(Answer::ok(verified).with_message(valid_and_active()))
}

/// Cloudflare's message, `"type":null` included.
fn valid_and_active() -> ResponseInfo {
    let extra = Extra::from_iter([("type".to_owned(), Value::Null)]);
    ResponseInfo { extra, ..ResponseInfo::new(code::VALID_API_TOKEN, "This API Token is valid and active") }
}
