//! Application tokens.

use std::net::IpAddr;

use portcullis_gate::ServiceCredentials;
use portcullis_model::{Audience, Now};

use crate::control::Control;
use crate::history::HistoryLost;

/// A service that wants a token.
#[derive(Clone, Debug)]
pub struct ServiceIssueRequest {
    /// The application's `aud` tag.
    pub audience: Audience,
    /// What it presented.
    pub credentials: ServiceCredentials,
    /// From where.
    pub client_ip: IpAddr,
    /// When.
    pub now: Now,
}

/// Why no token was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// See [`HistoryLost`].
    #[error(transparent)]
    HistoryLost(#[from] HistoryLost),
    /// The gate would refuse it.
    #[error("the login is refused: {0:?}")]
    Refused(portcullis_gate::Reason),
    /// There is no signing key, or the key did not sign.
    #[error("no key could sign")]
    NotSigned(#[source] Option<portcullis_token::IssueError>),
}

impl Control {
    /// Issues a token to a service whose credentials a policy admits.
    pub async fn issue_for_service(&self, request: ServiceIssueRequest) -> Result<String, IssueError> {
        let _ = request;
        todo!()
    }
}
