//! A request as it came off the wire becomes a target, or is refused as unfit to be judged.

use std::net::IpAddr;

use http::header::{HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use portcullis_gate::{Target, TargetError};

use crate::enforcer::{EnforceOptions, Scheme};
use crate::inbound::Inbound;
use crate::trusted::client_behind;

static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Why a request cannot be judged. It is answered 400, and its connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadRequest {
    #[error("it has no Host")]
    NoHost,
    #[error("it has more than one Host")]
    RepeatedHost,
    #[error("its Host and its request target name different hosts")]
    HostsDiffer,
    #[error("its Transfer-Encoding is not exactly `chunked`")]
    TransferEncoding,
    #[error("it asks for a tunnel with CONNECT")]
    Connect,
    #[error("X-Forwarded-For of a trusted proxy has an entry that is not an address")]
    ForwardedFor,
    #[error("X-Forwarded-Proto of a trusted proxy is not one scheme")]
    ForwardedProto,
    #[error(transparent)]
    Target(#[from] TargetError),
}

/// Where `request` wants to go, and for whom.
pub(super) fn read<B>(
    request: &Request<B>,
    peer: IpAddr,
    options: &EnforceOptions,
) -> Result<Inbound, BadRequest> {
    if request.method() == Method::CONNECT {
        return Err(BadRequest::Connect);
    }
    let headers = request.headers();
    refuse_odd_framing(headers)?;
    let host = host_of(request)?;
    let target = Target::parse(host, request.uri().path())?;
    let path_and_query = request.uri().path_and_query().cloned().ok_or(TargetError::Path)?;
    let trusted = &options.trusted_proxies;
    let (client_ip, scheme) = if trusted.contains(peer) {
        let client = client_behind(trusted, headers).map_err(|_| BadRequest::ForwardedFor)?;
        (client.unwrap_or(peer), forwarded_scheme(headers)?.unwrap_or(options.public.scheme))
    } else {
        (peer, options.public.scheme)
    };
    Ok(Inbound { target, path_and_query, scheme, client_ip })
}

/// hyper refuses what it cannot frame; codings before `chunked` it would pass on unread.
fn refuse_odd_framing(headers: &HeaderMap) -> Result<(), BadRequest> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let first = codings.next();
    let is_chunked = first.is_none_or(|it| it.as_bytes().eq_ignore_ascii_case(b"chunked"));
    if is_chunked && codings.next().is_none() { Ok(()) } else { Err(BadRequest::TransferEncoding) }
}

/// The one host that the request names. (RFC 9112, section 3.2.)
fn host_of<B>(request: &Request<B>) -> Result<&str, BadRequest> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next().ok_or(BadRequest::NoHost)?;
    if hosts.next().is_some() {
        return Err(BadRequest::RepeatedHost);
    }
    let host = host.to_str().map_err(|_| TargetError::Host)?;
    match request.uri().authority() {
        Some(authority) if !authority.as_str().eq_ignore_ascii_case(host) => Err(BadRequest::HostsDiffer),
        _ => Ok(host),
    }
}

fn forwarded_scheme(headers: &HeaderMap) -> Result<Option<Scheme>, BadRequest> {
    let mut values = headers.get_all(&FORWARDED_PROTO).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => Scheme::find(value.as_bytes()).map(Some).ok_or(BadRequest::ForwardedProto),
        (Some(_), Some(_)) => Err(BadRequest::ForwardedProto),
    }
}

/// The `Host` for the origin: as it was judged, with the port that was given.
pub(super) fn host_for_origin(headers: &HeaderMap, target: &Target) -> Option<HeaderValue> {
    let given = headers.get(HOST)?;
    if given.as_bytes() == target.host().as_bytes() {
        return Some(given.clone());
    }
    let given = given.to_str().ok()?;
    let after_host = given.rsplit_once(']').map_or(given, |(_, rest)| rest);
    let port = after_host.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.is_empty());
    let host = port.map_or_else(|| target.host().to_owned(), |port| format!("{}:{port}", target.host()));
    HeaderValue::from_str(&host).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enforcer::PublicAddress;
    use crate::trusted::TrustedProxies;

    fn read_from(
        peer: &str,
        uri: &str,
        headers: &[(&'static str, &'static str)],
    ) -> Result<Inbound, BadRequest> {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let address = PublicAddress { scheme: Scheme::Https, port: None };
        let mut options = EnforceOptions::new("team.example.com", address);
        options.trusted_proxies = TrustedProxies::new(vec!["10.0.0.1".parse().unwrap()]);
        read(&request.body(()).unwrap(), peer.parse().unwrap(), &options)
    }

    #[test]
    fn i10_a_request_that_names_not_exactly_one_host_is_refused() {
        let read = |uri, headers| read_from("192.0.2.1", uri, headers).map(drop);
        assert_eq!(read("/", &[]), Err(BadRequest::NoHost));
        assert_eq!(read("/", &[("host", "a"), ("host", "a")]), Err(BadRequest::RepeatedHost));
        assert_eq!(read("http://b/", &[("host", "a")]), Err(BadRequest::HostsDiffer));
        assert_eq!(read("http://b@a/", &[("host", "a")]), Err(BadRequest::HostsDiffer));
        assert_eq!(read("http://A:80/", &[("host", "a:80")]), Ok(()));
        assert_eq!(read("/", &[("host", "a b")]), Err(BadRequest::Target(TargetError::Host)));
    }

    #[test]
    fn only_chunked_is_a_transfer_encoding() {
        let read = |value| read_from("192.0.2.1", "/", &[("host", "a"), ("transfer-encoding", value)]);
        assert!(read("Chunked").is_ok());
        for value in ["gzip, chunked", "chunked, chunked", "identity", ""] {
            assert_eq!(read(value).unwrap_err(), BadRequest::TransferEncoding, "{value}");
        }
    }

    #[test]
    fn forwarded_headers_count_only_from_trusted_proxies() {
        let headers = [("host", "a"), ("x-forwarded-for", "192.0.2.9"), ("x-forwarded-proto", "http")];
        let from = |peer| read_from(peer, "/", &headers).unwrap();
        assert_eq!(from("192.0.2.1").client_ip.to_string(), "192.0.2.1");
        assert_eq!(from("192.0.2.1").scheme, Scheme::Https);
        assert_eq!(from("10.0.0.1").client_ip.to_string(), "192.0.2.9");
        assert_eq!(from("10.0.0.1").scheme, Scheme::Http);
        let bad = [("host", "a"), ("x-forwarded-for", "unknown")];
        assert_eq!(read_from("10.0.0.1", "/", &bad).unwrap_err(), BadRequest::ForwardedFor);
    }

    #[test]
    fn i10_the_origin_gets_the_host_that_was_judged() {
        for (given, sent) in [
            ("wiki.example.com", "wiki.example.com"),
            ("WIKI.example.com.:8080", "wiki.example.com:8080"),
            ("wiki.example.com:", "wiki.example.com"),
            ("[::1]:80", "[::1]:80"),
        ] {
            let target = Target::parse(given, "/").unwrap();
            let headers = HeaderMap::from_iter([(HOST, given.parse().unwrap())]);
            assert_eq!(host_for_origin(&headers, &target).unwrap(), sent);
        }
    }
}
