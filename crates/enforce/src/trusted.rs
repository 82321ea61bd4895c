//! Whose `X-Forwarded-*` headers are believed, and what they say about the client.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};
use portcullis_model::IpRange;

pub(crate) static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies whose word is taken.
#[derive(Clone, Debug)]
pub struct TrustedProxies {
    ranges: Vec<IpRange>,
    loopback: bool,
}

impl TrustedProxies {
    /// This machine.
    pub fn loopback() -> Self {
        Self { ranges: Vec::new(), loopback: true }
    }

    /// Exactly these.
    pub fn new(ranges: Vec<IpRange>) -> Self {
        Self { ranges, loopback: false }
    }

    /// Nobody.
    pub fn none() -> Self {
        Self::new(Vec::new())
    }

    /// Whether `address` is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        (self.loopback && address.is_loopback()) || self.ranges.iter().any(|range| range.contains(address))
    }
}

/// An address in `X-Forwarded-For` that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("X-Forwarded-For has an entry that is not an address")]
pub(crate) struct BadForwardedFor;

/// The client behind the trusted proxies: the rightmost entry of `X-Forwarded-For` that is not itself a
/// trusted proxy, or the leftmost if all are.
///
/// # Security
///
/// What stands left of that entry was written by somebody who is not trusted, and is not read.
pub(crate) fn client_behind(
    trusted: &TrustedProxies,
    headers: &HeaderMap,
) -> Result<Option<IpAddr>, BadForwardedFor> {
    let mut client = None;
    for line in headers.get_all(&FORWARDED_FOR).iter().rev() {
        for entry in line.as_bytes().rsplit(|byte| *byte == b',') {
            let address = parse_entry(entry).ok_or(BadForwardedFor)?;
            client = Some(address);
            if !trusted.contains(address) {
                return Ok(client);
            }
        }
    }
    Ok(client)
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`.
fn parse_entry(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(lines: &[&str]) -> Result<Option<String>, BadForwardedFor> {
        let trusted = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let headers =
            lines.iter().map(|line| (FORWARDED_FOR.clone(), line.parse().unwrap())).collect::<HeaderMap>();
        client_behind(&trusted, &headers).map(|found| found.map(|it| it.to_string()))
    }

    #[test]
    fn the_client_is_the_rightmost_entry_that_is_not_trusted() {
        for (lines, expected) in [
            (vec!["192.0.2.1"], "192.0.2.1"),
            (vec!["198.51.100.9, 192.0.2.1"], "192.0.2.1"),
            (vec!["192.0.2.1, 10.0.0.1,10.0.0.2"], "192.0.2.1"),
            (vec!["192.0.2.1", "10.0.0.1"], "192.0.2.1"),
            (vec!["forged garbage, 192.0.2.1, 10.0.0.1"], "192.0.2.1"),
            (vec!["10.0.0.3, 10.0.0.1"], "10.0.0.3"),
            (vec!["192.0.2.1:4711"], "192.0.2.1"),
            (vec!["[2001:db8::1]:80"], "2001:db8::1"),
            (vec!["::ffff:192.0.2.1"], "192.0.2.1"),
        ] {
            assert_eq!(client(&lines), Ok(Some(expected.into())), "{lines:?}");
        }
        assert_eq!(client(&[]), Ok(None));
    }

    #[test]
    fn an_entry_of_a_trusted_proxy_that_is_no_address_is_an_error() {
        for lines in [["unknown"], ["192.0.2.1, unknown"], ["192.0.2.1,"], [""]] {
            assert_eq!(client(&lines), Err(BadForwardedFor), "{lines:?}");
        }
    }
}
