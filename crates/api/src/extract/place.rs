//! The account or zone that a path names.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use portcullis_control::{Everywhere, Myself};
use portcullis_model::{AccountId, IdError, OwnerId, ZoneId};

use crate::errors::ApiError;

/// The names of the ids in the route table.
const ACCOUNT: &str = "account_id";
const ZONE: &str = "zone_id";

/// Reads the account or zone of the path, once, before anything is asked about the caller.
///
/// An id that cannot be one is a path that leads nowhere, as at Cloudflare, whatever the method.
pub(crate) async fn find_place(
    params: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let place = params.ok().and_then(|params| place(&params).ok());
    let Some(place) = place else { return Err(ApiError::no_route(request.uri().path())) };
    if let Some(place) = place {
        request.extensions_mut().insert::<OwnerId>(place);
    }
    Ok(next.run(request).await)
}

/// A path whose ids lead nowhere.
struct Nowhere;

impl From<IdError> for Nowhere {
    fn from(_: IdError) -> Self {
        Self
    }
}

/// The account or zone among the ids of a path, if there is one.
fn place(params: &RawPathParams) -> Result<Option<OwnerId>, Nowhere> {
    let mut place = None;
    for (name, id) in params {
        match name {
            // The router takes `//` for an id between its slashes.
            _ if id.is_empty() => return Err(Nowhere),
            ACCOUNT => place = Some(OwnerId::Account(id.parse()?)),
            ZONE => place = Some(OwnerId::Zone(id.parse()?)),
            _ => {}
        }
    }
    Ok(place)
}

/// A place that a request can name: the scope of an operation.
pub(crate) trait NamedByPath: Sized {
    /// The place that this request names.
    ///
    /// # Errors
    ///
    /// The route table sends a path without the id to an operation that needs it: a fault of the table.
    fn named_by(parts: &Parts) -> Result<Self, ApiError>;
}

fn owner(parts: &Parts) -> Result<OwnerId, ApiError> {
    parts.extensions.get().copied().ok_or_else(|| ApiError::internal("the path names no account or zone"))
}

impl NamedByPath for OwnerId {
    fn named_by(parts: &Parts) -> Result<Self, ApiError> {
        owner(parts)
    }
}

impl NamedByPath for AccountId {
    fn named_by(parts: &Parts) -> Result<Self, ApiError> {
        match owner(parts)? {
            OwnerId::Account(id) => Ok(id),
            OwnerId::Zone(_) => Err(ApiError::internal("the path names a zone, not an account")),
        }
    }
}

impl NamedByPath for ZoneId {
    fn named_by(parts: &Parts) -> Result<Self, ApiError> {
        match owner(parts)? {
            OwnerId::Zone(id) => Ok(id),
            OwnerId::Account(_) => Err(ApiError::internal("the path names an account, not a zone")),
        }
    }
}

impl NamedByPath for Myself {
    fn named_by(_: &Parts) -> Result<Self, ApiError> {
        Ok(Self)
    }
}

impl NamedByPath for Everywhere {
    fn named_by(_: &Parts) -> Result<Self, ApiError> {
        Ok(Self)
    }
}
