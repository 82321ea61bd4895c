//! `POST /zones`

use axum::extract::{FromRequest, Request};
use portcullis_api_types::{self as wire, Field, ZoneParams};
use portcullis_control::authorize::CreateZone;
use portcullis_control::{Authorized, Control};
use portcullis_model::AccountId;

use crate::answer::Answer;
use crate::enforcement;
use crate::errors::ApiError;
use crate::extract::{JsonBody, Refusal, authenticate};
use crate::fields::{self, Class, Fields, Neutral, required};
use crate::state::ApiState;

const FIELDS: &Fields = &[
    ("name", Class::ActedUpon),
    ("account", Class::ActedUpon),
    // There are no records to look for.
    ("jump_start", Class::ServerOwned),
    ("type", Class::OnlyDefault(Neutral::Text("full"))),
];

/// The permit to create a zone. Its account stands in the body, which is read for a known caller only.
pub(crate) struct PermittedZone {
    control: Control,
    grant: Authorized<CreateZone>,
    name: String,
}

impl FromRequest<ApiState> for PermittedZone {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let caller = authenticate(&parts, state)?;
        let JsonBody(params) = JsonBody::from_request(Request::from_parts(parts, body), state).await?;
        let (account, name) = read(params)?;
        let grant = state.control.authorize(caller, account)?;
        Ok(Self { control: state.control.clone(), grant, name })
    }
}

fn read(params: ZoneParams) -> Result<(AccountId, String), ApiError> {
    fields::check(&params, FIELDS, "")?;
    let account = required(params.account, "account", "")?;
    fields::refuse_unknown(&account.extra, "/account")?;
    let account = required(account.id.map_or(Field::Absent, Field::Value), "id", "/account")?;
    // Ids that cannot be one and ids of others look the same (I7).
    let account = account.parse().map_err(|_| ApiError::forbidden())?;
    let name = required(params.name, "name", "")?;
    Ok((account, name))
}

pub(crate) async fn handler(
    PermittedZone { control, grant, name }: PermittedZone,
) -> Result<Answer<wire::Zone>, ApiError> {
    let created = control.create_zone(grant, &name).await?;
    Ok(Answer::ok(super::answer(&created.value)).with_headers(enforcement::revision(&created)))
}
