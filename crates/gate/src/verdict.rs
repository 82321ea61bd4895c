//! What the gate says to a request.

use std::net::IpAddr;
use std::sync::Arc;

use portcullis_model::{AppKey, Audience, PolicyId, Revision, Timestamp};
use portcullis_token::{Subject, VerifyError};

use crate::application::GuardedApp;
use crate::credentials::ServiceCredentials;
use crate::memory::RememberedToken;
use crate::target::TargetError;

/// The gate's answer.
#[derive(Debug)]
pub enum Verdict {
    /// The request may be forwarded.
    Pass(Pass),
    /// The service credentials are valid and a policy admits them: get a token issued, then ask again.
    Login(ServiceLogin),
    /// A CORS preflight that the gate answers itself, as the application is configured.
    Preflight(Arc<GuardedApp>),
    /// The request goes no further.
    Refuse(Refusal),
}

/// The permit to forward one request (I2). There is no other way to come by one than the gate's check.
#[derive(Debug)]
#[must_use = "a pass that is not used refuses a request that was admitted"]
pub struct Pass {
    pub(crate) standing: Standing,
    pub(crate) app: Arc<GuardedApp>,
    pub(crate) revision: Revision,
    pub(crate) sets_cookie: bool,
}

/// What an admitted request stands on, kept for as long as it is open and asked again whenever
/// something that covers it is revoked.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) app: AppKey,
    pub(crate) client_ip: IpAddr,
    pub(crate) basis: Basis,
}

#[derive(Clone, Debug)]
pub(crate) enum Basis {
    /// A `bypass` policy.
    Bypass(PolicyId),
    /// `options_preflight_bypass`.
    Options,
    /// A live token.
    Token(Arc<RememberedToken>),
}

impl Pass {
    pub(crate) fn assertion(standing: Standing, app: Arc<GuardedApp>, revision: Revision) -> Self {
        Self { standing, app, revision, sets_cookie: false }
    }

    /// The application that the request is for.
    pub fn application(&self) -> &GuardedApp {
        &self.app
    }

    /// The token that admitted it, as it goes to the origin; none for what was not checked.
    pub fn token(&self) -> Option<&str> {
        match &self.standing.basis {
            Basis::Token(token) => Some(token.raw()),
            Basis::Bypass(_) | Basis::Options => None,
        }
    }

    /// Whom the token was issued to.
    pub fn subject(&self) -> Option<&Subject> {
        match &self.standing.basis {
            Basis::Token(token) => Some(token.token().subject()),
            Basis::Bypass(_) | Basis::Options => None,
        }
    }

    /// The cookie that the answer must set: the token and when it ends.
    pub fn cookie_to_set(&self) -> Option<(&str, Timestamp)> {
        match &self.standing.basis {
            Basis::Token(token) if self.sets_cookie => Some((token.raw(), token.token().expires_at())),
            _ => None,
        }
    }

    /// The revision of the view that it was decided on.
    pub fn revision(&self) -> Revision {
        self.revision
    }
}

/// Valid service credentials for which a token is to be issued.
#[derive(Clone, Debug)]
pub struct ServiceLogin {
    /// The application's `aud` tag.
    pub audience: Audience,
    /// What the request presented. Control judges it again, on the view that it stamps.
    pub credentials: ServiceCredentials,
    /// From where.
    pub client_ip: IpAddr,
    pub(crate) slot: LoginSlot,
}

/// Where the token of a service login is kept: one for each application and service token.
pub(crate) type LoginSlot = (AppKey, portcullis_model::ServiceTokenId);

/// Why a request goes no further, and how to say so.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// For the log.
    pub reason: Reason,
    /// For the caller.
    pub challenge: Challenge,
    /// The application, where there is one.
    pub app: Option<Arc<GuardedApp>>,
}

impl Refusal {
    pub(crate) fn new(reason: Reason, challenge: Challenge, app: Option<&Arc<GuardedApp>>) -> Self {
        Self { reason, challenge, app: app.cloned() }
    }

    /// The refusal of a target that could not be normalised.
    pub fn bad_target(error: TargetError) -> Self {
        Self::new(Reason::Target(error), Challenge::BadRequest, None)
    }

    /// The refusal of a login for which control could not issue a token.
    pub fn not_issued(app: Option<Arc<GuardedApp>>) -> Self {
        Self { reason: Reason::NotIssued, challenge: Challenge::Unavailable, app }
    }
}

/// What the caller is answered. (Access enforcement, as measured.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// 400: the request cannot be judged.
    BadRequest,
    /// 302 to the login page, or 401 for scripts.
    Login,
    /// 401: Service Auth blocks and the application asks for this status.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 503: this gate cannot prove that its view is fresh, or no token could be issued; try again.
    Unavailable,
}

/// Why, to the letter that is logged and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The gate has no lease: it cannot prove that it has heard of every revocation.
    NoLease,
    /// The host or path is malformed.
    Target(TargetError),
    /// The readings of the path lead to different applications.
    AmbiguousPath,
    /// No application covers this host and path.
    NoApplication,
    /// A CORS preflight, which this application does not let pass.
    Preflight,
    /// No credentials.
    NoToken,
    /// The token is not one of ours, or not for this application.
    Invalid(VerifyError),
    /// Issued for another application.
    OtherApplication,
    /// Signed with a key that signs nothing any more.
    KeyRemoved,
    /// Past its `exp`.
    Expired,
    /// Issued before a revocation that covers it.
    Revoked,
    /// Issued to a service token that was deleted, disabled or has expired.
    ServiceTokenDead,
    /// Different tokens for one application in one request.
    ConflictingTokens,
    /// The policy that admitted it is gone, or no longer admits.
    PolicyNoLongerHolds,
    /// The application admits machines only, and they must send their credentials on every request.
    ServiceCredentialsRequired,
    /// One half of service credentials, a half twice, or no client id.
    MalformedServiceCredentials,
    /// No such service token, or a wrong secret.
    WrongServiceCredentials,
    /// The service token is disabled.
    ServiceTokenDisabled,
    /// The service token has expired.
    ServiceTokenExpired,
    /// Valid service credentials that no policy admits.
    NoPolicyAdmits,
    /// A token was due and could not be issued.
    NotIssued,
    /// The application was deleted.
    ApplicationDeleted,
}

impl Reason {
    /// A short word for logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoLease => "no_lease",
            Self::Target(_) => "bad_target",
            Self::AmbiguousPath => "ambiguous_path",
            Self::NoApplication => "no_application",
            Self::Preflight => "preflight",
            Self::NoToken => "no_token",
            Self::Invalid(_) => "invalid_token",
            Self::OtherApplication => "other_application",
            Self::KeyRemoved => "key_removed",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::ServiceTokenDead => "service_token_dead",
            Self::ConflictingTokens => "conflicting_tokens",
            Self::PolicyNoLongerHolds => "policy_no_longer_holds",
            Self::ServiceCredentialsRequired => "service_credentials_required",
            Self::MalformedServiceCredentials => "malformed_service_credentials",
            Self::WrongServiceCredentials => "wrong_service_credentials",
            Self::ServiceTokenDisabled => "service_token_disabled",
            Self::ServiceTokenExpired => "service_token_expired",
            Self::NoPolicyAdmits => "no_policy_admits",
            Self::NotIssued => "not_issued",
            Self::ApplicationDeleted => "application_deleted",
        }
    }

    /// Whether the caller may be told: only what a genuine token's holder knows or could know anyway.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Revoked | Self::Expired | Self::NoLease)
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())?;
        match self {
            Self::Target(error) => write!(f, ": {error}"),
            Self::Invalid(error) => write!(f, ": {error}"),
            _ => Ok(()),
        }
    }
}
