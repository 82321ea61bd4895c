use std::sync::Arc;

use portcullis_model::{OwnerId, ServiceToken, ServiceTokenId};

use super::ServiceTokenError;
use crate::authorize::{Authorized, GetServiceToken};
use crate::control::Control;
use crate::state::State;

impl Control {
    /// A service token.
    pub fn get_service_token(
        &self,
        grant: &Authorized<GetServiceToken>,
        id: ServiceTokenId,
    ) -> Result<Arc<ServiceToken>, ServiceTokenError> {
        find(&self.state(), grant.scope().id, id).ok_or(ServiceTokenError::NoSuchServiceToken)
    }
}

/// The service token `id`, if it is `owner`'s (I7).
pub(super) fn find(state: &State, owner: OwnerId, id: ServiceTokenId) -> Option<Arc<ServiceToken>> {
    state.service_tokens.get(&id).map(|token| &token.value).filter(|token| token.owner == owner).cloned()
}
