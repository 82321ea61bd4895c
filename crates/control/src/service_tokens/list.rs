use std::sync::Arc;

use portcullis_model::ServiceToken;

use super::ServiceTokenFilter;
use crate::authorize::{Authorized, ListServiceTokens};
use crate::control::Control;

impl Control {
    /// The service tokens of an owner, oldest first.
    pub fn list_service_tokens(
        &self,
        grant: &Authorized<ListServiceTokens>,
        filter: &ServiceTokenFilter,
    ) -> Vec<Arc<ServiceToken>> {
        let state = self.state();
        let mut found: Vec<_> =
            state.service_tokens_of(grant.scope().id).filter(|token| filter.admits(&token.value)).collect();
        found.sort_by_key(|token| (token.at, token.value.id));
        found.into_iter().map(|token| token.value.clone()).collect()
    }
}

impl ServiceTokenFilter {
    fn admits(&self, token: &ServiceToken) -> bool {
        let contains = |part: &String| token.name.to_lowercase().contains(&part.to_lowercase());
        self.name.as_ref().is_none_or(|name| *name == token.name) && self.search.as_ref().is_none_or(contains)
    }
}
