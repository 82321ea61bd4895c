use portcullis_model::Application;

use super::{ApplicationFilter, ResolvedApplication};
use crate::authorize::{Authorized, ListApps};
use crate::control::Control;

impl Control {
    /// The applications of an owner, oldest first.
    pub fn list_applications(
        &self,
        grant: &Authorized<ListApps>,
        filter: &ApplicationFilter,
    ) -> Vec<ResolvedApplication> {
        let state = self.state();
        let mut found: Vec<_> =
            state.applications_of(grant.scope().id).filter(|(_, app)| filter.admits(&app.value)).collect();
        found.sort_by_key(|(key, app)| (app.at, **key));
        found.into_iter().map(|(_, app)| state.resolve(&app.value)).collect()
    }
}

impl ApplicationFilter {
    fn admits(&self, app: &Application) -> bool {
        let by_audience = self.audience.is_none_or(|wanted| wanted == app.audience);
        let by_name = self.name.as_ref().is_none_or(|wanted| self.is(wanted, &app.name));
        let is_at = |wanted: &String| app.domains.iter().any(|domain| self.is(wanted, domain.as_str()));
        by_audience && by_name && self.domain.as_ref().is_none_or(is_at) && self.finds(app)
    }

    fn is(&self, wanted: &str, found: &str) -> bool {
        if self.exact == Some(false) { contains(found, wanted) } else { found == wanted }
    }

    fn finds(&self, app: &Application) -> bool {
        let Some(wanted) = &self.search else { return true };
        let in_domains = app.domains.iter().any(|domain| contains(domain.as_str(), wanted));
        in_domains || contains(&app.name, wanted) || contains(&app.audience.to_string(), wanted)
    }
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}
