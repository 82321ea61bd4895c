//! Check, log a service in if that is what it takes, check again.

use std::sync::Arc;
use std::time::Duration;

use portcullis_gate::{AccessRequest, GuardedApp, Pass, Refusal, ServiceLogin, Verdict};

use crate::enforcer::Enforcer;

/// How often a request may log its service in: a token can be revoked as soon as it is issued.
const LOGINS_MAX: usize = 2;

/// Nobody waits longer than this for control to issue a token.
const ISSUE_TIMEOUT: Duration = Duration::from_secs(10);

/// A verdict after which nothing is left to ask.
pub(crate) enum Outcome {
    Pass(Pass),
    Preflight(Arc<GuardedApp>),
    Refuse(Refusal),
}

/// Decides about `request`, and gets a token issued where service credentials are due one.
pub(crate) async fn admit(enforcer: &Enforcer, request: &AccessRequest<'_>) -> Outcome {
    let verdict = enforcer.gate.check(request);
    continue_from(enforcer, verdict, request).await
}

/// The rest of [`admit`], after the first check.
pub(crate) async fn continue_from(
    enforcer: &Enforcer,
    mut verdict: Verdict,
    request: &AccessRequest<'_>,
) -> Outcome {
    let mut logins = 0;
    loop {
        match verdict {
            Verdict::Pass(pass) => return Outcome::Pass(pass),
            Verdict::Preflight(app) => return Outcome::Preflight(app),
            Verdict::Refuse(refusal) => return Outcome::Refuse(refusal),
            Verdict::Login(login) => {
                if logins == LOGINS_MAX || !log_in(enforcer, &login).await {
                    let app = enforcer.gate.view().application_by_audience(login.audience).cloned();
                    return Outcome::Refuse(Refusal::not_issued(app));
                }
                logins += 1;
            }
        }
        verdict = enforcer.gate.check(request);
    }
}

/// Gets the token issued, unless somebody else just did. Whether it admits is the gate's to say.
async fn log_in(enforcer: &Enforcer, login: &ServiceLogin) -> bool {
    let Some(place) = enforcer.gate.login(login).await else { return true };
    match tokio::time::timeout(ISSUE_TIMEOUT, enforcer.issuer.issue(login.clone())).await {
        Ok(Ok(token)) => {
            place.keep(&token);
            true
        }
        Ok(Err(error)) => {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(aud = %login.audience, error, "no token was issued to a service");
            false
        }
        Err(_) => {
            tracing::warn!(aud = %login.audience, "control did not answer a service login in time");
            false
        }
    }
}
