//! The cookies that the gate sets.

use std::time::{Duration, SystemTime};

use data_encoding::HEXLOWER;
use http::HeaderValue;
use portcullis_gate::{GuardedApp, Target, credentials};
use portcullis_model::{SameSite, Timestamp};
use portcullis_token::random::{self, RandomError};

use crate::enforcer::Scheme;

const APP_SESSION: &str = "CF_AppSession";
const BINDING: &str = "CF_Binding";

/// The cookies that are the gate's alone and never reach an origin.
pub(crate) const fn host_only_names() -> [&'static str; 2] {
    [APP_SESSION, BINDING]
}

/// `Set-Cookie` for an application token.
///
/// `Expires` and not `Max-Age`: cloudflared takes the token only from a cookie with the former.
pub(crate) fn authorization(
    app: &GuardedApp,
    target: &Target,
    scheme: Scheme,
    (token, expires): (&str, Timestamp),
) -> Option<HeaderValue> {
    let settings = app.settings();
    let path = if settings.path_cookie { cookie_path(app, target) } else { "/" };
    let http_only = if settings.http_only_cookie { "; HttpOnly" } else { "" };
    let same_site = settings.same_site_cookie.unwrap_or(SameSite::None);
    let cookie = format!(
        "{name}={token}; Path={path}; Expires={expires}{http_only}{site}",
        name = credentials::COOKIE,
        expires = http_date(expires),
        site = site_and_secure(same_site, scheme),
    );
    sensitive(&cookie)
}

/// `Set-Cookie` that ties a login to the browser in which it began.
pub(crate) fn app_session(scheme: Scheme) -> Result<Option<HeaderValue>, RandomError> {
    let value = HEXLOWER.encode(&random::bytes::<16>()?);
    let site = site_and_secure(SameSite::None, scheme);
    Ok(sensitive(&format!("{APP_SESSION}={value}; Path=/; Max-Age=86400; HttpOnly{site}")))
}

fn sensitive(cookie: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(cookie).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Browsers drop `Secure` cookies that come over plain HTTP, and `SameSite=None` without `Secure`.
fn site_and_secure(same_site: SameSite, scheme: Scheme) -> &'static str {
    match (same_site, scheme) {
        (SameSite::None, Scheme::Https) => "; Secure; SameSite=None",
        (SameSite::Lax, Scheme::Https) => "; Secure; SameSite=Lax",
        (SameSite::Strict, Scheme::Https) => "; Secure; SameSite=Strict",
        (SameSite::None | SameSite::Lax, Scheme::Http) => "; SameSite=Lax",
        (SameSite::Strict, Scheme::Http) => "; SameSite=Strict",
    }
}

/// The path of the application's most specific domain that covers `target`, as far as it is literal.
fn cookie_path<'a>(app: &'a GuardedApp, target: &Target) -> &'a str {
    let covering = app
        .settings()
        .domains
        .iter()
        .filter(|domain| domain.covers_host(target.host()) && domain.covers_path(target.path()));
    let path = covering.max_by_key(|domain| domain.specificity()).map_or("", |domain| domain.path());
    let literal = match path.split_once('*') {
        Some((before, _)) => before.rsplit_once('/').map_or("", |(directory, _)| directory),
        None => path,
    };
    // A `;` would end the attribute.
    if literal.is_empty() || literal.contains(';') { "/" } else { literal }
}

fn http_date(time: Timestamp) -> httpdate::HttpDate {
    // The format ends with the year 9999.
    const LAST: u64 = 253_402_300_799;
    let seconds = u64::try_from(time.unix()).unwrap_or(0).min(LAST);
    (SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).into()
}
