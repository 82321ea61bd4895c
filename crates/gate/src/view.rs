//! The gate's copy of what it needs to know, at one revision.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use portcullis_model::{
    AccountId, AppKey, Audience, Change, ClientId, Commit, Decision, Incarnation, Kid, Moment, Now, Policy,
    Revision, ServiceToken, ServiceTokenId, SessionNonce, Snapshot, Timestamp, UserId, Watermark,
};
use portcullis_token::{SecretHasher, Subject, VerifiedAppToken, VerifyingKey};
use secrecy::ExposeSecret as _;

use crate::application::GuardedApp;
use crate::credentials::ServiceCredentials;
use crate::hosts::Hosts;
use crate::lease::Lease;
use crate::map::Map;
use crate::open::Affected;
use crate::policy::{self, Context, Who};
use crate::target::Target;
use crate::verdict::{Basis, Reason, Standing};

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
struct GuardedServiceToken {
    record: Arc<ServiceToken>,
    watermark: Revision,
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

    /// Admits `token` to `app` if nothing that covers it was revoked since it was issued.
    ///
    /// # Errors
    ///
    /// - [`Reason::KeyRemoved`], [`Reason::OtherApplication`], [`Reason::Expired`]: asked again on every
    ///   request, however often its signature has been right.
    /// - [`Reason::Revoked`]: the floor or a watermark that covers it is above its revision.
    /// - [`Reason::ServiceTokenDead`]: it was issued to a service token that is not alive.
    pub(crate) fn admit<'t>(
        &'t self,
        app: &GuardedApp,
        token: &'t VerifiedAppToken,
        now: Timestamp,
    ) -> Result<LiveAppToken<'t>, Reason> {
        if self.key(token.kid()).is_none() {
            return Err(Reason::KeyRemoved);
        }
        if token.audience() != app.audience() {
            return Err(Reason::OtherApplication);
        }
        let holder = self.holder(token.subject())?;
        // INVARIANT(I3): the highest watermark decides. The lowest, or the first that is found, would not do.
        let highest = self.floor.max(app.watermark()).max(self.holder_watermark(&holder));
        if token.revision() < highest {
            return Err(Reason::Revoked);
        }
        token.unexpired_at(now).map_err(|_| Reason::Expired)?;
        holder.works(app.account(), now)?;
        Ok(LiveAppToken::assertion(token, holder))
    }

    fn holder<'t>(&'t self, subject: &'t Subject) -> Result<Holder<'t>, Reason> {
        match subject {
            // Unknown is dead: a deleted service token leaves no tokens behind.
            Subject::ServiceToken(client_id) => self
                .service_tokens
                .get(client_id)
                .map(|token| Holder::Service(token))
                .ok_or(Reason::ServiceTokenDead),
            Subject::Person { user, email, nonce } => {
                Ok(Holder::Person { user: *user, email, nonce: *nonce })
            }
        }
    }

    fn holder_watermark(&self, holder: &Holder<'_>) -> Revision {
        match holder {
            Holder::Service(token) => token.watermark,
            Holder::Person { user, nonce, .. } => {
                let user = self.users.get(user).copied().unwrap_or_default();
                user.max(self.sessions.get(nonce).copied().unwrap_or_default())
            }
        }
    }

    /// Whether what an open request stands on is still there.
    ///
    /// Expiry is left out: a token that runs out ends no connection, as at Cloudflare.
    pub(crate) fn still_admits(&self, standing: &Standing) -> Result<(), Reason> {
        let app = self.apps.get(&standing.app).ok_or(Reason::ApplicationDeleted)?;
        match &standing.basis {
            Basis::Bypass(id) => {
                let context = Context { ip: standing.client_ip, who: Who::Nobody };
                let policy = policy::first_without_identity(app, context);
                policy.filter(|policy| policy.id == *id).map(drop).ok_or(Reason::PolicyNoLongerHolds)
            }
            Basis::Options if app.settings().options_preflight_bypass => Ok(()),
            Basis::Options => Err(Reason::PolicyNoLongerHolds),
            Basis::Token(token) => {
                let live = self.admit(app, token.token(), Timestamp::from_unix(i64::MIN))?;
                live.still_holds(app, standing.client_ip)
            }
        }
    }

    /// How long it says that a gate may admit on one grant.
    pub fn lease_max(&self) -> Duration {
        self.lease_max
    }
}

/// Whom a token was issued to, as the view knows them.
enum Holder<'t> {
    Service(&'t GuardedServiceToken),
    Person { user: UserId, email: &'t str, nonce: SessionNonce },
}

impl Holder<'_> {
    fn works(&self, account: AccountId, now: Timestamp) -> Result<(), Reason> {
        let Self::Service(token) = self else { return Ok(()) };
        let record = &token.record;
        let works =
            record.account == account && record.enabled && record.expires_at.is_none_or(|end| now < end);
        if works { Ok(()) } else { Err(Reason::ServiceTokenDead) }
    }
}

/// A token that nothing has revoked, for the application that it was issued for.
pub(crate) struct LiveAppToken<'t> {
    token: &'t VerifiedAppToken,
    holder: Holder<'t>,
}

impl<'t> LiveAppToken<'t> {
    fn assertion(token: &'t VerifiedAppToken, holder: Holder<'t>) -> Self {
        Self { token, holder }
    }

    /// Whether the policy that admitted it still exists in `app`, and still admits its holder from `ip`.
    ///
    /// # Errors
    ///
    /// - [`Reason::PolicyNoLongerHolds`]: it does not.
    pub(crate) fn still_holds(&self, app: &GuardedApp, ip: IpAddr) -> Result<(), Reason> {
        let policy = app.policy(self.token.policy()).ok_or(Reason::PolicyNoLongerHolds)?;
        let (wanted, who) = match &self.holder {
            Holder::Service(token) => (Decision::NonIdentity, Who::Service(token.record.id)),
            Holder::Person { email, .. } => (Decision::Allow, Who::Person { email }),
        };
        let holds = policy.decision == wanted && policy::matches(policy, Context { ip, who });
        if holds { Ok(()) } else { Err(Reason::PolicyNoLongerHolds) }
    }
}

/// Control's question on its own view: may these service credentials have a token of this application?
///
/// # Errors
///
/// The reason for which the gate would refuse them.
pub fn judge_service_login<'a>(
    view: &'a GateView,
    audience: Audience,
    credentials: &ServiceCredentials,
    ip: IpAddr,
    now: Now,
) -> Result<(&'a GuardedApp, &'a Policy), Reason> {
    let app = view.application_by_audience(audience).ok_or(Reason::NoApplication)?;
    let id = view.authenticate_service(credentials, app.account(), now.wall)?;
    let context = Context { ip, who: Who::Service(id) };
    let policy = policy::first_without_identity(app, context).ok_or(Reason::NoPolicyAdmits)?;
    if policy.decision == Decision::NonIdentity { Ok((app, policy)) } else { Err(Reason::NoPolicyAdmits) }
}
