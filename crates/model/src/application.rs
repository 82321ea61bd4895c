//! Applications: what is protected.

use crate::app_domain::AppDomain;
use crate::duration::SessionDuration;
use crate::id::{AccountId, AppKey, Audience, PolicyId};
use crate::time::Timestamp;

/// The `SameSite` attribute of an application's cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Sent everywhere; the default, as at Cloudflare.
    None,
    /// Sent on top-level navigation.
    Lax,
    /// Sent only from the site itself.
    Strict,
}

impl SameSite {
    /// The wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lax => "lax",
            Self::Strict => "strict",
        }
    }

    /// The attribute with this wire name.
    pub fn find(name: &str) -> Option<Self> {
        [Self::None, Self::Lax, Self::Strict].into_iter().find(|it| it.as_str() == name)
    }
}

/// How the gate answers CORS preflights by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorsHeaders {
    /// Any header may be sent.
    pub allow_all_headers: bool,
    /// Any method may be used.
    pub allow_all_methods: bool,
    /// Any origin may ask.
    pub allow_all_origins: bool,
    /// Credentials may be sent.
    pub allow_credentials: bool,
    /// These headers may be sent.
    pub allowed_headers: Vec<String>,
    /// These methods may be used.
    pub allowed_methods: Vec<String>,
    /// These origins may ask.
    pub allowed_origins: Vec<String>,
    /// For how many seconds a browser may remember the answer.
    pub max_age: Option<i32>,
}

/// What an application shows to people; nothing here decides who gets in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presentation {
    /// Shown in the application launcher; `None` is the default, shown.
    pub app_launcher_visible: Option<bool>,
    /// A picture for it.
    pub logo_url: Option<String>,
    /// No page between login and application.
    pub skip_interstitial: Option<bool>,
    /// What a person who is refused reads.
    pub custom_deny_message: Option<String>,
    /// Where a person who is refused is sent.
    pub custom_deny_url: Option<String>,
    /// Where a machine that is refused is sent.
    pub custom_non_identity_deny_url: Option<String>,
}

/// An application of type `self_hosted`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its owner and id.
    pub key: AppKey,
    /// The account that the owner is, or lies in.
    pub account: AccountId,
    /// Its `aud` tag.
    pub audience: Audience,
    /// Its name.
    pub name: String,
    /// The hosts and paths that it covers; the first is its `domain`.
    pub domains: Vec<AppDomain>,
    /// How long its tokens last, unless the policy that admits says otherwise.
    pub session_duration: SessionDuration,
    /// Its policies in order of precedence.
    pub policies: Vec<PolicyLink>,
    /// Whether its cookie is hidden from scripts.
    pub http_only_cookie: bool,
    /// `SameSite` of its cookie; `None` when it was not set.
    pub same_site_cookie: Option<SameSite>,
    /// Whether its cookie is limited to its path.
    pub path_cookie: bool,
    /// 401 instead of 403 where Service Auth blocks.
    pub service_auth_401_redirect: bool,
    /// `OPTIONS` reaches the origin unchecked.
    pub options_preflight_bypass: bool,
    /// Preflights are answered by the gate.
    pub cors: Option<CorsHeaders>,
    /// One header that carries both halves of service credentials as JSON.
    pub service_token_header: Option<String>,
    /// What it shows.
    pub presentation: Presentation,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A policy attached to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyLink {
    /// The policy.
    pub id: PolicyId,
    /// Lower goes first; unique within the application.
    pub precedence: u32,
}
