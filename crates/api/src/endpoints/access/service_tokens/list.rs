//! `GET /{accounts|zones}/{id}/access/service_tokens`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::authorize::ListServiceTokens;
use portcullis_control::service_tokens::ServiceTokenFilter;
use portcullis_control::{Authorized, Control};

use crate::answer::Answer;
use crate::errors::ApiError;
use crate::extract::Query;
use crate::pagination::{PageRequest, PageSizes};

pub(crate) async fn handler(
    grant: Authorized<ListServiceTokens>,
    query: Query,
    State(control): State<Control>,
) -> Result<Answer<Vec<wire::ServiceToken>>, ApiError> {
    let page = PageRequest::parse(&query, PageSizes::Access)?;
    let wanted = |name| query.filter(name).map(str::to_owned);
    let filter = ServiceTokenFilter { name: wanted("name"), search: wanted("search") };
    let tokens = control.list_service_tokens(&grant, &filter);
    Ok(page.cut(tokens.iter().map(|token| super::answer(token))).into())
}
