//! `POST /user/tokens`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::CreateApiToken;
use portcullis_control::{Authorized, Control};
use secrecy::ExposeSecret as _;

use super::{read, write};
use crate::answer::Answer;
use crate::enforcement;
use crate::errors::ApiError;
use crate::extract::JsonBody;

pub(crate) async fn handler(
    grant: Authorized<CreateApiToken>,
    State(control): State<Control>,
    JsonBody(params): JsonBody<wire::ApiTokenParams>,
) -> Result<Answer<wire::ApiToken>, ApiError> {
    let created = control.create_api_token(grant, write::new_api_token(params)?).await?;
    let value = wire::Secret::from(created.value.value.expose_secret());
    let api_token = wire::ApiToken { value: Some(value), ..read::api_token(&created.value.api_token) };
    Ok(Answer::ok(api_token).with_headers(enforcement::revision(&created)))
}
