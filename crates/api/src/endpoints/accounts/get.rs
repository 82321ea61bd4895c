//! `GET /accounts/{account_id}`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::GetAccount;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::errors::ApiError;

pub(crate) async fn handler(
    grant: Authorized<GetAccount>,
    State(control): State<Control>,
) -> Result<Answer<wire::Account>, ApiError> {
    let account = control.get_account(&grant).ok_or_else(ApiError::forbidden)?;
    Ok(Answer::ok(super::answer(&account)))
}
