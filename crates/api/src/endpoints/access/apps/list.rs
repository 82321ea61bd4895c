//! `GET /{accounts|zones}/{id}/access/apps`

use axum::extract::State;
use portcullis_api_types as wire;
use portcullis_control::applications::ApplicationFilter;
use portcullis_control::authorize::ListApps;
use portcullis_control::{Authorized, Control};

use super::read;
use crate::answer::Answer;
use crate::errors::ApiError;
use crate::extract::Query;
use crate::pagination::{PageRequest, PageSizes};

pub(crate) async fn handler(
    grant: Authorized<ListApps>,
    query: Query,
    State(control): State<Control>,
) -> Result<Answer<Vec<wire::Application>>, ApiError> {
    let page = PageRequest::parse(&query, PageSizes::Access)?;
    let found = match filter(&query)? {
        Some(filter) => control.list_applications(&grant, &filter),
        None => Vec::new(),
    };
    Ok(page.cut(found.iter().map(read::application)).into())
}

/// The filter of the query; `None` if nothing can match it.
fn filter(query: &Query) -> Result<Option<ApplicationFilter>, ApiError> {
    let wanted = |name| query.filter(name).map(str::to_owned);
    let exact = match query.filter("exact") {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return Err(ApiError::invalid_url_parameter()),
    };
    // An `aud` tag that cannot be one belongs to no application.
    let Ok(audience) = query.filter("aud").map(str::parse).transpose() else { return Ok(None) };
    let (domain, name, search) = (wanted("domain"), wanted("name"), wanted("search"));
    Ok(Some(ApplicationFilter { audience, domain, name, search, exact }))
}
