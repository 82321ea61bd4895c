//! Host and path, normalised once (I10).

use std::borrow::Cow;
use std::net::Ipv6Addr;

use percent_encoding::percent_decode_str;

/// Where a request wants to go: the host it names and every way in which its path can be read.
///
/// What is forwarded is the path as it was received. An origin may read it in its own way, decoding
/// `%2F`, resolving `..` or dropping `;parameters`, so the gate judges each of these readings, and a
/// path that leads to different applications is refused rather than guessed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    host: String,
    path: String,
    other_readings: Vec<String>,
}

/// A host or path that no application could mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The host is missing, or not a DNS name or address.
    #[error("the host is not a DNS name or address")]
    Host,
    /// The path does not begin with `/`, or holds bytes that a path cannot have.
    #[error("the path is not one of RFC 3986")]
    Path,
}

impl Target {
    /// Normalises the value of a `Host` header (or authority) and a path without its query.
    ///
    /// The host becomes lower case and loses its port and one trailing dot.
    ///
    /// # Errors
    ///
    /// - [`TargetError::Host`], [`TargetError::Path`]: nothing to judge; answer 400.
    pub fn parse(host: &str, path: &str) -> Result<Self, TargetError> {
        let host = normalise_host(host).ok_or(TargetError::Host)?;
        if !is_path(path) {
            return Err(TargetError::Path);
        }
        Ok(Self { host, path: path.into(), other_readings: other_readings(path) })
    }

    /// The host, lower case, without port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path as it was received.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How else an origin may read the path; usually empty.
    pub(crate) fn other_readings(&self) -> &[String] {
        &self.other_readings
    }
}

fn normalise_host(text: &str) -> Option<String> {
    if let Some(literal) = text.strip_prefix('[') {
        let (address, port) = literal.split_once(']')?;
        return (is_port_suffix(port) && address.parse::<Ipv6Addr>().is_ok()).then(|| format!("[{address}]"));
    }
    let name = match text.split_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        Some(_) => return None,
        None => text,
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    (name.len() <= 253 && name.split('.').all(is_label)).then(|| name.to_ascii_lowercase())
}

fn is_port_suffix(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()))
}

fn is_path(path: &str) -> bool {
    let mut bytes = path.bytes();
    if bytes.next() != Some(b'/') {
        return false;
    }
    while let Some(byte) = bytes.next() {
        let ok = match byte {
            b'%' => {
                let mut digit = || bytes.next().filter(u8::is_ascii_hexdigit);
                match (digit(), digit()) {
                    // A decoded NUL ends the path for programs written in C.
                    (Some(b'0'), Some(b'0')) => false,
                    (high, low) => high.is_some() && low.is_some(),
                }
            }
            b'?' | b'#' => false,
            byte => byte.is_ascii_graphic(),
        };
        if !ok {
            return false;
        }
    }
    true
}

/// The readings of `path` other than as it stands: with `;parameters` dropped or kept, decoded not at
/// all, once or twice, and each time with `\` as `/`, empty segments merged and dot segments resolved.
fn other_readings(path: &str) -> Vec<String> {
    let plain = !path.contains(['%', '\\', ';']) && !path.contains("//") && !path.contains("/.");
    if plain {
        return Vec::new();
    }
    let once = decode(path);
    let twice = decode(&once);
    let mut readings = Vec::with_capacity(8);
    for text in [path, &once, &twice] {
        let without_parameters = without_parameters(text);
        // Dropping parameters before or after decoding gives different results for `%3b`.
        for reading in [text, &without_parameters, &decode(&without_parameters)] {
            let reading = resolved(reading);
            if reading != path && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
    }
    readings
}

fn decode(path: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    String::from_utf8_lossy(&shortened(&bytes)).into_owned()
}

/// ASCII that was written in two bytes, such as `%c0%ae` for `.`: not UTF-8 (RFC 3629 section 3), and
/// read all the same by some origins.
fn shortened(bytes: &[u8]) -> Vec<u8> {
    let mut short = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if let (0xc0 | 0xc1, [second @ 0x80..=0xbf, tail @ ..]) = (first, tail) {
            short.push((first & 1) << 6 | (second & 0x3f));
            rest = tail;
        } else {
            short.push(*first);
        }
    }
    short
}

fn without_parameters(path: &str) -> String {
    let segments = path.split('/').map(|segment| segment.split(';').next().unwrap_or_default());
    segments.collect::<Vec<_>>().join("/")
}

fn resolved(path: &str) -> String {
    let path: Cow<'_, str> = if path.contains('\\') { path.replace('\\', "/").into() } else { path.into() };
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    format!("/{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i10_a_host_has_one_form() {
        for text in ["wiki.example.com", "WIKI.example.com:8080", "wiki.example.com.", "wiki.example.com:"] {
            assert_eq!(Target::parse(text, "/").unwrap().host(), "wiki.example.com", "{text}");
        }
        assert_eq!(Target::parse("[::1]:80", "/").unwrap().host(), "[::1]");
        for text in ["", ".", "a..b", "a b", "user@a", "a%2eb", "a:b", "[::1", "[x]", "ä.com", "a/b", "a,b"]
        {
            assert_eq!(Target::parse(text, "/"), Err(TargetError::Host), "{text}");
        }
    }

    #[test]
    fn i10_a_path_that_is_none_is_refused() {
        for path in ["", "a", "*", "/a b", "/a\tb", "/%", "/%4", "/%zz", "/%00", "/a\u{e9}", "/a?b", "/a#b"] {
            assert_eq!(Target::parse("a", path), Err(TargetError::Path), "{path}");
        }
    }

    #[test]
    fn i10_every_reading_of_a_path_is_found() {
        let readings = |path: &str| Target::parse("a", path).unwrap().other_readings;
        assert!(readings("/plain/path.html").is_empty());
        for path in [
            "/public/..%2fadmin",
            "/public/%2e%2e/admin",
            "/public/..;x=1/admin",
            "/public/..%3bx/admin",
            "/public/%252e%252e/admin",
            "/public/..%255cadmin",
            "/public\\..\\admin",
            "//admin",
            "/./admin",
            "/%61dmin",
            "/public/%c0%ae%c0%ae/admin",
            "/public/..%c0%afadmin",
            "/public/%25c0%25ae./admin",
            "/%c1%a1dmin",
            "/admin;jsessionid=1",
        ] {
            assert!(readings(path).iter().any(|reading| reading == "/admin"), "{path}: {:?}", readings(path));
        }
    }
}
