//! The gate's copy of what it needs to know, at one revision.

use std::sync::Arc;
use std::time::Duration;

use portcullis_model::{
    AccountId, AppKey, Audience, Change, ClientId, Commit, Incarnation, Kid, Moment, Revision, ServiceToken,
    ServiceTokenId, SessionNonce, Snapshot, Timestamp, UserId, Watermark,
};
use portcullis_token::{SecretHasher, VerifyingKey};
use secrecy::ExposeSecret as _;

use crate::application::GuardedApp;
use crate::credentials::ServiceCredentials;
use crate::hosts::Hosts;
use crate::lease::Lease;
use crate::map::Map;
use crate::open::Affected;
use crate::target::Target;
use crate::verdict::Reason;

/// Everything that a decision depends on, immutable; the next commit makes another.
#[derive(Clone, Debug)]
pub struct GateView {
    incarnation: Incarnation,
    revision: Revision,
    floor: Revision,
    issuer: Arc<str>,
    lease_max: Duration,
    hosts: Hosts,
    apps: Map<AppKey, Arc<GuardedApp>>,
    by_audience: Map<Audience, AppKey>,
    service_tokens: Map<ClientId, Arc<GuardedServiceToken>>,
    client_ids: Map<ServiceTokenId, ClientId>,
    /// Two or three: the current key, and those whose tokens are still valid.
    keys: Arc<[Arc<VerifyingKey>]>,
    users: Map<UserId, Revision>,
    sessions: Map<SessionNonce, Revision>,
    hasher: Arc<SecretHasher>,
}

#[derive(Clone, Debug)]
pub(crate) struct GuardedServiceToken {
    pub(crate) record: Arc<ServiceToken>,
    /// The revision below which what was issued to it is dead.
    pub(crate) watermark: Revision,
}

/// A commit that cannot be applied: start over from a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the view is at revision {view}, and the commit follows {previous}")]
pub struct Gap {
    view: Revision,
    previous: Revision,
}

/// A snapshot that would take the view back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the view is at revision {view}, and the snapshot at {snapshot}")]
pub struct OlderSnapshot {
    view: Revision,
    snapshot: Revision,
}

/// Proof that the view was read under a lease.
#[derive(Clone, Copy)]
pub(crate) struct FreshView<'a> {
    view: &'a GateView,
}

impl std::ops::Deref for FreshView<'_> {
    type Target = GateView;

    fn deref(&self) -> &GateView {
        self.view
    }
}

impl GateView {
    /// A view that knows nothing and admits nothing. Secrets of service tokens are compared by `hasher`.
    pub fn empty(hasher: Arc<SecretHasher>) -> Self {
        Self {
            incarnation: Incarnation::from_bytes([0; 16]),
            revision: Revision::ZERO,
            floor: Revision::ZERO,
            issuer: "".into(),
            lease_max: Duration::ZERO,
            hosts: Hosts::default(),
            apps: Map::default(),
            by_audience: Map::default(),
            service_tokens: Map::default(),
            client_ids: Map::default(),
            keys: Arc::default(),
            users: Map::default(),
            sessions: Map::default(),
            hasher,
        }
    }

    /// The view after `commit`, and which open requests it may have ended.
    ///
    /// # Errors
    ///
    /// - [`Gap`]: the commit does not follow this view; nothing has changed.
    pub(crate) fn next(&self, commit: &Commit) -> Result<(Self, Vec<Affected>), Gap> {
        if commit.previous != self.revision {
            return Err(Gap { view: self.revision, previous: commit.previous });
        }
        let mut next = self.clone();
        let affected = commit.changes.iter().filter_map(|change| next.apply(change)).collect();
        next.revision = commit.revision;
        Ok((next, affected))
    }

    /// The view after `commit`, for a node that judges logins and keeps no open requests.
    ///
    /// # Errors
    ///
    /// - [`Gap`]: the commit does not follow this view; nothing has changed.
    pub fn after(&self, commit: &Commit) -> Result<Self, Gap> {
        self.next(commit).map(|(view, _)| view)
    }

    /// The view that `snapshot` describes.
    ///
    /// # Errors
    ///
    /// - [`OlderSnapshot`]: a view never goes down within one incarnation (I4); nothing has changed.
    pub fn replaced_by(&self, snapshot: &Snapshot) -> Result<Self, OlderSnapshot> {
        // INVARIANT(I4)
        if snapshot.incarnation == self.incarnation && snapshot.revision < self.revision {
            return Err(OlderSnapshot { view: self.revision, snapshot: snapshot.revision });
        }
        let mut view = Self { incarnation: snapshot.incarnation, ..Self::empty(self.hasher.clone()) };
        for change in &snapshot.changes {
            view.apply(change);
        }
        view.revision = snapshot.revision;
        Ok(view)
    }

    fn apply(&mut self, change: &Change) -> Option<Affected> {
        match change {
            Change::Application(record) => {
                let key = record.application.key;
                let watermark = self.apps.get(&key).map_or(Revision::ZERO, |app| app.watermark());
                self.remove_application(key);
                self.insert_application(GuardedApp::new(record.clone(), watermark));
                Some(Affected::Application(key))
            }
            Change::ApplicationDeleted(key) => {
                self.remove_application(*key);
                Some(Affected::Application(*key))
            }
            Change::ServiceToken(record, created) => {
                let is_new = self.insert_service_token(record.clone(), *created);
                (!is_new).then_some(Affected::All)
            }
            Change::ServiceTokenDeleted(id) => {
                if let Some(client_id) = self.client_ids.remove(id) {
                    self.service_tokens.remove(&client_id);
                }
                Some(Affected::All)
            }
            Change::Key(key) => {
                match VerifyingKey::new(key) {
                    Ok(parsed) => {
                        let others = self.keys.iter().filter(|known| known.kid() != key.kid).cloned();
                        self.keys = others.chain([Arc::new(parsed)]).collect();
                    }
                    Err(error) => {
                        tracing::error!(kid = %key.kid, %error, "a signing key is unusable; what it signed is refused");
                    }
                }
                None
            }
            Change::KeyRemoved(kid) => {
                self.keys = self.keys.iter().filter(|key| key.kid() != *kid).cloned().collect();
                Some(Affected::All)
            }
            Change::Watermark(watermark, revision) => Some(self.raise(watermark, *revision)),
            Change::TeamDomain(domain) => {
                self.issuer = format!("https://{domain}").into();
                None
            }
            Change::LeaseMax(length) => {
                self.lease_max = *length;
                None
            }
        }
    }

    fn insert_application(&mut self, app: GuardedApp) {
        self.hosts.insert(app.key(), app.domains());
        self.by_audience.insert(app.audience(), app.key());
        self.apps.insert(app.key(), Arc::new(app));
    }

    fn remove_application(&mut self, key: AppKey) {
        if let Some(app) = self.apps.remove(&key) {
            self.hosts.remove(key, app.domains());
            self.by_audience.remove(&app.audience());
        }
    }

    /// Returns whether it was not there before.
    fn insert_service_token(&mut self, record: Arc<ServiceToken>, created: Revision) -> bool {
        let client_id = record.client_id;
        let known = self.service_tokens.get(&client_id).map_or(Revision::ZERO, |token| token.watermark);
        self.client_ids.insert(record.id, client_id);
        let guarded = GuardedServiceToken { record, watermark: known.max(created) };
        self.service_tokens.insert(client_id, Arc::new(guarded)).is_none()
    }

    fn raise(&mut self, watermark: &Watermark, revision: Revision) -> Affected {
        // INVARIANT(I4): only the higher of two revisions is ever kept.
        match watermark {
            Watermark::Floor => self.floor = self.floor.max(revision),
            Watermark::Application(key) => {
                if let Some(app) = self.apps.get(key).map(|app| app.revoked_at(revision)) {
                    self.apps.insert(*key, Arc::new(app));
                }
                return Affected::Application(*key);
            }
            Watermark::ServiceToken(id) => {
                let token = self.client_ids.get(id).and_then(|client_id| self.service_tokens.get(client_id));
                if let Some(token) = token.cloned() {
                    let raised =
                        GuardedServiceToken { watermark: token.watermark.max(revision), ..(*token).clone() };
                    self.service_tokens.insert(raised.record.client_id, Arc::new(raised));
                }
            }
            Watermark::User(user) => {
                let known = self.users.get(user).copied().unwrap_or_default();
                self.users.insert(*user, known.max(revision));
            }
            Watermark::Session(nonce) => {
                let known = self.sessions.get(nonce).copied().unwrap_or_default();
                self.sessions.insert(*nonce, known.max(revision));
            }
        }
        Affected::All
    }

    /// The revision that it describes.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The history that it belongs to.
    pub fn incarnation(&self) -> Incarnation {
        self.incarnation
    }

    /// `iss` of every token: `https://<team domain>`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// How many applications it knows.
    pub fn applications(&self) -> usize {
        self.apps.len()
    }

    /// The revision below which everything is dead.
    pub(crate) fn floor(&self) -> Revision {
        self.floor
    }

    /// The application with this key.
    pub(crate) fn application(&self, key: AppKey) -> Option<&Arc<GuardedApp>> {
        self.apps.get(&key)
    }

    /// The service token with this client id.
    pub(crate) fn service_token(&self, client_id: ClientId) -> Option<&GuardedServiceToken> {
        self.service_tokens.get(&client_id).map(|token| &**token)
    }

    /// The revision below which what this person was issued in this login is dead.
    pub(crate) fn person_watermark(&self, user: UserId, nonce: SessionNonce) -> Revision {
        let user = self.users.get(&user).copied().unwrap_or_default();
        user.max(self.sessions.get(&nonce).copied().unwrap_or_default())
    }

    /// The key with this id, if what it signed is still valid.
    pub(crate) fn key(&self, kid: Kid) -> Option<&VerifyingKey> {
        self.keys.iter().find(|key| key.kid() == kid).map(|key| &**key)
    }

    /// The view as proved fresh: only under a lease.
    pub(crate) fn fresh_at(&self, lease: &Lease, now: Moment) -> Result<FreshView<'_>, Reason> {
        // INVARIANT(I5)
        if lease.runs_at(now) { Ok(FreshView { view: self }) } else { Err(Reason::NoLease) }
    }

    /// The application with this `aud` tag.
    pub fn application_by_audience(&self, audience: Audience) -> Option<&Arc<GuardedApp>> {
        self.apps.get(self.by_audience.get(&audience)?)
    }

    /// The application that covers `target` most specifically, if every reading of its path agrees.
    pub(crate) fn application_for(&self, target: &Target) -> Result<&Arc<GuardedApp>, Reason> {
        let found = self.hosts.find(target.host(), target.path());
        let agree = |reading: &String| self.hosts.find(target.host(), reading) == found;
        // INVARIANT(I10): what is judged is what any origin can make of what is sent.
        if !target.other_readings().iter().all(agree) {
            return Err(Reason::AmbiguousPath);
        }
        found.and_then(|key| self.apps.get(&key)).ok_or(Reason::NoApplication)
    }

    /// Proves `credentials` to be those of a service token of `account` that works at `now`.
    pub(crate) fn authenticate_service(
        &self,
        credentials: &ServiceCredentials,
        account: AccountId,
        now: Timestamp,
    ) -> Result<ServiceTokenId, Reason> {
        let token = self.service_tokens.get(&credentials.client_id).map(|token| &token.record);
        let token = token.filter(|token| token.account == account).ok_or(Reason::WrongServiceCredentials)?;
        if self.hasher.digest(credentials.client_secret.expose_secret()) != token.secret {
            return Err(Reason::WrongServiceCredentials);
        }
        if !token.enabled {
            return Err(Reason::ServiceTokenDisabled);
        }
        if token.expires_at.is_some_and(|end| end <= now) {
            return Err(Reason::ServiceTokenExpired);
        }
        Ok(token.id)
    }

    /// How long it says that a gate may admit on one grant.
    pub fn lease_max(&self) -> Duration {
        self.lease_max
    }
}
