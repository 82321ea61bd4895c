use portcullis_model::{AppId, AppKey};

use super::{ApplicationError, ResolvedApplication};
use crate::authorize::{Authorized, GetApp};
use crate::control::Control;

impl Control {
    /// An application.
    pub fn get_application(
        &self,
        grant: &Authorized<GetApp>,
        app: AppId,
    ) -> Result<ResolvedApplication, ApplicationError> {
        let state = self.state();
        // INVARIANT(I7): found by owner and id.
        let found = state.applications.get(&AppKey { owner: grant.scope().id, app });
        found.map(|found| state.resolve(&found.value)).ok_or(ApplicationError::NoSuchApplication)
    }
}
