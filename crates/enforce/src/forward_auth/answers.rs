//! What the asking proxy is told.

use std::net::IpAddr;

use http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use portcullis_gate::{Challenge, GuardedApp, Pass, Reason, Refusal, Verdict, credentials};
use portcullis_token::Subject;

use super::forwarded::{BadQuestion, Question};
use crate::admission::{self, Outcome};
use crate::body::Body;
use crate::enforcer::Enforcer;
use crate::render::{Asked, Page, RefusedRequest, authorization_cookie, refuse};

static EMAIL: HeaderName = HeaderName::from_static("cf-access-authenticated-user-email");
static PORTCULLIS_LOCATION: HeaderName = HeaderName::from_static("portcullis-location");

/// Which of the two ways of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    ForwardAuth,
    AuthRequest,
}

impl Way {
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            "/forward-auth" => Some(Self::ForwardAuth),
            "/auth-request" => Some(Self::AuthRequest),
            _ => None,
        }
    }
}

/// 200, and who it is.
pub(super) fn pass(pass: &Pass, question: &Question) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(Ok(mut token)) = pass.token().map(HeaderValue::from_str) {
        token.set_sensitive(true);
        headers.insert(&credentials::JWT_ASSERTION, token);
    }
    if let Some(Subject::Person { email, .. }) = pass.subject()
        && let Ok(email) = HeaderValue::from_bytes(email.as_bytes())
    {
        headers.insert(&EMAIL, email);
    }
    if let Some(token) = pass.cookie_to_set() {
        let (target, scheme) = (&question.inbound.target, question.inbound.scheme);
        if let Some(cookie) = authorization_cookie(pass.application(), target, scheme, token) {
            headers.append(SET_COOKIE, cookie);
        }
    }
    response
}

/// The answer to everything that did not pass at the first look.
pub(super) async fn decide(
    enforcer: &Enforcer,
    way: Way,
    question: &Question,
    headers: &HeaderMap,
    verdict: Verdict,
) -> Response<Body> {
    let access = question.inbound.access_request(&question.method, headers);
    let refusal = match admission::continue_from(enforcer, verdict, &access).await {
        Outcome::Pass(found) => return pass(&found, question),
        Outcome::Refuse(refusal) => refusal,
        // Any 200 would let the request through, so the preflight cannot be answered here.
        Outcome::Preflight(app) => preflight_refusal(app),
    };
    let asked = Asked { inbound: &question.inbound, headers };
    let response = refuse(enforcer, &asked, &refusal).await;
    match way {
        Way::ForwardAuth => response,
        Way::AuthRequest => for_nginx(response, &refusal),
    }
}

fn preflight_refusal(app: std::sync::Arc<GuardedApp>) -> Refusal {
    Refusal { reason: Reason::Preflight, challenge: Challenge::Forbidden, app: Some(app) }
}

/// nginx takes 401 and 403 for an answer, and anything else for a failure.
fn for_nginx(refused: Response<Body>, refusal: &Refusal) -> Response<Body> {
    let (mut parts, _) = refused.into_parts();
    let location = parts.headers.remove(LOCATION);
    parts.headers.remove(http::header::CONTENT_TYPE);
    parts.headers.remove(http::header::CONNECTION);
    parts.status = StatusCode::FORBIDDEN;
    if refusal.challenge == Challenge::Login && parts.headers.contains_key(http::header::WWW_AUTHENTICATE) {
        parts.status = StatusCode::UNAUTHORIZED;
    }
    if let Some(location) = location {
        parts.headers.insert(&PORTCULLIS_LOCATION, location);
    }
    Response::from_parts(parts, Body::Empty)
}

/// 403 for a question that cannot be judged.
pub(super) fn bad_question(
    enforcer: &Enforcer,
    headers: &HeaderMap,
    peer: IpAddr,
    error: BadQuestion,
) -> Response<Body> {
    let ray = enforcer.rays.next();
    let text = |name: &str| {
        let value = headers.get(name).map_or(&b""[..], HeaderValue::as_bytes);
        String::from_utf8_lossy(value).into_owned()
    };
    let uri = text("x-forwarded-uri");
    let path = uri.split('?').next().unwrap_or_default();
    let refused = RefusedRequest { host: &text("x-forwarded-host"), path, client_ip: peer };
    refused.log_as("bad_question", &error.to_string(), None, ray);
    let message = "This request cannot be judged.";
    Page { status: StatusCode::FORBIDDEN, message, host: None, ray }.render()
}
