//! Where a person is sent to log in.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use portcullis_gate::GuardedApp;

use super::meta::MetaError;
use crate::enforcer::Enforcer;
use crate::inbound::Inbound;
use crate::ports::LoginMeta;

/// What a query value keeps unescaped. (RFC 3986, section 2.3: unreserved.)
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address of the login page, for one request.
#[derive(Debug)]
pub(crate) struct LoginLocation(pub(crate) HeaderValue);

/// The login address for a request that `app` refused.
pub(crate) async fn login_location(
    enforcer: &Enforcer,
    app: &GuardedApp,
    inbound: &Inbound,
) -> Result<LoginLocation, MetaError> {
    let host = inbound.target.host();
    let wanted = inbound.path_and_query.as_str();
    let audience = app.settings().audience;
    let meta = LoginMeta { audience, hostname: host.into(), redirect_url: wanted.into() };
    let jwt = enforcer.metas.signed(&enforcer.issuer, meta, enforcer.gate.boot()).await?;
    let jwt = String::from_utf8_lossy(&jwt);
    let location = format!(
        "{team}/cdn-cgi/access/login/{host}?kid={audience}&meta={meta}&redirect_url={wanted}",
        team = team_origin(enforcer),
        meta = utf8_percent_encode(&jwt, QUERY_VALUE),
        wanted = utf8_percent_encode(wanted, QUERY_VALUE),
    );
    // Host, audience and what is percent-encoded are ASCII without controls.
    let fallback = |_| HeaderValue::from_static("/");
    Ok(LoginLocation(HeaderValue::from_str(&location).unwrap_or_else(fallback)))
}

/// Scheme, host and port of the team domain.
pub(crate) fn team_origin(enforcer: &Enforcer) -> String {
    let options = &enforcer.options;
    let (scheme, domain) = (options.public.scheme.as_str(), &options.team_domain);
    match options.public.port {
        Some(port) => format!("{scheme}://{domain}:{port}"),
        None => format!("{scheme}://{domain}"),
    }
}
