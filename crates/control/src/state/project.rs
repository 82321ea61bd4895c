//! What a gate is told of the state.

use std::sync::Arc;

use portcullis_model::{Application, Change, GateApplication, Snapshot};

use super::{Created, State};

impl State {
    /// Everything that a gate needs.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut changes = vec![Change::LeaseMax(self.settings.lease_max)];
        changes.extend(self.team_domain().map(|domain| Change::TeamDomain(domain.into())));
        changes.extend(
            self.signing_keys.values().map(|key| Change::Key(Arc::new(key.value.tokens.public().clone()))),
        );
        changes.extend(self.service_tokens.values().map(|it| Change::ServiceToken(it.value.clone(), it.at)));
        changes.extend(self.applications.values().map(|app| Change::Application(self.project(app))));
        // After what they cover: a gate raises only what it knows.
        changes.extend(self.watermarks.iter().map(|(mark, at)| Change::Watermark(mark.clone(), *at)));
        Snapshot { incarnation: self.incarnation, revision: self.revision, changes }
    }

    /// `app` with its policies.
    ///
    /// # Security
    ///
    /// If one of them is not there, the application admits nothing: a missing `deny` or `exclude` would admit
    /// somebody.
    pub(super) fn project(&self, app: &Created<Application>) -> Arc<GateApplication> {
        let application = Application::clone(&app.value);
        let projected = match self.policies_of(&application) {
            Ok(policies) => {
                let policies = policies.into_iter().map(|it| (*it.policy).clone()).collect();
                GateApplication { application, policies, created: app.at }
            }
            Err(error) => {
                tracing::error!(application = %application.key, %error, "the application refuses everything");
                let application = Application { options_preflight_bypass: false, cors: None, ..application };
                GateApplication { application, policies: Vec::new(), created: app.at }
            }
        };
        Arc::new(projected)
    }
}
