//! `POST /{accounts|zones}/{id}/access/service_tokens`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::CreateServiceToken;
use portcullis_control::service_tokens::NewServiceToken;
use portcullis_control::{Authorized, Control};
use portcullis_model::ServiceTokenDuration;
use secrecy::ExposeSecret as _;

use crate::answer::Answer;
use crate::enforcement;
use crate::errors::ApiError;
use crate::extract::JsonBody;
use crate::fields::{self, Class, Fields, Neutral, invalid, required};

const FIELDS: &Fields = &[
    ("name", Class::ActedUpon),
    ("duration", Class::ActedUpon),
    ("enabled", Class::OnlyDefault(Neutral::True)),
    ("client_secret_version", Class::OnlyDefault(Neutral::Null)),
    ("previous_client_secret_expires_at", Class::OnlyDefault(Neutral::Null)),
];

/// A year: Cloudflare's default.
const DEFAULT_DURATION: &str = "8760h";

pub(crate) async fn handler(
    grant: Authorized<CreateServiceToken>,
    State(control): State<Control>,
    JsonBody(params): JsonBody<wire::ServiceTokenParams>,
) -> Result<Answer<wire::ServiceToken>, ApiError> {
    let created = control.create_service_token(grant, read(params)?).await?;
    let secret = wire::Secret::from(created.value.client_secret.expose_secret());
    let answer = super::answer(&created.value.service_token);
    let answer = wire::ServiceToken { client_secret: Some(secret), ..answer };
    Ok(Answer::created(answer).with_headers(enforcement::revision(&created)))
}

fn read(params: wire::ServiceTokenParams) -> Result<NewServiceToken, ApiError> {
    fields::check(&params, FIELDS, "")?;
    let name = required(params.name, "name", "")?;
    let duration = params.duration.into_value().unwrap_or_else(|| DEFAULT_DURATION.to_owned());
    let duration = match duration.as_str() {
        "forever" => ServiceTokenDuration::Forever,
        text => {
            let wrong =
                |error| invalid(format_args!("duration is {error}, and not `forever`"), "", "duration");
            ServiceTokenDuration::Limited(text.parse().map_err(wrong)?)
        }
    };
    Ok(NewServiceToken { name, duration })
}
