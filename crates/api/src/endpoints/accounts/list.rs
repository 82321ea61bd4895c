//! `GET /accounts`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::ListAccounts;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::errors::ApiError;
use crate::extract::Query;
use crate::pagination::{PageRequest, PageSizes};

pub(crate) async fn handler(
    grant: Authorized<ListAccounts>,
    query: Query,
    State(control): State<Control>,
) -> Result<Answer<Vec<wire::Account>>, ApiError> {
    let page = PageRequest::parse(&query, PageSizes::Any)?;
    let mut accounts = control.list_accounts(&grant);
    if let Some(name) = query.filter("name") {
        accounts.retain(|account| account.name == name);
    }
    Ok(page.cut(accounts.iter().map(|account| super::answer(account))).into())
}
