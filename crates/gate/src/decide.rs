//! The decision: a view, a request and a time make a verdict.
//!
//! INVARIANT(I1): nothing here does I/O, waits, takes a lock or reads a clock.

use std::net::IpAddr;
use std::sync::Arc;

use http::{HeaderMap, Method, header};
use portcullis_model::{Decision, Now, ServiceTokenId};
use portcullis_token::RawAppToken;

use crate::application::GuardedApp;
use crate::credentials::{RawServiceCredentials, RawTokens, ServiceCredentials};
use crate::gate::Remembered;
use crate::lease::Lease;
use crate::memory::RememberedToken;
use crate::policy::{self, Context, Who};
use crate::target::Target;
use crate::verdict::{Basis, Challenge, Pass, Reason, Refusal, ServiceLogin, Standing, Verdict};
use crate::view::{FreshView, GateView};

/// A request as every adapter hands it to the gate.
#[derive(Clone, Copy, Debug)]
pub struct AccessRequest<'a> {
    /// Where it wants to go.
    pub target: &'a Target,
    /// What it wants to do.
    pub method: &'a Method,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Where it comes from.
    pub client_ip: IpAddr,
}

impl AccessRequest<'_> {
    /// A CORS preflight. (Fetch standard, section 4.8.)
    fn is_preflight(&self) -> bool {
        self.method == Method::OPTIONS
            && self.headers.contains_key(header::ORIGIN)
            && self.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    }
}

/// Decides about `request` on `view` at `now`.
///
/// `remembered` only makes it faster, and holds the tokens that services got earlier; each of them is
/// judged like any other.
pub(crate) fn decide(
    view: &GateView,
    lease: &Lease,
    remembered: &Remembered,
    request: &AccessRequest<'_>,
    now: Now,
) -> Verdict {
    let fresh = match view.fresh_at(lease, now.boot) {
        Ok(fresh) => fresh,
        Err(reason) => return Verdict::Refuse(Refusal::new(reason, Challenge::Unavailable, None)),
    };
    let app = match view.application_for(request.target) {
        Ok(app) => app,
        Err(reason) => return Verdict::Refuse(Refusal::new(reason, without_application(reason), None)),
    };
    let decision = Decider { view: fresh, app, remembered, request, now };
    decision.decide().unwrap_or_else(|reason| {
        Verdict::Refuse(Refusal::new(reason, challenge(app, reason, request), Some(app)))
    })
}

struct Decider<'a> {
    view: FreshView<'a>,
    app: &'a Arc<GuardedApp>,
    remembered: &'a Remembered,
    request: &'a AccessRequest<'a>,
    now: Now,
}

impl Decider<'_> {
    fn decide(&self) -> Result<Verdict, Reason> {
        if self.request.is_preflight() {
            let settings = self.app.settings();
            if settings.options_preflight_bypass {
                return Ok(self.pass(Basis::Options));
            }
            if settings.cors.is_some() {
                return Ok(Verdict::Preflight(self.app.clone()));
            }
        }
        let service = self.service();
        let who = match &service {
            Ok(Some((id, _))) => Who::Service(*id),
            Ok(None) | Err(_) => Who::Nobody,
        };
        let context = Context { ip: self.request.client_ip, who };
        match (policy::first_without_identity(self.app, context), &service) {
            (Some(policy), _) if policy.decision == Decision::Bypass => {
                Ok(self.pass(Basis::Bypass(policy.id)))
            }
            (Some(_), Ok(Some((id, credentials)))) => Ok(self.admit_service(*id, credentials)),
            (_, service) => {
                self.admit_token(service.as_ref().map_or_else(
                    |reason| Some(*reason),
                    |found| found.as_ref().map(|_| Reason::NoPolicyAdmits),
                ))
            }
        }
    }

    /// The service token whose valid credentials the request carries.
    fn service(&self) -> Result<Option<(ServiceTokenId, ServiceCredentials)>, Reason> {
        let raw = RawServiceCredentials::find(self.request.headers, self.app.service_token_header());
        match raw {
            RawServiceCredentials::Absent => Ok(None),
            RawServiceCredentials::Malformed => Err(Reason::MalformedServiceCredentials),
            RawServiceCredentials::Present(credentials) => {
                let account = self.app.account();
                let id = self.view.authenticate_service(&credentials, account, self.now.wall)?;
                Ok(Some((id, credentials)))
            }
        }
    }

    /// A service that a policy admits: with the token it sent or was given earlier if that is live, else
    /// with one that has to be issued.
    fn admit_service(&self, id: ServiceTokenId, credentials: &ServiceCredentials) -> Verdict {
        let slot = (self.app.key(), id);
        let is_its_own = |token: &RememberedToken| matches!(token.token().subject(), portcullis_token::Subject::ServiceToken(client) if *client == credentials.client_id);
        let sent = self.live_tokens().find(|token| is_its_own(token));
        if let Some(token) = sent {
            return self.pass(Basis::Token(token));
        }
        let given = self.remembered.logins.find(slot).and_then(|raw| self.verify(raw.as_bytes()).ok());
        match given.filter(|token| is_its_own(token) && self.is_live(token).is_ok()) {
            Some(token) => self.pass_with_cookie(token),
            None => Verdict::Login(ServiceLogin {
                audience: self.app.audience(),
                credentials: credentials.clone(),
                client_ip: self.request.client_ip,
                slot,
            }),
        }
    }

    /// The live tokens among those that the request carries.
    fn live_tokens(&self) -> impl Iterator<Item = Arc<RememberedToken>> {
        let tokens = RawTokens::find(self.request.headers);
        let tokens: Vec<_> = tokens.iter().filter_map(|raw| self.verify(raw).ok()).collect();
        tokens.into_iter().filter(|token| self.is_live(token).is_ok())
    }

    /// A request that must stand on its token. `service` is why its service credentials did not help.
    fn admit_token(&self, service: Option<Reason>) -> Result<Verdict, Reason> {
        let token = self.token_for_app(service)?;
        self.is_live(&token)?;
        if !self.app.admits_people() {
            return Err(service.unwrap_or(Reason::ServiceCredentialsRequired));
        }
        Ok(self.pass(Basis::Token(token)))
    }

    /// The one token of this application that the request carries.
    fn token_for_app(&self, service: Option<Reason>) -> Result<Arc<RememberedToken>, Reason> {
        let tokens = RawTokens::find(self.request.headers);
        if tokens.too_many {
            return Err(Reason::ConflictingTokens);
        }
        let mut found: Option<Arc<RememberedToken>> = None;
        let mut first_failure = None;
        for raw in tokens.iter() {
            match self.verify(raw) {
                Ok(token) if token.token().audience() == self.app.audience() => {
                    if found.replace(token).is_some() {
                        return Err(Reason::ConflictingTokens);
                    }
                }
                Ok(_) => _ = first_failure.get_or_insert(Reason::OtherApplication),
                Err(reason) => _ = first_failure.get_or_insert(reason),
            }
        }
        found.ok_or(first_failure.or(service).unwrap_or(Reason::NoToken))
    }

    /// Verifies the signature and the form of `raw`, unless exactly these bytes were verified before.
    fn verify(&self, raw: &[u8]) -> Result<Arc<RememberedToken>, Reason> {
        if let Some(known) = self.remembered.tokens.find(raw) {
            return Ok(known);
        }
        let parsed = RawAppToken::parse(raw).map_err(Reason::Invalid)?;
        let (issuer, key) = (self.view.issuer(), |kid| self.view.key(kid));
        let token = portcullis_token::verify(parsed, issuer, self.now.wall, key).map_err(Reason::Invalid)?;
        let token = Arc::new(RememberedToken::new(raw, token));
        self.remembered.first_sight(&token);
        Ok(token)
    }

    fn is_live(&self, token: &RememberedToken) -> Result<(), Reason> {
        let live = self.view.admit(self.app, token.token(), self.now.wall)?;
        live.still_holds(self.app, self.request.client_ip)
    }

    fn pass(&self, basis: Basis) -> Verdict {
        let standing = Standing { app: self.app.key(), client_ip: self.request.client_ip, basis };
        Verdict::Pass(Pass::assertion(standing, self.app.clone(), self.view.revision()))
    }

    fn pass_with_cookie(&self, token: Arc<RememberedToken>) -> Verdict {
        let standing =
            Standing { app: self.app.key(), client_ip: self.request.client_ip, basis: Basis::Token(token) };
        let pass = Pass::assertion(standing, self.app.clone(), self.view.revision());
        Verdict::Pass(Pass { sets_cookie: true, ..pass })
    }
}

fn without_application(reason: Reason) -> Challenge {
    match reason {
        Reason::AmbiguousPath => Challenge::BadRequest,
        _ => Challenge::Forbidden,
    }
}

/// How a refusal is said: the rows of Access' enforcement table.
fn challenge(app: &GuardedApp, reason: Reason, request: &AccessRequest<'_>) -> Challenge {
    match reason {
        Reason::NotIssued => Challenge::Unavailable,
        Reason::ConflictingTokens => Challenge::Forbidden,
        _ if request.is_preflight() => Challenge::Forbidden,
        _ if app.admits_people() => Challenge::Login,
        _ if app.settings().service_auth_401_redirect => Challenge::Unauthorized,
        _ => Challenge::Forbidden,
    }
}
