//! Refusals: said to the caller, and logged once.

use std::net::IpAddr;

use http::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, CONNECTION, LOCATION,
    RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use portcullis_gate::{Challenge, GuardedApp, Reason, Refusal};
use serde_json::json;

use super::cookie;
use super::login::{LoginLocation, login_location};
use super::page::{self, Page};
use super::ray::Ray;
use crate::body::Body;
use crate::enforcer::Enforcer;
use crate::inbound::Inbound;

const FORBIDDEN: &str =
    "Forbidden. You don't have permission to view this. Please contact your system administrator.";

/// A request that was refused, as far as it could be read, for the log.
pub(crate) struct RefusedRequest<'a> {
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) client_ip: IpAddr,
}

impl RefusedRequest<'_> {
    /// One line in the log. No header's value is in it, so no token and no secret.
    pub(crate) fn log(&self, reason: Reason, app: Option<&GuardedApp>, ray: Ray) {
        self.log_as(reason.as_str(), &reason.to_string(), app, ray);
    }

    pub(crate) fn log_as(&self, reason: &str, detail: &str, app: Option<&GuardedApp>, ray: Ray) {
        let app = app.map(|app| app.key().app.to_string()).unwrap_or_default();
        tracing::info!(
            target: "portcullis::refused",
            reason,
            detail,
            app,
            host = printable(self.host),
            path = printable(self.path),
            client_ip = %self.client_ip,
            %ray,
            "refused"
        );
    }
}

/// At most 256 characters, and none of them a control.
fn printable(text: &str) -> String {
    text.chars().take(256).flat_map(char::escape_debug).collect()
}

/// A request that was judged.
pub(crate) struct Asked<'a> {
    pub(crate) inbound: &'a Inbound,
    pub(crate) headers: &'a HeaderMap,
}

impl Asked<'_> {
    pub(crate) fn for_log(&self) -> RefusedRequest<'_> {
        let inbound = self.inbound;
        RefusedRequest {
            host: inbound.target.host(),
            path: inbound.target.path(),
            client_ip: inbound.client_ip,
        }
    }

    fn says(&self, name: &HeaderName, value: &str) -> bool {
        self.headers.get_all(name).iter().any(|it| it.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
    }

    fn is_script(&self) -> bool {
        self.says(&HeaderName::from_static("x-requested-with"), "XMLHttpRequest")
    }

    fn wants_json(&self) -> bool {
        let accepts = |value: &HeaderValue| {
            value.as_bytes().split(|byte| *byte == b',').any(|range| {
                let name = range.split(|byte| *byte == b';').next().unwrap_or_default();
                name.trim_ascii().eq_ignore_ascii_case(b"application/json")
            })
        };
        self.headers.get_all(ACCEPT).iter().any(accepts)
    }
}

/// The answer to a request that goes no further.
pub(crate) async fn refuse(enforcer: &Enforcer, asked: &Asked<'_>, refusal: &Refusal) -> Response<Body> {
    let ray = enforcer.rays.next();
    let app = refusal.app.as_deref();
    asked.for_log().log(refusal.reason, app, ray);
    let mut response = match (refusal.challenge, app) {
        (Challenge::Login, Some(_)) if asked.is_script() => script_must_log_in(enforcer, asked, ray),
        (Challenge::Login, Some(app)) => to_login(enforcer, asked, app, ray).await,
        (Challenge::BadRequest, _) => bad_request(asked, ray),
        (Challenge::Unauthorized, _) => unauthorized(asked, ray),
        (Challenge::Unavailable, _) => unavailable(asked, ray),
        (Challenge::Forbidden | Challenge::Login, _) => forbidden(asked, app, ray),
    };
    if refusal.reason.is_public() {
        let reason = HeaderValue::from_static(refusal.reason.as_str());
        response.headers_mut().insert("portcullis-reason", reason);
    }
    response
}

fn page(asked: &Asked<'_>, status: StatusCode, message: &str, ray: Ray) -> Response<Body> {
    Page { status, message, host: Some(asked.inbound.target.host()), ray }.render()
}

fn bad_request(asked: &Asked<'_>, ray: Ray) -> Response<Body> {
    let mut response = page(asked, StatusCode::BAD_REQUEST, "This request cannot be judged.", ray);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn unauthorized(asked: &Asked<'_>, ray: Ray) -> Response<Body> {
    page(asked, StatusCode::UNAUTHORIZED, "This application is for services with credentials.", ray)
}

fn unavailable(asked: &Asked<'_>, ray: Ray) -> Response<Body> {
    let message = "Access cannot be decided at the moment. Please try again.";
    let mut response = page(asked, StatusCode::SERVICE_UNAVAILABLE, message, ray);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

fn forbidden(asked: &Asked<'_>, app: Option<&GuardedApp>, ray: Ray) -> Response<Body> {
    let status = StatusCode::FORBIDDEN;
    let audience = app.map(|app| app.settings().audience.to_string());
    let mut response = if asked.wants_json() {
        let value = json!({
            "message": FORBIDDEN, "status_code": 403, "aud": audience.as_deref().unwrap_or_default(),
            "ray_id": ray.to_string(),
        });
        page::json(status, &value)
    } else {
        let custom = app.and_then(|app| app.settings().presentation.custom_deny_message.as_deref());
        page(asked, status, custom.filter(|message| !message.is_empty()).unwrap_or(FORBIDDEN), ray)
    };
    let headers = response.headers_mut();
    headers.insert("cf-ray", ray.header());
    if let Some(app) = app {
        let domain = app.settings().domains.first().map_or("", |domain| domain.as_str());
        for (name, text) in
            [("cf-access-aud", audience.as_deref().unwrap_or("")), ("cf-access-domain", domain)]
        {
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(name, value);
            }
        }
    }
    response
}

fn script_must_log_in(enforcer: &Enforcer, asked: &Asked<'_>, ray: Ray) -> Response<Body> {
    let mut response = page(asked, StatusCode::UNAUTHORIZED, "Please log in.", ray);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("x-requested-with"));
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    add_challenge(enforcer, asked, headers);
    response
}

async fn to_login(enforcer: &Enforcer, asked: &Asked<'_>, app: &GuardedApp, ray: Ray) -> Response<Body> {
    let location = match login_location(enforcer, app, asked.inbound).await {
        Ok(LoginLocation(location)) => location,
        Err(error) => {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(%ray, error, "nobody can be sent to the login page");
            return unavailable(asked, ray);
        }
    };
    let Ok(cookie) = cookie::app_session(asked.inbound.scheme) else {
        tracing::error!(%ray, "there is no randomness");
        return unavailable(asked, ray);
    };
    let mut response = page(asked, StatusCode::FOUND, "Please log in.", ray);
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    if let Some(cookie) = cookie {
        headers.append(SET_COOKIE, cookie);
    }
    add_challenge(enforcer, asked, headers);
    response
}

/// `WWW-Authenticate` for programs that know how to log in. (RFC 9728 has its like.)
fn add_challenge(enforcer: &Enforcer, asked: &Asked<'_>, headers: &mut HeaderMap) {
    let (inbound, port) = (asked.inbound, enforcer.options.public.port);
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let challenge = format!(
        "Cloudflare-Access resource_metadata=\"{scheme}://{host}{port}{prefix}{path}\"",
        scheme = inbound.scheme.as_str(),
        host = inbound.target.host(),
        prefix = crate::app_host::PROTECTED_RESOURCE,
        path = inbound.target.path().replace('\\', "%5C").replace('"', "%22"),
    );
    if let Ok(value) = HeaderValue::from_str(&challenge) {
        headers.insert(WWW_AUTHENTICATE, value);
    }
}
