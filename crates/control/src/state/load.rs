//! The first state, and the state after a gap.

use std::sync::Arc;

use imbl::{HashMap, OrdMap, OrdSet};
use portcullis_gate::GateView;
use portcullis_model::{Change, Commit, Incarnation, Revision};
use portcullis_store as store;
use portcullis_token::SecretHasher;

use super::apply::Draft;
use super::{State, StateError};
use crate::keyring::Keyring;
use crate::records::{Key, Settings};

/// What a state is made with, besides records.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) incarnation: Incarnation,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) hasher: Arc<SecretHasher>,
}

impl State {
    fn empty(source: &Source) -> Self {
        Self {
            incarnation: source.incarnation,
            revision: Revision::ZERO,
            generation: None,
            settings: Settings::default(),
            accounts: OrdMap::new(),
            organizations: OrdMap::new(),
            users: OrdMap::new(),
            users_by_email: OrdMap::new(),
            zones: OrdMap::new(),
            deleted_zones: OrdSet::new(),
            applications: OrdMap::new(),
            places: OrdMap::new(),
            policies: OrdMap::new(),
            service_tokens: OrdMap::new(),
            api_tokens: OrdMap::new(),
            api_tokens_by_digest: OrdMap::new(),
            signing_keys: OrdMap::new(),
            watermarks: HashMap::new(),
            view: GateView::empty(source.hasher.clone()),
        }
    }

    /// The state that these records describe.
    pub(crate) fn load(scan: &store::Scan, source: &Source) -> Result<Self, StateError> {
        let mut records = Vec::with_capacity(scan.records.len());
        for (key, stored) in &scan.records {
            records.push((Key::decode(key)?, stored));
        }
        // Zones first: what a deleted zone owned is not there.
        records.sort_by_key(|(key, _)| !matches!(key, Key::Zone(_)));
        let mut draft = Draft::new(Self::empty(source), &source.keyring);
        for (key, stored) in records {
            draft.put(&key, stored)?;
        }
        let mut state = draft.state;
        state.revision = scan.revision;
        state.view = state.view.replaced_by(&state.snapshot())?;
        Ok(state)
    }

    /// What leads from `before` to this state in one step, for gates that follow: everything that is there,
    /// and everything that is not there any more.
    pub(crate) fn step_from(&self, before: &Self) -> Commit {
        let mut changes = Vec::new();
        let gone = before.applications.keys().filter(|key| !self.applications.contains_key(*key));
        changes.extend(gone.map(|key| Change::ApplicationDeleted(*key)));
        let gone = before.service_tokens.keys().filter(|id| !self.service_tokens.contains_key(*id));
        changes.extend(gone.map(|id| Change::ServiceTokenDeleted(*id)));
        let gone = before.signing_keys.keys().filter(|kid| !self.signing_keys.contains_key(*kid));
        changes.extend(gone.map(|kid| Change::KeyRemoved(*kid)));
        changes.extend(self.snapshot().changes);
        Commit { previous: before.revision, revision: self.revision, changes }
    }
}
