//! Credentials → caller → permission.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HeaderMap};
use http::request::Parts;
use portcullis_control::{AuthenticationError, Authorized, Caller, Forbidden, Operation, RawCredentials};

use super::place::NamedByPath;
use crate::errors::ApiError;
use crate::request_id::RequestId;
use crate::state::ApiState;

const AUTH_EMAIL: &str = "x-auth-email";
const AUTH_KEY: &str = "x-auth-key";

/// Why a request may not do what it asks for.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Its credentials prove nothing.
    Authentication(AuthenticationError),
    /// Its caller may not, or there is nothing there.
    Forbidden(Forbidden),
    /// It could not be judged.
    Fault(ApiError),
}

impl From<AuthenticationError> for Refusal {
    fn from(error: AuthenticationError) -> Self {
        Self::Authentication(error)
    }
}

impl From<Forbidden> for Refusal {
    fn from(error: Forbidden) -> Self {
        Self::Forbidden(error)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Fault(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        ApiError::from(self).into_response()
    }
}

impl<A> FromRequestParts<ApiState> for Authorized<A>
where
    A: Operation,
    A::Scope: NamedByPath,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Refusal> {
        let caller = authenticate(parts, state)?;
        let place = A::Scope::named_by(parts)?;
        Ok(state.control.authorize(caller, place)?)
    }
}

/// Finds out who calls.
pub(crate) fn authenticate(parts: &Parts, state: &ApiState) -> Result<Caller, Refusal> {
    let no_address = || ApiError::internal("the address of the client is not known");
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>().ok_or_else(no_address)?;
    let request_id = parts.extensions.get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let malformed_pair = |key, email| AuthenticationError::MalformedKeyPair { key, email };
    let raw = RawCredentials {
        authorization: only(&parts.headers, AUTHORIZATION.as_str())
            .map_err(|NotOneText| AuthenticationError::MalformedAuthorization)?,
        auth_email: only(&parts.headers, AUTH_EMAIL).map_err(|NotOneText| malformed_pair(false, true))?,
        auth_key: only(&parts.headers, AUTH_KEY).map_err(|NotOneText| malformed_pair(true, false))?,
        client_ip: peer.ip().to_canonical(),
        request_id: &request_id,
    };
    Ok(state.control.authenticate(raw)?)
}

/// A header that is there more than once, or is no text.
struct NotOneText;

/// The one value of a header.
///
/// # Security
///
/// With two values, whoever checked the request on its way may have looked at the other one.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, NotOneText> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| NotOneText),
        (Some(_), Some(_)) => Err(NotOneText),
    }
}
