//! The credentials that a request carries, found once for every adapter.

use std::fmt;

use http::{HeaderMap, HeaderName, header};
use memchr::memchr;
use portcullis_model::ClientId;
use secrecy::SecretString;
use serde::Deserialize;

/// The cookie that carries an application token.
pub const COOKIE: &str = "CF_Authorization";
/// The header for programs that send the token themselves.
pub static ACCESS_TOKEN: HeaderName = HeaderName::from_static("cf-access-token");
/// The header in which the gate hands the token to the origin; accepted from clients too.
pub static JWT_ASSERTION: HeaderName = HeaderName::from_static("cf-access-jwt-assertion");
/// The public half of service credentials.
pub static CLIENT_ID: HeaderName = HeaderName::from_static("cf-access-client-id");
/// The secret half of service credentials.
pub static CLIENT_SECRET: HeaderName = HeaderName::from_static("cf-access-client-secret");

/// More different tokens than this in one request are not looked at.
const MAX_TOKENS: usize = 8;

/// The application tokens of a request, unverified, from every carrier: each cookie
/// `CF_Authorization`, `cf-access-token` and `Cf-Access-Jwt-Assertion`. The same token in two carriers
/// is one. `Authorization: Bearer` is the origin's and is not read, as at Cloudflare.
#[derive(Default)]
pub(crate) struct RawTokens<'a> {
    found: [Option<&'a [u8]>; MAX_TOKENS],
    /// There were more than can be looked at.
    pub(crate) too_many: bool,
}

impl<'a> RawTokens<'a> {
    pub(crate) fn find(headers: &'a HeaderMap) -> Self {
        let mut tokens = Self::default();
        for line in headers.get_all(header::COOKIE) {
            for value in cookie_values(line.as_bytes(), COOKIE) {
                tokens.add(value);
            }
        }
        for name in [&ACCESS_TOKEN, &JWT_ASSERTION] {
            for value in headers.get_all(name) {
                tokens.add(value.as_bytes());
            }
        }
        tokens
    }

    fn add(&mut self, value: &'a [u8]) {
        for place in &mut self.found {
            match place {
                Some(known) if *known == value => return,
                Some(_) => {}
                None => {
                    *place = Some(value);
                    return;
                }
            }
        }
        self.too_many = true;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        self.found.iter().copied().flatten()
    }
}

/// The non-empty values of the cookie `name` in one `Cookie` header (RFC 6265 section 5.4).
pub fn cookie_values<'a>(line: &'a [u8], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    pairs(line).filter_map(move |pair| {
        let value = pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
        let value = value.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\"")).unwrap_or(value);
        (!value.is_empty()).then_some(value)
    })
}

/// The parts of `line` between semicolons. A token is long, and this is on the path of every request.
fn pairs(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let (pair, tail) = memchr(b';', line).and_then(|at| line.split_at_checked(at)).unwrap_or((line, &[]));
        rest = tail.split_first().map(|(_semicolon, tail)| tail);
        Some(pair)
    })
}

/// Service credentials as a request carries them; nothing about them is known to be true.
pub(crate) enum RawServiceCredentials {
    /// The request carries none.
    Absent,
    /// One half only, a half twice, or something that is no client id.
    Malformed,
    /// Both halves.
    Present(ServiceCredentials),
}

/// Both halves of service credentials, unverified.
#[derive(Clone)]
pub struct ServiceCredentials {
    /// The public half.
    pub client_id: ClientId,
    /// The secret half.
    pub client_secret: SecretString,
}

impl fmt::Debug for ServiceCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceCredentials").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct JsonCredentials {
    #[serde(rename = "cf-access-client-id")]
    client_id: String,
    #[serde(rename = "cf-access-client-secret")]
    client_secret: String,
}

impl RawServiceCredentials {
    /// Finds the credentials in the two usual headers, or in the one that the application names.
    pub(crate) fn find(headers: &HeaderMap, json_header: Option<&HeaderName>) -> Self {
        let pair = Self::from_pair(headers);
        let json = json_header.map_or(Self::Absent, |name| Self::from_json(headers, name));
        match (pair, json) {
            (found, Self::Absent) | (Self::Absent, found) => found,
            _ => Self::Malformed,
        }
    }

    fn from_pair(headers: &HeaderMap) -> Self {
        match (single(headers, &CLIENT_ID), single(headers, &CLIENT_SECRET)) {
            (Single::Absent, Single::Absent) => Self::Absent,
            (Single::One(id), Single::One(secret)) => Self::parse(id, secret.into()),
            _ => Self::Malformed,
        }
    }

    fn from_json(headers: &HeaderMap, name: &HeaderName) -> Self {
        match single(headers, name) {
            Single::Absent => Self::Absent,
            Single::Unusable => Self::Malformed,
            // The header may be the origin's own, such as `Authorization`: what is not such JSON is not ours.
            Single::One(text) => match serde_json::from_str::<JsonCredentials>(text) {
                Ok(json) => Self::parse(&json.client_id, json.client_secret.into()),
                Err(_) => Self::Absent,
            },
        }
    }

    fn parse(client_id: &str, client_secret: SecretString) -> Self {
        match client_id.parse() {
            Ok(client_id) => Self::Present(ServiceCredentials { client_id, client_secret }),
            Err(_) => Self::Malformed,
        }
    }
}

enum Single<'a> {
    Absent,
    One(&'a str),
    Unusable,
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Single<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Single::Absent,
        (Some(value), None) => value.to_str().map_or(Single::Unusable, Single::One),
        (Some(_), Some(_)) => Single::Unusable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn every_carrier_is_read_and_equal_tokens_are_one() {
        let headers = headers(&[
            ("cookie", "a=1; CF_Authorization=one; CF_Authorization_x=no; xCF_Authorization=no"),
            ("cookie", "CF_Authorization=two;CF_Authorization=\"one\"; CF_Authorization="),
            ("cf-access-token", "three"),
            ("cf-access-jwt-assertion", "one"),
            ("authorization", "Bearer four"),
        ]);
        let found: Vec<_> = RawTokens::find(&headers).iter().collect();
        assert_eq!(found, [b"one".as_slice(), b"two", b"three"]);
    }

    #[test]
    fn more_tokens_than_can_be_looked_at_are_noticed() {
        let line = (0..9).map(|n| format!("CF_Authorization={n}")).collect::<Vec<_>>().join("; ");
        assert!(RawTokens::find(&headers(&[("cookie", &line)])).too_many);
    }

    const ID: &str = "88bf3b6d86161464f6509f7219099e57.access";

    fn kind(pairs: &[(&'static str, &str)]) -> &'static str {
        let custom = HeaderName::from_static("authorization");
        match RawServiceCredentials::find(&headers(pairs), Some(&custom)) {
            RawServiceCredentials::Absent => "absent",
            RawServiceCredentials::Malformed => "malformed",
            RawServiceCredentials::Present(_) => "present",
        }
    }

    #[test]
    fn service_credentials_come_whole_and_once_or_not_at_all() {
        let json = format!(r#"{{"cf-access-client-id":"{ID}","cf-access-client-secret":"s"}}"#);
        let id = ("cf-access-client-id", ID);
        let secret = ("cf-access-client-secret", "s");
        assert_eq!(kind(&[]), "absent");
        assert_eq!(kind(&[id, secret]), "present");
        assert_eq!(kind(&[id]), "malformed");
        assert_eq!(kind(&[secret]), "malformed");
        assert_eq!(kind(&[id, id, secret]), "malformed");
        assert_eq!(kind(&[("cf-access-client-id", "x"), secret]), "malformed");
        assert_eq!(kind(&[("authorization", &json)]), "present");
        assert_eq!(kind(&[("authorization", "Bearer of the origin")]), "absent");
        assert_eq!(kind(&[("authorization", &json), id, secret]), "malformed");
    }
}
