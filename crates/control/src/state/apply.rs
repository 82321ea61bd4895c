//! One commit makes the next state.

use std::collections::BTreeSet;
use std::sync::Arc;

use portcullis_model::{
    ApiToken, ApiTokenId, ApiUser, AppKey, Application, Change, Kid, OwnerId, Revision, ServiceToken,
    ServiceTokenId, Watermark, ZoneId,
};
use portcullis_store as store;

use super::{Created, State, StateError, place};
use crate::keyring::Keyring;
use crate::records::{Key, OwnedPolicy, PolicyKey, Record, RecordError, SealedSigningKey};

/// A state on its way to the next revision.
pub(super) struct Draft<'k> {
    pub(super) state: State,
    keyring: &'k Keyring,
    /// Applications that changed, or whose policies did.
    touched: BTreeSet<AppKey>,
    changes: Vec<Change>,
    watermarks: Vec<Change>,
}

impl State {
    /// The state after `commit`, and what gates are told about it.
    ///
    /// # Errors
    ///
    /// A record that cannot be read, or that does not fit. Nothing has changed, and nothing may be built on
    /// this state any more.
    pub(crate) fn after(
        &self,
        commit: &store::Commit,
        keyring: &Keyring,
    ) -> Result<(Self, portcullis_model::Commit), StateError> {
        let mut draft = Draft::new(self.clone(), keyring);
        for change in &commit.changes {
            let key = Key::decode(&change.key)?;
            match &change.record {
                Some(stored) => draft.put(&key, stored)?,
                None => draft.removed(&key)?,
            }
        }
        draft.finish(commit.revision)
    }
}

impl<'k> Draft<'k> {
    pub(super) fn new(state: State, keyring: &'k Keyring) -> Self {
        Self { state, keyring, touched: BTreeSet::new(), changes: Vec::new(), watermarks: Vec::new() }
    }

    fn finish(self, revision: Revision) -> Result<(State, portcullis_model::Commit), StateError> {
        let Self { mut state, touched, mut changes, watermarks, .. } = self;
        changes.extend(touched.into_iter().map(|key| match state.applications.get(&key) {
            Some(app) => Change::Application(state.project(app)),
            None => Change::ApplicationDeleted(key),
        }));
        changes.extend(watermarks);
        let commit = portcullis_model::Commit { previous: state.revision, revision, changes };
        state.view = state.view.after(&commit)?;
        state.revision = revision;
        Ok((state, commit))
    }

    /// A record was put.
    pub(super) fn put(&mut self, key: &Key, stored: &store::Stored) -> Result<(), RecordError> {
        if let Key::Audit(_) = key {
            return Ok(());
        }
        let record = Record::decode(key, &stored.value)?;
        match (key, record) {
            (Key::Account(id), Record::Account(it)) => _ = self.state.accounts.insert(*id, Arc::new(it)),
            (Key::Organization(id), Record::Organization(it)) => {
                self.state.organizations.insert(*id, Arc::new(it));
                let domain = self.state.team_domain().map(|domain| Change::TeamDomain(domain.into()));
                self.changes.extend(domain);
            }
            (Key::User(_), Record::User(it)) => self.put_user(it),
            (Key::Zone(id), Record::Zone(it)) => _ = self.state.zones.insert(*id, Arc::new(it)),
            (Key::Zone(id), Record::Deleted(_)) => self.zone_deleted(*id),
            (Key::Application(_), Record::Application(it)) => self.put_application(*it, stored.created),
            (Key::Application(id), Record::Deleted(_)) => self.application_deleted(*id),
            (Key::Policy(id), Record::Policy(it)) => self.put_policy(*id, *it),
            (Key::Policy(id), Record::Deleted(_)) => self.policy_deleted(*id),
            (Key::ServiceToken(..), Record::ServiceToken(it)) => self.put_service_token(*it, stored.created),
            (Key::ServiceToken(_, id), Record::Deleted(_)) => self.service_token_deleted(*id),
            (Key::ApiToken(_), Record::ApiToken(it)) => self.put_api_token(*it),
            (Key::ApiToken(id), Record::Deleted(_)) => self.api_token_deleted(*id),
            (Key::SigningKey(_), Record::SigningKey(it)) => self.put_signing_key(&it, stored.created)?,
            (Key::SigningKey(kid), Record::Deleted(_)) => self.signing_key_deleted(*kid),
            (Key::Settings, Record::Settings(it)) => {
                self.state.settings = it;
                self.changes.push(Change::LeaseMax(it.lease_max));
            }
            (Key::Generation, Record::Mark) => self.state.generation = Some(stored.modified),
            // The digest key is opened once, before there is a state; it never changes.
            (Key::DigestKey, Record::DigestKey(_)) => {}
            (Key::Watermark(mark), Record::Mark) => self.raise(mark, stored.modified),
            (key, _) => return Err(inconsistent(key, "such a record is never put there")),
        }
        Ok(())
    }

    /// A record is gone altogether, which happens only to watermarks below the floor.
    fn removed(&mut self, key: &Key) -> Result<(), RecordError> {
        match key {
            Key::Watermark(mark) if *mark != Watermark::Floor => _ = self.state.watermarks.remove(mark),
            Key::Audit(_) => {}
            _ => return Err(inconsistent(key, "it was removed without a trace")),
        }
        Ok(())
    }

    fn put_user(&mut self, user: ApiUser) {
        if let Some(before) = self.state.users.get(&user.id) {
            self.state.users_by_email.remove(&before.email.to_ascii_lowercase());
        }
        self.state.users_by_email.insert(user.email.to_ascii_lowercase(), user.id);
        self.state.users.insert(user.id, Arc::new(user));
    }

    fn is_gone(&self, owner: OwnerId) -> bool {
        matches!(owner, OwnerId::Zone(zone) if self.state.deleted_zones.contains(&zone))
    }

    fn put_application(&mut self, application: Application, created: Revision) {
        let key = application.key;
        if self.is_gone(key.owner) {
            return;
        }
        self.leave_places(key);
        for domain in &application.domains {
            self.state.places.insert(place(domain), key);
        }
        self.state.applications.insert(key, Created { value: Arc::new(application), at: created });
        self.touched.insert(key);
    }

    fn application_deleted(&mut self, key: AppKey) {
        self.leave_places(key);
        if self.state.applications.remove(&key).is_some() {
            self.touched.insert(key);
        }
    }

    fn leave_places(&mut self, key: AppKey) {
        let Some(app) = self.state.applications.get(&key) else { return };
        for place in app.value.domains.iter().map(place) {
            if self.state.places.get(&place) == Some(&key) {
                self.state.places.remove(&place);
            }
        }
    }

    fn put_policy(&mut self, key: PolicyKey, policy: OwnedPolicy) {
        if self.is_gone(key.owner) {
            return;
        }
        self.touch_users_of(key, &policy);
        self.state.policies.insert(key, Arc::new(policy));
    }

    fn policy_deleted(&mut self, key: PolicyKey) {
        if let Some(policy) = self.state.policies.remove(&key) {
            self.touch_users_of(key, &policy);
        }
    }

    fn touch_users_of(&mut self, key: PolicyKey, policy: &OwnedPolicy) {
        let applications = &self.state.applications;
        let names = |app: &Application| app.policies.iter().any(|link| link.id == key.id);
        match policy.application {
            Some(app) => self
                .touched
                .extend(Some(AppKey { owner: key.owner, app }).filter(|key| applications.contains_key(key))),
            None => self
                .touched
                .extend(applications.iter().filter(|(_, app)| names(&app.value)).map(|(key, _)| *key)),
        }
    }

    fn put_service_token(&mut self, token: ServiceToken, created: Revision) {
        if self.is_gone(token.owner) {
            return;
        }
        let token = Created { value: Arc::new(token), at: created };
        self.changes.push(Change::ServiceToken(token.value.clone(), created));
        self.state.service_tokens.insert(token.value.id, token);
    }

    fn service_token_deleted(&mut self, id: ServiceTokenId) {
        if self.state.service_tokens.remove(&id).is_some() {
            self.changes.push(Change::ServiceTokenDeleted(id));
        }
    }

    fn put_api_token(&mut self, token: ApiToken) {
        self.api_token_deleted(token.id);
        self.state.api_tokens_by_digest.insert(*token.secret.as_bytes(), token.id);
        self.state.api_tokens.insert(token.id, Arc::new(token));
    }

    fn api_token_deleted(&mut self, id: ApiTokenId) {
        if let Some(before) = self.state.api_tokens.remove(&id) {
            self.state.api_tokens_by_digest.remove(before.secret.as_bytes());
        }
    }

    fn put_signing_key(&mut self, record: &SealedSigningKey, created: Revision) -> Result<(), RecordError> {
        let key = self.keyring.open_signing_key(record)?;
        self.changes.push(Change::Key(Arc::new(record.public.clone())));
        self.state.signing_keys.insert(record.public.kid, Created { value: Arc::new(key), at: created });
        Ok(())
    }

    fn signing_key_deleted(&mut self, kid: Kid) {
        if self.state.signing_keys.remove(&kid).is_some() {
            self.changes.push(Change::KeyRemoved(kid));
        }
    }

    fn raise(&mut self, mark: &Watermark, revision: Revision) {
        // INVARIANT(I4)
        let known = self.state.watermarks.get(mark).copied().unwrap_or_default();
        self.state.watermarks.insert(mark.clone(), known.max(revision));
        self.watermarks.push(Change::Watermark(mark.clone(), known.max(revision)));
    }

    /// A zone takes along everything that it owned, in the one record that says so.
    fn zone_deleted(&mut self, zone: ZoneId) {
        self.state.zones.remove(&zone);
        self.state.deleted_zones.insert(zone);
        let owner = OwnerId::Zone(zone);
        let apps: Vec<_> = self.state.applications_of(owner).map(|(key, _)| *key).collect();
        for key in apps {
            self.application_deleted(key);
        }
        let tokens: Vec<_> = self.state.service_tokens_of(owner).map(|token| token.value.id).collect();
        for id in tokens {
            self.service_token_deleted(id);
        }
        let policies: Vec<_> = self.state.policies.keys().filter(|key| key.owner == owner).copied().collect();
        for key in policies {
            self.state.policies.remove(&key);
        }
    }
}

fn inconsistent(key: &Key, reason: &'static str) -> RecordError {
    RecordError::Inconsistent { key: key.to_string(), reason }
}
