//! Control, as the gate of the same process asks it for signatures.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use portcullis_control::Control;
use portcullis_control::issue::{IssueError as ControlError, ServiceIssueRequest};
use portcullis_enforce::{IssueError, Issuer, LoginMeta};
use portcullis_gate::ServiceLogin;
use portcullis_model::Clock;

/// The way from a gate to control within one process.
pub(super) struct LocalIssuer {
    pub(super) control: Control,
    pub(super) clock: Arc<dyn Clock>,
}

impl Issuer for LocalIssuer {
    fn issue(&self, login: ServiceLogin) -> BoxFuture<'_, Result<String, IssueError>> {
        let request = ServiceIssueRequest {
            audience: login.audience,
            credentials: login.credentials,
            client_ip: login.client_ip,
            now: self.clock.now(),
        };
        self.control.issue_for_service(request).map(|issued| issued.map_err(issue_error)).boxed()
    }

    fn sign_meta(&self, meta: LoginMeta) -> BoxFuture<'_, Result<String, IssueError>> {
        let meta = portcullis_control::meta::LoginMeta {
            audience: meta.audience,
            hostname: meta.hostname.into(),
            redirect_url: meta.redirect_url.into(),
            now: self.clock.now(),
        };
        self.control.sign_meta(meta).map(|signed| signed.map_err(issue_error)).boxed()
    }
}

fn issue_error(error: ControlError) -> IssueError {
    match error {
        ControlError::Refused(reason) => IssueError::Refused { reason: reason.to_string() },
        error => IssueError::Unavailable(error.into()),
    }
}
