//! Applications as they are asked for.

use portcullis_model::application::{CorsHeaders, Presentation, SameSite};
use portcullis_model::{AppDomain, Decision, PolicyId, Selector, SessionDuration};

/// Everything about an application but what the server owns: what a creation or a replacement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApplication {
    /// Its name.
    pub name: String,
    /// The hosts and paths that it covers; the first is its `domain`.
    pub domains: Vec<AppDomain>,
    /// How long its tokens last.
    pub session_duration: SessionDuration,
    /// Its policies.
    pub policies: Vec<NewPolicy>,
    /// Whether its cookie is hidden from scripts.
    pub http_only_cookie: bool,
    /// `SameSite` of its cookie.
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
}

/// A policy of an application, as it is asked for. Without a precedence, its place in the list counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewPolicy {
    /// A policy that exists: of this application, or reusable in its account.
    Existing {
        /// The policy.
        id: PolicyId,
        /// Lower goes first.
        precedence: Option<u32>,
    },
    /// A policy of this application alone.
    Inline(Box<InlinePolicy>),
}

/// A policy of one application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlinePolicy {
    /// The policy of this application that it replaces.
    pub id: Option<PolicyId>,
    /// Its name.
    pub name: String,
    /// What it does with who matches.
    pub decision: Decision,
    /// Any of these must hold.
    pub include: Vec<Selector>,
    /// None of these may hold.
    pub exclude: Vec<Selector>,
    /// All of these must hold.
    pub require: Vec<Selector>,
    /// How long what it admits lasts; `None` is as long as the application says.
    pub session_duration: Option<SessionDuration>,
    /// Lower goes first.
    pub precedence: Option<u32>,
}
