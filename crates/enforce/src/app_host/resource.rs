//! `GET /.well-known/cloudflare-access-protected-resource<path>`

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use portcullis_gate::{AccessRequest, Refusal, Target, Verdict};
use serde_json::json;

use crate::body::Body;
use crate::enforcer::Enforcer;
use crate::inbound::Inbound;
use crate::render::{Asked, json as json_answer, refuse, team_origin};

/// How to log in at the application that covers `path`.
pub(super) async fn serve(
    enforcer: &Enforcer,
    inbound: &Inbound,
    request: &Request<Incoming>,
    path: &str,
) -> Response<Body> {
    if let Err(refusal) = covered(enforcer, inbound, request, path) {
        return refuse(enforcer, &Asked { inbound, headers: request.headers() }, &refusal).await;
    }
    let (team, host) = (team_origin(enforcer), inbound.target.host());
    let resource = match enforcer.options.public.port {
        Some(port) => format!("{}://{host}:{port}", inbound.scheme.as_str()),
        None => format!("{}://{host}", inbound.scheme.as_str()),
    };
    let description = json!({
        "resource": resource,
        "protected": true,
        "team_domain": enforcer.options.team_domain,
        "authorization_servers": [team],
        "authentication_methods": [{ "name": "cloudflared" }],
    });
    json_answer(StatusCode::OK, &description)
}

/// Whether there is an application at all; whether it would admit does not matter.
fn covered(
    enforcer: &Enforcer,
    inbound: &Inbound,
    request: &Request<Incoming>,
    path: &str,
) -> Result<(), Refusal> {
    let target = Target::parse(inbound.target.host(), path).map_err(Refusal::bad_target)?;
    let (method, headers) = (request.method(), request.headers());
    let asked = AccessRequest { target: &target, method, headers, client_ip: inbound.client_ip };
    match enforcer.gate.check(&asked) {
        Verdict::Refuse(refusal) if refusal.app.is_none() => Err(refusal),
        _ => Ok(()),
    }
}
