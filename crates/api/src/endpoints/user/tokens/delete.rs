//! `DELETE /user/tokens/{token_id}`

use axum::extract::State;
use portcullis_api_types::DeletedId;
use portcullis_control::authorize::DeleteApiToken;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::enforcement;
use crate::errors::ApiError;
use crate::extract::ApiTokenPath;

pub(crate) async fn handler(
    grant: Authorized<DeleteApiToken>,
    ApiTokenPath(id): ApiTokenPath,
    State(control): State<Control>,
) -> Result<Answer<DeletedId>, ApiError> {
    let deleted = control.delete_api_token(grant, id).await?;
    Ok(Answer::ok(DeletedId { id: id.to_string() }).with_headers(enforcement::revision(&deleted)))
}
