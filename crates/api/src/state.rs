//! What every request can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use portcullis_control::Control;
use portcullis_model::Clock;

use crate::health::Health;
use crate::request_id::RequestIds;

/// The state of the router.
#[derive(Clone)]
pub(crate) struct ApiState {
    pub(crate) control: Control,
    pub(crate) health: Arc<dyn Health>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) request_ids: RequestIds,
}

impl FromRef<ApiState> for Control {
    fn from_ref(state: &ApiState) -> Self {
        state.control.clone()
    }
}
