//! `DELETE /{accounts|zones}/{id}/access/service_tokens/{service_token_id}`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::DeleteServiceToken;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::enforcement;
use crate::errors::ApiError;
use crate::extract::{Prefer, ServiceTokenPath};

/// Answers what was deleted, as Cloudflare does here and not for applications.
pub(crate) async fn handler(
    grant: Authorized<DeleteServiceToken>,
    ServiceTokenPath(id): ServiceTokenPath,
    prefer: Prefer,
    State(control): State<Control>,
) -> Result<Answer<wire::ServiceToken>, ApiError> {
    let deleted = control.delete_service_token(grant, id, prefer.wait()).await?;
    let headers = enforcement::headers(&deleted.revocation, prefer);
    Ok(Answer::ok(super::answer(&deleted.value)).with_headers(headers))
}
