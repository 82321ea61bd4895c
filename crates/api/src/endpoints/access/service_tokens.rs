//! `/{accounts|zones}/{id}/access/service_tokens`

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;

use portcullis_api_types as wire;
use portcullis_model::ServiceToken;

/// A service token as the API answers it, without its secret.
fn answer(token: &ServiceToken) -> wire::ServiceToken {
    wire::ServiceToken {
        client_id: Some(token.client_id.to_string()),
        duration: Some(token.duration.as_str().to_owned()),
        enabled: Some(token.enabled),
        expires_at: token.expires_at.map(|time| time.to_string()),
        created_at: Some(token.created_at.to_string()),
        updated_at: Some(token.updated_at.to_string()),
        id: token.id.to_string(),
        name: Some(token.name.clone()),
        ..wire::ServiceToken::default()
    }
}
