//! `DELETE /{accounts|zones}/{id}/access/apps/{app_id}`

use axum::extract::State;
use portcullis_api_types::DeletedId;
use portcullis_control::authorize::DeleteApp;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::enforcement;
use crate::errors::ApiError;
use crate::extract::{AppPath, Prefer};

/// 202 is Cloudflare's status for it, whether or not there is anything left to do; the headers tell.
pub(crate) async fn handler(
    grant: Authorized<DeleteApp>,
    AppPath(app): AppPath,
    prefer: Prefer,
    State(control): State<Control>,
) -> Result<Answer<DeletedId>, ApiError> {
    let deleted = control.delete_application(grant, app, prefer.wait()).await?;
    let headers = enforcement::headers(&deleted.revocation, prefer);
    Ok(Answer::accepted(DeletedId { id: app.to_string() }).with_headers(headers))
}
