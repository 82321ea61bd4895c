//! `GET /zones/{zone_id}`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::GetZone;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::errors::ApiError;

pub(crate) async fn handler(
    grant: Authorized<GetZone>,
    State(control): State<Control>,
) -> Result<Answer<wire::Zone>, ApiError> {
    let zone = control.get_zone(&grant)?;
    Ok(Answer::ok(super::answer(&zone)))
}
