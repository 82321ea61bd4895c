//! `GET /{accounts|zones}/{id}/access/apps/{app_id}`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::GetApp;
use portcullis_control::{Authorized, Control};

use super::read;
use crate::answer::Answer;
use crate::errors::ApiError;
use crate::extract::AppPath;

pub(crate) async fn handler(
    grant: Authorized<GetApp>,
    AppPath(app): AppPath,
    State(control): State<Control>,
) -> Result<Answer<wire::Application>, ApiError> {
    let application = control.get_application(&grant, app)?;
    Ok(Answer::ok(read::application(&application)))
}
