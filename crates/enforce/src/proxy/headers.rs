//! What is taken out of heads, and what is put in.

use std::net::IpAddr;

use http::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, Entry, HOST, HeaderMap, HeaderName, HeaderValue, SET_COOKIE,
    TE, TRANSFER_ENCODING, UPGRADE,
};
use portcullis_gate::{Pass, credentials};
use portcullis_token::Subject;

use super::request::host_for_origin;
use crate::inbound::Inbound;
use crate::render::host_only_names;
use crate::trusted::FORWARDED_FOR;

static EMAIL: HeaderName = HeaderName::from_static("cf-access-authenticated-user-email");
static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
static REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");
static CONNECTING_IP: HeaderName = HeaderName::from_static("cf-connecting-ip");

/// The protocol that the client wants to change to, if it really asks for one.
///
/// # Security
///
/// `h2c` is not passed on: the requests inside could not be judged.
pub(super) fn wanted_upgrade(headers: &HeaderMap) -> Option<HeaderValue> {
    let asks = tokens(headers, &CONNECTION).any(|token| token.eq_ignore_ascii_case(b"upgrade"));
    let mut protocols = headers.get_all(UPGRADE).iter();
    let protocol = protocols.next().filter(|_| asks)?;
    let is_h2c = tokens(headers, &UPGRADE).any(|token| {
        let name = token.split(|byte| *byte == b'/').next().unwrap_or_default();
        name.eq_ignore_ascii_case(b"h2c")
    });
    (!is_h2c && protocols.next().is_none()).then(|| protocol.clone())
}

/// Makes the head of a request fit for the origin: what only the gate may say is said by the gate alone.
pub(super) fn prepare_request(
    headers: &mut HeaderMap,
    inbound: &Inbound,
    pass: &Pass,
    peer: IpAddr,
    peer_is_trusted: bool,
) {
    let upgrade = wanted_upgrade(headers);
    let takes_trailers = tokens(headers, &TE).any(|token| token.eq_ignore_ascii_case(b"trailers"));
    let host = host_for_origin(headers, &inbound.target);
    let forwarded_for = forwarded_for(headers, peer, peer_is_trusted);
    remove_service_credentials(headers, pass);
    remove_hop_by_hop(headers);
    remove_forgeable(headers);
    // The gate answers the expectation itself, once the request is admitted.
    headers.remove(EXPECT);
    put_cookies(headers, pass.token());
    put_identity(headers, pass);
    put(headers, &FORWARDED_FOR, forwarded_for);
    put(headers, &FORWARDED_PROTO, Some(HeaderValue::from_static(inbound.scheme.as_str())));
    put(headers, &FORWARDED_HOST, host.clone());
    put(headers, &HOST, host);
    let client = HeaderValue::from_str(&inbound.client_ip.to_string()).ok();
    put(headers, &REAL_IP, client.clone());
    put(headers, &CONNECTING_IP, client);
    if let Some(protocol) = upgrade {
        put_upgrade(headers, protocol);
    }
    if takes_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.append(CONNECTION, HeaderValue::from_static("te"));
    }
}

/// Makes the head of an answer fit for the client.
pub(super) fn prepare_response(headers: &mut HeaderMap) {
    if headers.contains_key(TRANSFER_ENCODING) {
        // It decides how long the body is; a length beside it is void. (RFC 9112, section 6.3.)
        headers.remove(CONTENT_LENGTH);
    }
    remove_hop_by_hop(headers);
    let is_ours = |value: &HeaderValue| {
        let name = value.as_bytes().split(|byte| matches!(byte, b'=' | b';')).next().unwrap_or_default();
        name.trim_ascii() == credentials::COOKIE.as_bytes()
    };
    retain(headers, &SET_COOKIE, |value| !is_ours(value));
}

/// Makes the connection one that changes to `protocol`.
pub(super) fn put_upgrade(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, protocol);
}

/// The comma-separated items of every line of this header.
fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
    let lines = headers.get_all(name).into_iter();
    lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii)
}

/// Headers that concern one connection only. (RFC 9110, section 7.6.1.)
fn remove_hop_by_hop(headers: &mut HeaderMap) {
    if headers.contains_key(CONNECTION) {
        let named: Vec<HeaderName> =
            tokens(headers, &CONNECTION).filter_map(|name| HeaderName::from_bytes(name).ok()).collect();
        for name in named {
            headers.remove(name);
        }
        headers.remove(CONNECTION);
    }
    for name in [
        "keep-alive",
        "proxy-connection",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "transfer-encoding",
        "upgrade",
    ] {
        headers.remove(name);
    }
}

/// Removes what origins take for the gate's own word, from whoever it comes.
fn remove_forgeable(headers: &mut HeaderMap) {
    let forged: Vec<HeaderName> =
        headers.keys().filter(|name| is_forgeable(name.as_str())).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
}

/// CGI and its heirs make one name of `-` and `_`, so both are looked at as one.
fn is_forgeable(name: &str) -> bool {
    let starts_with = |prefix: &str| {
        name.len() >= prefix.len()
            && name.bytes().zip(prefix.bytes()).all(|(a, b)| a == b || (a == b'_' && b == b'-'))
    };
    let is = |other: &str| name.len() == other.len() && starts_with(other);
    starts_with("cf-access-")
        || starts_with("x-forwarded-")
        || ["forwarded", "x-real-ip", "cf-connecting-ip", "cf-connecting-ipv6", "true-client-ip"]
            .iter()
            .any(|it| is(it))
}

/// Removes the header that the application names if it carries service credentials.
fn remove_service_credentials(headers: &mut HeaderMap, pass: &Pass) {
    let Some(name) = pass.application().service_token_header() else { return };
    let carries = |value: &HeaderValue| {
        let bytes = value.as_bytes().trim_ascii();
        let json = || serde_json::from_slice::<serde_json::Value>(bytes).ok();
        bytes.starts_with(b"{") && json().is_some_and(|json| json.get("cf-access-client-secret").is_some())
    };
    if headers.get_all(name).iter().any(carries) {
        headers.remove(name);
    }
}

/// Leaves every cookie but the gate's own, and adds the token that admitted.
fn put_cookies(headers: &mut HeaderMap, token: Option<&str>) {
    let Entry::Occupied(lines) = headers.entry(COOKIE) else {
        let cookie = token.and_then(|token| cookie_of(&[], Some(token)));
        return put(headers, &COOKIE, cookie);
    };
    let (_, lines) = lines.remove_entry_mult();
    let lines: Vec<HeaderValue> = lines.collect();
    let cookie = cookie_of(&lines, token);
    put(headers, &COOKIE, cookie);
}

fn cookie_of(lines: &[HeaderValue], token: Option<&str>) -> Option<HeaderValue> {
    let mut cookie: Vec<u8> = Vec::with_capacity(lines.iter().map(HeaderValue::len).sum::<usize>() + 64);
    let crumbs =
        lines.iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';')).map(<[u8]>::trim_ascii);
    for crumb in crumbs.filter(|crumb| !crumb.is_empty() && !is_gates_cookie(crumb)) {
        if !cookie.is_empty() {
            cookie.extend_from_slice(b"; ");
        }
        cookie.extend_from_slice(crumb);
    }
    if let Some(token) = token {
        if !cookie.is_empty() {
            cookie.extend_from_slice(b"; ");
        }
        cookie.extend_from_slice(credentials::COOKIE.as_bytes());
        cookie.push(b'=');
        cookie.extend_from_slice(token.as_bytes());
    }
    if cookie.is_empty() { None } else { HeaderValue::from_maybe_shared(bytes::Bytes::from(cookie)).ok() }
}

fn is_gates_cookie(crumb: &[u8]) -> bool {
    let name = crumb.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
    name == credentials::COOKIE.as_bytes() || host_only_names().iter().any(|it| it.as_bytes() == name)
}

fn put_identity(headers: &mut HeaderMap, pass: &Pass) {
    let assertion = pass.token().and_then(|token| HeaderValue::from_str(token).ok()).map(sensitive);
    put(headers, &credentials::JWT_ASSERTION, assertion);
    if let Some(Subject::Person { email, .. }) = pass.subject() {
        put(headers, &EMAIL, HeaderValue::from_bytes(email.as_bytes()).ok());
    }
}

fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

/// The chain of addresses: a trusted proxy's, continued, or one that begins here.
fn forwarded_for(headers: &HeaderMap, peer: IpAddr, peer_is_trusted: bool) -> Option<HeaderValue> {
    let mut chain = String::new();
    if peer_is_trusted {
        for line in headers.get_all(&FORWARDED_FOR) {
            chain.push_str(line.to_str().ok()?);
            chain.push_str(", ");
        }
    }
    chain.push_str(&peer.to_string());
    HeaderValue::from_str(&chain).ok()
}

fn put(headers: &mut HeaderMap, name: &HeaderName, value: Option<HeaderValue>) {
    match value {
        Some(value) => drop(headers.insert(name, value)),
        None => drop(headers.remove(name)),
    }
}

fn retain(headers: &mut HeaderMap, name: &HeaderName, keep: impl Fn(&HeaderValue) -> bool) {
    if headers.get_all(name).iter().all(&keep) {
        return;
    }
    let Entry::Occupied(lines) = headers.entry(name) else { return };
    let kept: Vec<HeaderValue> = lines.remove_entry_mult().1.filter(keep).collect();
    for value in kept {
        headers.append(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_origins_trust_cannot_be_forged_in_either_spelling() {
        for name in [
            "cf-access-jwt-assertion",
            "cf_access_jwt_assertion",
            "cf-access-authenticated-user-email",
            "cf_access-client_secret",
            "x-forwarded-for",
            "x_forwarded_prefix",
            "forwarded",
            "x_real_ip",
            "cf-connecting-ip",
        ] {
            assert!(is_forgeable(name), "{name}");
        }
        for name in ["cf-acces", "x-forwarded", "forwarded-x", "cookie", "cf-ray"] {
            assert!(!is_forgeable(name), "{name}");
        }
    }

    #[test]
    fn the_gates_cookies_are_taken_out_and_the_others_kept_to_the_byte() {
        let lines = [
            HeaderValue::from_static("a=1;CF_Authorization=old; CF_Binding=x;  b=\"q; CF_AppSession=y"),
            HeaderValue::from_static("CF_Authorization_x=2"),
        ];
        assert_eq!(
            cookie_of(&lines, Some("t")).unwrap(),
            "a=1; b=\"q; CF_Authorization_x=2; CF_Authorization=t"
        );
        assert_eq!(cookie_of(&lines, None).unwrap(), "a=1; b=\"q; CF_Authorization_x=2");
        assert_eq!(cookie_of(&[HeaderValue::from_static("CF_Authorization=old")], None), None);
    }

    #[test]
    fn headers_of_one_connection_are_taken_out_with_those_that_connection_names() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Private"),
            ("x-private", "1"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("content-length", "5"),
            ("trailer", "x-sum"),
            ("set-cookie", "CF_Authorization=stolen"),
            ("set-cookie", "other=1"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        prepare_response(&mut headers);
        let left: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        assert_eq!(left, ["trailer: x-sum", "set-cookie: other=1"]);
    }

    #[test]
    fn an_upgrade_must_be_asked_for_and_cannot_be_h2c() {
        let wanted = |connection, upgrade| {
            let mut headers = HeaderMap::new();
            headers.insert(CONNECTION, HeaderValue::from_static(connection));
            headers.insert(UPGRADE, HeaderValue::from_static(upgrade));
            wanted_upgrade(&headers).is_some()
        };
        assert!(wanted("keep-alive, Upgrade", "websocket"));
        assert!(!wanted("keep-alive", "websocket"));
        assert!(!wanted("Upgrade, HTTP2-Settings", "h2c"));
        assert!(!wanted("Upgrade", "websocket, H2C"));
    }
}
