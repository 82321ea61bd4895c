//! `POST /{accounts|zones}/{id}/access/apps/{app_id}/revoke_tokens`

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method};

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::scope::ScopeChoice;
use crate::{Error, Operation, RawResponse, Request, RevokedTokens, Scoped};

/// Revokes all tokens issued for an application.
#[derive(Clone, Debug)]
pub struct RevokeTokens {
    scope: ScopeChoice,
    app_id: String,
    respond_async: bool,
    wait: Option<Duration>,
}

impl RevokeTokens {
    pub(crate) fn new(app_id: String) -> Self {
        Self { scope: ScopeChoice::default(), app_id, respond_async: false, wait: None }
    }

    /// RFC 7240 counts whole seconds. A part of one is rounded up: rounded down it would say "do not wait".
    fn prefer(&self) -> Option<String> {
        let wait = self.wait.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        let wait = wait.map(|seconds| format!("wait={seconds}"));
        let preferences = [self.respond_async.then(|| "respond-async".to_owned()), wait];
        let preferences: Vec<_> = preferences.into_iter().flatten().collect();
        (!preferences.is_empty()).then(|| preferences.join(", "))
    }
}

impl Request<RevokeTokens> {
    /// Asks for an answer as soon as the revocation is durable: `Prefer: respond-async` (RFC 7240).
    ///
    /// Portcullis then answers 202, and [`RevokedTokens::enforced_within`] says by when every gate obeys.
    /// Cloudflare ignores it.
    pub fn prefer_async(mut self) -> Self {
        self.operation.respond_async = true;
        self
    }

    /// Asks to wait for the gates no longer than this: `Prefer: wait=N` (RFC 7240), in whole seconds,
    /// rounded up.
    ///
    /// If that is not enough, Portcullis answers as with [`Self::prefer_async`]. Cloudflare ignores it.
    pub fn prefer_wait(mut self, wait: Duration) -> Self {
        self.operation.wait = Some(wait);
        self
    }
}

impl Sealed for RevokeTokens {}

impl Scoped for RevokeTokens {
    fn scope_mut(&mut self) -> &mut ScopeChoice {
        &mut self.scope
    }
}

impl Operation for RevokeTokens {
    type Answer = RevokedTokens;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let path = self.scope.path()?.words("access/apps").id("app_id", &self.app_id)?.words("revoke_tokens");
        let mut headers = HeaderMap::new();
        if let Some(prefer) = self.prefer().and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert("prefer", prefer);
        }
        // What is revoked twice is revoked: the one POST here that is safe to repeat.
        Ok(Endpoint { headers, repeatable: true, ..Endpoint::new(Method::POST, path) })
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<RevokedTokens, Error> {
        raw.parse().map(|result| RevokedTokens::new(result, raw))
    }
}
