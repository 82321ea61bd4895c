//! `GET /{accounts|zones}/{id}/access/service_tokens/{service_token_id}`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::GetServiceToken;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::errors::ApiError;
use crate::extract::ServiceTokenPath;

pub(crate) async fn handler(
    grant: Authorized<GetServiceToken>,
    ServiceTokenPath(id): ServiceTokenPath,
    State(control): State<Control>,
) -> Result<Answer<wire::ServiceToken>, ApiError> {
    let token = control.get_service_token(&grant, id)?;
    Ok(Answer::ok(super::answer(&token)))
}
