//! `POST /{accounts|zones}/{id}/access/apps/{app_id}/revoke_tokens`
//!
//! Whatever body comes with it is not looked at: SDKs send none, with and without a content type, `{}`, or
//! what their caller made them add.

use axum::extract::State;
use portcullis_control::authorize::RevokeAppTokens;
use portcullis_control::{Authorized, Control};

use crate::enforcement::RevokeAnswer;
use crate::errors::ApiError;
use crate::extract::{AppPath, Prefer};

pub(crate) async fn handler(
    grant: Authorized<RevokeAppTokens>,
    AppPath(app): AppPath,
    prefer: Prefer,
    State(control): State<Control>,
) -> Result<RevokeAnswer, ApiError> {
    let revocation = control.revoke_app_tokens(grant, app, prefer.wait()).await?;
    Ok(RevokeAnswer::new(&revocation, prefer))
}
