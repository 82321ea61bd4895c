//! `GET /cdn-cgi/access/get-identity`

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use portcullis_gate::{Pass, Reason};
use portcullis_token::Subject;
use serde_json::{Value, json};

use crate::admission::{self, Outcome};
use crate::body::Body;
use crate::enforcer::Enforcer;
use crate::inbound::Inbound;
use crate::render::{Asked, json as json_answer, refuse};

/// Who the live token of the request was issued to.
pub(super) async fn serve(
    enforcer: &Enforcer,
    inbound: &Inbound,
    request: &Request<Incoming>,
) -> Response<Body> {
    let access = inbound.access_request(request.method(), request.headers());
    match admission::admit(enforcer, &access).await {
        Outcome::Pass(pass) => {
            identity(&pass, inbound).map_or_else(no_token, |identity| json_answer(StatusCode::OK, &identity))
        }
        Outcome::Refuse(refusal) if refusal.reason != Reason::NoToken => {
            refuse(enforcer, &Asked { inbound, headers: request.headers() }, &refusal).await
        }
        Outcome::Refuse(_) | Outcome::Preflight(_) => no_token(),
    }
}

fn no_token() -> Response<Body> {
    json_answer(StatusCode::BAD_REQUEST, &json!({ "err": "no app token set" }))
}

fn identity(pass: &Pass, inbound: &Inbound) -> Option<Value> {
    let account = pass.application().settings().account.to_string();
    let ip = inbound.client_ip.to_string();
    let identity = match pass.subject()? {
        Subject::Person { user, email, .. } => json!({
            "id": user.to_string(), "user_uuid": user.to_string(), "email": email, "account_id": account,
            "ip": ip, "auth_status": "NONE", "common_name": "", "service_token_id": "",
            "service_token_status": false, "is_warp": false, "is_gateway": false, "version": 2,
        }),
        Subject::ServiceToken(client) => json!({
            "account_id": account, "ip": ip, "auth_status": "NONE", "common_name": client.to_string(),
            "service_token_status": true, "is_warp": false, "is_gateway": false, "version": 2,
        }),
    };
    Some(identity)
}
