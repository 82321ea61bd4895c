//! What every enforcement point shares.

use std::fmt;
use std::sync::Arc;

use portcullis_gate::Gate;

use crate::ports::Issuer;
use crate::render::{LoginMetas, Rays};
use crate::trusted::TrustedProxies;

/// How this deployment is reached.
#[derive(Clone, Debug)]
pub struct EnforceOptions {
    /// The host of the team domain, without port.
    pub team_domain: String,
    /// How browsers reach the team domain and the applications.
    pub public: PublicAddress,
    /// Whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: TrustedProxies,
    /// How many login redirects may be signed at once; each costs an RSA signature.
    pub signatures_at_once: usize,
    /// How many more may wait for that; the rest are answered 503.
    pub signatures_waiting: usize,
}

impl EnforceOptions {
    /// For this team domain at this address: loopback is trusted, two signatures at once, 64 wait.
    pub fn new(team_domain: &str, public: PublicAddress) -> Self {
        Self {
            team_domain: team_domain.to_ascii_lowercase(),
            public,
            trusted_proxies: TrustedProxies::loopback(),
            signatures_at_once: 2,
            signatures_waiting: 64,
        }
    }
}

/// Scheme and port as browsers see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicAddress {
    /// The scheme.
    pub scheme: Scheme,
    /// The port, if it is not the scheme's own.
    pub port: Option<u16>,
}

/// `http` or `https`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Cookies go without `Secure`.
    Http,
    /// Cookies are `Secure`.
    Https,
}

impl Scheme {
    /// As it is written in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The scheme with this name; WebSockets have that of the HTTP request that opens them.
    pub(crate) fn find(name: &[u8]) -> Option<Self> {
        match name {
            b"http" | b"ws" => Some(Self::Http),
            b"https" | b"wss" => Some(Self::Https),
            _ => None,
        }
    }
}

/// A gate, the issuer behind it, and how this deployment is reached.
pub struct Enforcer {
    pub(crate) gate: Arc<Gate>,
    pub(crate) issuer: Arc<dyn Issuer>,
    pub(crate) options: EnforceOptions,
    pub(crate) metas: LoginMetas,
    pub(crate) rays: Rays,
}

impl Enforcer {
    /// Puts them together.
    pub fn new(gate: Arc<Gate>, issuer: Arc<dyn Issuer>, options: EnforceOptions) -> Self {
        let metas = LoginMetas::new(options.signatures_at_once, options.signatures_waiting);
        Self { gate, issuer, options, metas, rays: Rays::default() }
    }

    /// The gate.
    pub fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }
}

impl fmt::Debug for Enforcer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enforcer")
            .field("gate", &self.gate)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
