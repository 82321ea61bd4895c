//! `POST /{accounts|zones}/{id}/access/apps`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::CreateApp;
use portcullis_control::{Authorized, Control};

use super::{read, write};
use crate::answer::Answer;
use crate::enforcement;
use crate::errors::ApiError;
use crate::extract::JsonBody;

pub(crate) async fn handler(
    grant: Authorized<CreateApp>,
    State(control): State<Control>,
    JsonBody(params): JsonBody<wire::ApplicationParams>,
) -> Result<Answer<wire::Application>, ApiError> {
    let created = control.create_application(grant, write::new_application(params)?).await?;
    Ok(Answer::created(read::application(&created.value)).with_headers(enforcement::revision(&created)))
}
