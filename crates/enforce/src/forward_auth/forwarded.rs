//! The request that is asked about, from the headers of the asking proxy.

use std::net::IpAddr;

use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use portcullis_gate::{Target, TargetError};

use crate::enforcer::{EnforceOptions, Scheme};
use crate::inbound::Inbound;
use crate::trusted::{FORWARDED_FOR, client_behind};

static METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");
static PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
static URI: HeaderName = HeaderName::from_static("x-forwarded-uri");

/// Why the question cannot be judged: it is answered 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadQuestion {
    #[error("it comes from somebody who is not a trusted proxy")]
    Untrusted,
    #[error("it has no `{0}`")]
    Missing(&'static str),
    #[error("it has more than one `{0}`")]
    Repeated(&'static str),
    #[error("its `{0}` is malformed")]
    Malformed(&'static str),
}

/// The request that is asked about.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) inbound: Inbound,
    pub(super) method: Method,
}

/// Reads the question. The host and the path of the question itself say nothing.
pub(super) fn read(
    headers: &HeaderMap,
    peer: IpAddr,
    options: &EnforceOptions,
) -> Result<Question, BadQuestion> {
    if !options.trusted_proxies.contains(peer) {
        return Err(BadQuestion::Untrusted);
    }
    let method = one(headers, &METHOD, "X-Forwarded-Method")?;
    let proto = one(headers, &PROTO, "X-Forwarded-Proto")?;
    let host = one(headers, &HOST, "X-Forwarded-Host")?;
    let uri = one(headers, &URI, "X-Forwarded-Uri")?;
    one(headers, &FORWARDED_FOR, "X-Forwarded-For")?;
    let method =
        Method::from_bytes(method.as_bytes()).map_err(|_| BadQuestion::Malformed("X-Forwarded-Method"))?;
    let scheme = Scheme::find(proto.as_bytes()).ok_or(BadQuestion::Malformed("X-Forwarded-Proto"))?;
    let path_and_query = path_and_query(uri).ok_or(BadQuestion::Malformed("X-Forwarded-Uri"))?;
    let host = host.to_str().map_err(|_| BadQuestion::Malformed("X-Forwarded-Host"))?;
    let target = Target::parse(host, path_and_query.path()).map_err(|error| match error {
        TargetError::Host => BadQuestion::Malformed("X-Forwarded-Host"),
        TargetError::Path => BadQuestion::Malformed("X-Forwarded-Uri"),
    })?;
    let client_ip = client_behind(&options.trusted_proxies, headers)
        .ok()
        .flatten()
        .ok_or(BadQuestion::Malformed("X-Forwarded-For"))?;
    Ok(Question { inbound: Inbound { target, path_and_query, scheme, client_ip }, method })
}

fn one<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    spelled: &'static str,
) -> Result<&'a HeaderValue, BadQuestion> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Err(BadQuestion::Missing(spelled)),
        (Some(value), None) => Ok(value),
        (Some(_), Some(_)) => Err(BadQuestion::Repeated(spelled)),
    }
}

/// A fragment is no part of a request; whoever sends one means something that cannot be known.
fn path_and_query(uri: &HeaderValue) -> Option<PathAndQuery> {
    let bytes = uri.as_bytes();
    if !bytes.starts_with(b"/") || bytes.contains(&b'#') {
        return None;
    }
    PathAndQuery::try_from(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enforcer::PublicAddress;

    const GOOD: [(&str, &str); 5] = [
        ("x-forwarded-method", "POST"),
        ("x-forwarded-proto", "wss"),
        ("x-forwarded-host", "Wiki.example.com:443"),
        ("x-forwarded-uri", "/a/b?c=d"),
        ("x-forwarded-for", "192.0.2.7"),
    ];

    fn ask(headers: &[(&'static str, &str)]) -> Result<Question, BadQuestion> {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let address = PublicAddress { scheme: Scheme::Https, port: None };
        read(&headers, "127.0.0.1".parse().unwrap(), &EnforceOptions::new("team", address))
    }

    #[test]
    fn a_question_is_read_from_the_forwarded_headers() {
        let question = ask(&GOOD).unwrap();
        assert_eq!(question.method, Method::POST);
        assert_eq!(question.inbound.target.host(), "wiki.example.com");
        assert_eq!(question.inbound.path_and_query, "/a/b?c=d");
        assert_eq!(question.inbound.scheme, Scheme::Https);
        assert_eq!(question.inbound.client_ip.to_string(), "192.0.2.7");
    }

    #[test]
    fn each_header_must_be_there_once_and_well_formed() {
        let spelled = [
            "X-Forwarded-Method",
            "X-Forwarded-Proto",
            "X-Forwarded-Host",
            "X-Forwarded-Uri",
            "X-Forwarded-For",
        ];
        let bad = ["G T", "ftp", "a b", "no-slash", "unknown"];
        for (number, (name, bad)) in spelled.into_iter().zip(bad).enumerate() {
            let mut headers = GOOD.to_vec();
            let (lower, value) = headers.remove(number);
            assert_eq!(ask(&headers).unwrap_err(), BadQuestion::Missing(name));
            headers.push((lower, bad));
            assert_eq!(ask(&headers).unwrap_err(), BadQuestion::Malformed(name));
            headers.push((lower, value));
            assert_eq!(ask(&headers).unwrap_err(), BadQuestion::Repeated(name));
        }
    }

    #[test]
    fn only_trusted_proxies_may_ask() {
        let address = PublicAddress { scheme: Scheme::Https, port: None };
        let options = EnforceOptions::new("team", address);
        let refused = read(&HeaderMap::new(), "192.0.2.1".parse().unwrap(), &options).unwrap_err();
        assert_eq!(refused, BadQuestion::Untrusted);
    }
}
