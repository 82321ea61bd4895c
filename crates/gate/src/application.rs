//! An application as the gate sees it.

use std::sync::Arc;

use http::HeaderName;
use portcullis_model::{
    AccountId, AppDomain, AppKey, Application, Audience, Decision, GateApplication, Policy, PolicyId,
    Revision,
};

/// An application with its policies, ready to be asked, and the revision below which its tokens are dead.
#[derive(Clone, Debug)]
pub struct GuardedApp {
    compiled: Arc<Compiled>,
    watermark: Revision,
}

#[derive(Debug)]
struct Compiled {
    record: Arc<GateApplication>,
    service_token_header: Option<HeaderName>,
    admits_people: bool,
}

impl GuardedApp {
    /// Prepares `record`; its tokens are dead below `watermark`, and below its creation in any case.
    pub(crate) fn new(record: Arc<GateApplication>, watermark: Revision) -> Self {
        let header = record.application.service_token_header.as_deref();
        let compiled = Compiled {
            service_token_header: header.and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok()),
            admits_people: record.policies.iter().any(|policy| policy.decision == Decision::Allow),
            record,
        };
        Self { watermark: watermark.max(compiled.record.created), compiled: Arc::new(compiled) }
    }

    /// The same application, revoked at `revision`.
    pub(crate) fn revoked_at(&self, revision: Revision) -> Self {
        // INVARIANT(I4): a watermark never goes down.
        Self { compiled: self.compiled.clone(), watermark: self.watermark.max(revision) }
    }

    /// The application as it is configured.
    pub fn settings(&self) -> &Application {
        &self.compiled.record.application
    }

    /// Its owner and id.
    pub fn key(&self) -> AppKey {
        self.settings().key
    }

    /// The account that owns it.
    pub(crate) fn account(&self) -> AccountId {
        self.settings().account
    }

    /// Its `aud` tag.
    pub fn audience(&self) -> Audience {
        self.settings().audience
    }

    /// Where it lives.
    pub(crate) fn domains(&self) -> &[AppDomain] {
        &self.settings().domains
    }

    /// The revision below which its tokens are dead.
    pub fn watermark(&self) -> Revision {
        self.watermark
    }

    /// Its policies, the first to be asked first.
    pub fn policies(&self) -> &[Policy] {
        &self.compiled.record.policies
    }

    /// The policy with this id.
    pub fn policy(&self, id: PolicyId) -> Option<&Policy> {
        self.policies().iter().find(|policy| policy.id == id)
    }

    /// Whether people can log in: it has an `allow` policy. Without one, a token does not open it, only
    /// service credentials on every request do. (Cloudflare: Service tokens.)
    pub fn admits_people(&self) -> bool {
        self.compiled.admits_people
    }

    /// The header that carries both halves of service credentials as JSON, if it has one.
    pub fn service_token_header(&self) -> Option<&HeaderName> {
        self.compiled.service_token_header.as_ref()
    }
}
