//! What control refuses, as its caller sees it.

use http::StatusCode;
use portcullis_control::api_tokens::ApiTokenError;
use portcullis_control::applications::ApplicationError;
use portcullis_control::service_tokens::ServiceTokenError;
use portcullis_control::zones::ZoneError;
use portcullis_control::{AuthenticationError, CommitFailed, HistoryLost, RevokeError};

use super::{ApiError, code};
use crate::extract::Refusal;

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Authentication(error) => error.into(),
            Refusal::Forbidden(_) => Self::forbidden(),
            Refusal::Fault(error) => error,
        }
    }
}

impl From<AuthenticationError> for ApiError {
    fn from(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::Missing => Self::missing_credentials(),
            AuthenticationError::MalformedAuthorization => Self::invalid_authorization_header(),
            AuthenticationError::MalformedKeyPair { key, email } => Self::invalid_key_headers(email, key),
            AuthenticationError::UnknownKeyPair => Self::unknown_key(),
            AuthenticationError::InvalidToken => Self::invalid_access_token(),
            AuthenticationError::Location(address) => Self::wrong_location(address),
        }
    }
}

impl ApiError {
    /// What verifying answers where anything else would answer `refusal`: a token that does not work has a
    /// number of its own there.
    pub(crate) fn of_verification(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Authentication(AuthenticationError::InvalidToken) => Self::invalid_api_token(),
            other => other.into(),
        }
    }

    fn history_lost(error: HistoryLost) -> Self {
        tracing::error!(%error, "refused to report a change as made");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            code::HISTORY_LOST,
            format!("access.api.error.history_lost: {error}"),
        )
    }
}

impl From<CommitFailed> for ApiError {
    fn from(error: CommitFailed) -> Self {
        match error {
            CommitFailed::Busy => Self::unavailable(error),
            CommitFailed::Preparation(cause) | CommitFailed::Unavailable(cause) => Self::unavailable(cause),
            CommitFailed::Unconfirmed(cause) => Self::unconfirmed(cause),
            CommitFailed::HistoryLost(error) => Self::history_lost(error),
        }
    }
}

impl From<RevokeError> for ApiError {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::NoSuchApplication => Self::unknown_application(),
            RevokeError::Unavailable(cause) => Self::unavailable(cause),
            RevokeError::Unconfirmed(cause) => Self::unconfirmed(cause),
            RevokeError::HistoryLost(error) => Self::history_lost(error),
        }
    }
}

impl From<ApplicationError> for ApiError {
    fn from(error: ApplicationError) -> Self {
        match error {
            ApplicationError::NoSuchOwner => Self::forbidden(),
            ApplicationError::NoSuchApplication => Self::unknown_application(),
            ApplicationError::Invalid(fault) => Self::invalid_request(fault),
            ApplicationError::AlreadyExists(_) => Self::application_already_exists(),
            ApplicationError::Commit(error) => error.into(),
        }
    }
}

impl From<ServiceTokenError> for ApiError {
    fn from(error: ServiceTokenError) -> Self {
        match error {
            ServiceTokenError::NoSuchOwner => Self::forbidden(),
            ServiceTokenError::NoSuchServiceToken => Self::not_found(),
            ServiceTokenError::InUse => Self::service_token_in_use(),
            ServiceTokenError::Invalid(detail) => Self::invalid_request(detail),
            ServiceTokenError::Commit(error) => error.into(),
        }
    }
}

impl From<ZoneError> for ApiError {
    fn from(error: ZoneError) -> Self {
        match error {
            ZoneError::NoSuchZone | ZoneError::NoSuchAccount => Self::forbidden(),
            ZoneError::AlreadyExists => Self::zone_already_exists(),
            ZoneError::Name(_) => Self::invalid_request(error).at("/name".to_owned()),
            ZoneError::Commit(error) => error.into(),
        }
    }
}

impl From<ApiTokenError> for ApiError {
    fn from(error: ApiTokenError) -> Self {
        match error {
            ApiTokenError::NoSuchApiToken => Self::not_found(),
            ApiTokenError::Stronger => Self::too_strong(error),
            ApiTokenError::Invalid(detail) => Self::invalid_request(detail),
            ApiTokenError::Commit(error) => error.into(),
        }
    }
}
