//! `GET /zones`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::ListZones;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::errors::ApiError;
use crate::extract::Query;
use crate::pagination::{PageRequest, PageSizes};

pub(crate) async fn handler(
    grant: Authorized<ListZones>,
    query: Query,
    State(control): State<Control>,
) -> Result<Answer<Vec<wire::Zone>>, ApiError> {
    let page = PageRequest::parse(&query, PageSizes::Any)?;
    let mut zones = control.list_zones(&grant, query.filter("name"));
    if let Some(account) = query.filter("account.id") {
        zones.retain(|zone| zone.account.to_string() == account);
    }
    Ok(page.cut(zones.iter().map(|zone| super::answer(zone))).into())
}
