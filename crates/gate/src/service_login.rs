//! Whether service credentials may have a token: asked by control, on the state that it stamps.

use std::net::IpAddr;

use portcullis_model::{Audience, Decision, Now, Policy};

use crate::application::GuardedApp;
use crate::credentials::ServiceCredentials;
use crate::policy::{self, Context, Who};
use crate::verdict::Reason;
use crate::view::GateView;

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
