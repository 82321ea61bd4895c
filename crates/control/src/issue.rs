//! Application tokens.

use std::net::IpAddr;
use std::sync::Arc;

use portcullis_gate::{ServiceCredentials, judge_service_login};
use portcullis_model::{Audience, Now};
use portcullis_token::{AppClaims, Subject};

use crate::control::Control;
use crate::history::HistoryLost;
use crate::state::State;

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
    #[error("the login is refused: {0}")]
    Refused(portcullis_gate::Reason),
    /// Nothing was set up yet.
    #[error("there is no signing key")]
    NoKey,
    /// The key did not sign. A repeat is safe.
    #[error("the token could not be signed")]
    Sign(#[source] portcullis_token::IssueError),
    /// The process is ending.
    #[error("the node is shutting down")]
    ShuttingDown,
}

impl Control {
    /// Issues a token to a service whose credentials a policy admits.
    ///
    /// # Security
    ///
    /// It carries the revision of the one state on which all of it was judged: a revocation that is committed
    /// while it is being signed kills it.
    pub async fn issue_for_service(&self, request: ServiceIssueRequest) -> Result<String, IssueError> {
        self.inner.history.ensure()?;
        // INVARIANT(I12): taken first, and the only one.
        let state = self.state();
        let claims = judge(&state, &request)?;
        let key = state.current_key().ok_or(IssueError::NoKey)?.clone();
        let issuer: Arc<str> = state.view.issuer().into();
        let signed = self
            .sign(move || portcullis_token::issue(&key.tokens, &issuer, &claims).map_err(IssueError::Sign));
        let token = signed.await?;
        self.inner.history.ensure()?;
        Ok(token)
    }

    /// Signs away from the threads that serve requests: a signature takes half a millisecond.
    pub(crate) async fn sign(
        &self,
        make: impl FnOnce() -> Result<String, IssueError> + Send + 'static,
    ) -> Result<String, IssueError> {
        let turn = self.inner.signing.clone().acquire_owned().await.map_err(|_| IssueError::ShuttingDown)?;
        let signing = tokio::task::spawn_blocking(move || {
            let token = make();
            drop(turn);
            token
        });
        signing.await.map_err(|_| IssueError::ShuttingDown)?
    }
}

fn judge(state: &State, request: &ServiceIssueRequest) -> Result<AppClaims, IssueError> {
    let ServiceIssueRequest { audience, credentials, client_ip, now } = request;
    let (app, policy) = judge_service_login(&state.view, *audience, credentials, *client_ip, *now)
        .map_err(IssueError::Refused)?;
    let duration = policy.session_duration.as_ref().unwrap_or(&app.settings().session_duration);
    Ok(AppClaims {
        audience: *audience,
        subject: Subject::ServiceToken(credentials.client_id),
        issued_at: now.wall,
        expires_at: now.wall.plus(duration.length()),
        revision: state.view.revision(),
        policy: policy.id,
        country: None,
    })
}
