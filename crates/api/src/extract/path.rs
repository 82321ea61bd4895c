//! The ids that a path names below its account, zone or user.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use portcullis_model::{ApiTokenId, AppId, ServiceTokenId};

use crate::errors::ApiError;

/// The application of `/access/apps/{app_id}`. It alone names nothing: its owner is in the grant (I7).
#[derive(Clone, Copy, Debug)]
pub(crate) struct AppPath(pub(crate) AppId);

/// The service token of `/access/service_tokens/{service_token_id}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServiceTokenPath(pub(crate) ServiceTokenId);

/// The API token of `/user/tokens/{token_id}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApiTokenPath(pub(crate) ApiTokenId);

/// The id with this name in the path's template, or `malformed`.
async fn id<T: FromStr>(parts: &mut Parts, name: &str, malformed: fn() -> ApiError) -> Result<T, ApiError> {
    let params = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| malformed())?;
    let text = params.iter().find(|(key, _)| *key == name).map(|(_, text)| text);
    text.and_then(|text| text.parse().ok()).ok_or_else(malformed)
}

impl<S: Sync> FromRequestParts<S> for AppPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        id(parts, "app_id", ApiError::invalid_application_id).await.map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for ServiceTokenPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        id(parts, "service_token_id", ApiError::not_found).await.map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for ApiTokenPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        id(parts, "token_id", ApiError::not_found).await.map(Self)
    }
}
