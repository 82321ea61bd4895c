//! `DELETE /zones/{zone_id}`

use axum::extract::State;
use portcullis_api_types::DeletedId;
use portcullis_control::authorize::DeleteZone;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::enforcement;
use crate::errors::ApiError;
use crate::extract::Prefer;

pub(crate) async fn handler(
    grant: Authorized<DeleteZone>,
    prefer: Prefer,
    State(control): State<Control>,
) -> Result<Answer<DeletedId>, ApiError> {
    let id = grant.scope().to_string();
    let deleted = control.delete_zone(grant, prefer.wait()).await?;
    Ok(Answer::ok(DeletedId { id }).with_headers(enforcement::headers(&deleted.revocation, prefer)))
}
