//! `PUT /{accounts|zones}/{id}/access/apps/{app_id}`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::UpdateApp;
use portcullis_control::{Authorized, Control};

use super::{read, write};
use crate::answer::Answer;
use crate::enforcement;
use crate::errors::ApiError;
use crate::extract::{AppPath, JsonBody, Prefer};

pub(crate) async fn handler(
    grant: Authorized<UpdateApp>,
    AppPath(app): AppPath,
    prefer: Prefer,
    State(control): State<Control>,
    JsonBody(params): JsonBody<wire::ApplicationParams>,
) -> Result<Answer<wire::Application>, ApiError> {
    let new = write::new_application(params)?;
    let updated = control.update_application(grant, app, new, prefer.wait()).await?;
    let headers = enforcement::headers(&updated.revocation, prefer);
    Ok(Answer::ok(read::application(&updated.value)).with_headers(headers))
}
