//! `/healthz` and `/readyz`: for whoever starts, stops and balances this server.

use axum::extract::State;
use serde::Serialize;

use crate::answer::Answer;
use crate::errors::ApiError;
use crate::state::ApiState;

/// Whether the gate of this process can admit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It has a view, and a lease.
    Ready,
    /// It refuses everybody, for this reason.
    NotReady(&'static str),
}

/// Knows whether the gate can admit. The binary asks the gate.
pub trait Health: Send + Sync + 'static {
    /// Asked at each `GET /readyz`.
    fn readiness(&self) -> Readiness;
}

/// What a probe reads.
#[derive(Serialize)]
pub(crate) struct Status {
    status: &'static str,
}

/// `GET /healthz`: the process answers.
pub(crate) async fn healthz() -> Answer<Status> {
    Answer::ok(Status { status: "ok" })
}

/// `GET /readyz`: the gate admits who may come in.
pub(crate) async fn readyz(State(state): State<ApiState>) -> Result<Answer<Status>, ApiError> {
    match state.health.readiness() {
        Readiness::Ready => Ok(Answer::ok(Status { status: "ready" })),
        Readiness::NotReady(reason) => Err(ApiError::not_ready(reason)),
    }
}
