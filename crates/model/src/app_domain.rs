//! Where an application lives: a host pattern and a path pattern.

use std::fmt;
use std::str::FromStr;

/// The host and path that an application covers, such as `wiki.example.com`, `*.example.com` or
/// `example.com/admin`.
///
/// - A host matches label by label; `*` stands for any run of characters within one label, at most
///   once in each. `*.example.com` covers one level and not `example.com` itself.
/// - A path without `*` covers itself and everything below it, by whole segments.
/// - `*` in a path stands for any run of characters, segments included; `/alpha/*` does not cover
///   `/alpha`.
/// - No scheme, port, query or fragment.
///
/// (Cloudflare: Access applications, "Application paths".)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppDomain {
    text: String,
    host: String,
    path: String,
}

/// Text that is not the domain of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppDomainError {
    /// No host.
    #[error("it has no host")]
    NoHost,
    /// The host is not a name of letters, digits, `-` and `_`, with at most one `*` in a label.
    #[error("its host is not a DNS name with at most one `*` in each label")]
    Host,
    /// A scheme, port, query, fragment or address literal.
    #[error("it must be a host and a path, without scheme, port, query or fragment")]
    NotHostAndPath,
    /// The path has dot segments, empty segments, escapes, or characters that a path cannot have.
    #[error("its path must be plain segments, without `.`, `..`, `//`, `%` or characters outside RFC 3986")]
    Path,
}

impl AppDomain {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host pattern, lower case.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path pattern: empty, or it begins with `/`. A trailing `/` is not kept.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the host pattern is one name.
    pub fn is_exact_host(&self) -> bool {
        !self.host.contains('*')
    }

    /// Whether the host pattern covers `host`, a lower-case name without a port or trailing dot.
    pub fn covers_host(&self, host: &str) -> bool {
        let mut patterns = self.host.split('.');
        let mut labels = host.split('.');
        loop {
            match (patterns.next(), labels.next()) {
                (None, None) => return true,
                (Some(pattern), Some(label)) if !label.is_empty() && glob(pattern, label) => {}
                _ => return false,
            }
        }
    }

    /// Whether the path pattern covers `path`, which begins with `/`.
    pub fn covers_path(&self, path: &str) -> bool {
        if self.path.contains('*') {
            return glob(&self.path, path);
        }
        path.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Which of two domains that both cover a request is the more specific one: the greater.
    ///
    /// An exact host before a pattern, then the longer pattern; then the path with more literal
    /// characters, and among equals the one without `*`.
    pub fn specificity(&self) -> impl Ord + use<> {
        let literal = |text: &str| text.len() - text.matches('*').count();
        (self.is_exact_host(), literal(&self.host), literal(&self.path), !self.path.contains('*'))
    }

    /// Whether both cover exactly the same requests.
    pub fn same_place(&self, other: &Self) -> bool {
        self.host == other.host && self.path == other.path
    }
}

/// Matches `text` against a pattern in which each `*` stands for any run of characters.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

impl fmt::Display for AppDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for AppDomain {
    type Err = AppDomainError;

    fn from_str(text: &str) -> Result<Self, AppDomainError> {
        let (host, path) = text.find('/').map_or((text, ""), |at| text.split_at(at));
        if host.is_empty() {
            return Err(AppDomainError::NoHost);
        }
        if host.contains([':', '@', '[', ']', '?', '#', '%', '\\']) || path.contains(['?', '#', '\\']) {
            return Err(AppDomainError::NotHostAndPath);
        }
        let host = host.to_ascii_lowercase();
        if host.len() > 253 || !host.split('.').all(is_label_pattern) {
            return Err(AppDomainError::Host);
        }
        let path = path.strip_suffix('/').unwrap_or(path);
        if !path.is_empty() && !path.split('/').skip(1).all(is_segment_pattern) {
            return Err(AppDomainError::Path);
        }
        Ok(Self { text: text.into(), host, path: path.into() })
    }
}

fn is_label_pattern(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'*'))
        && label.matches('*').count() <= 1
}

fn is_segment_pattern(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@".contains(&b))
        && segment.matches('*').count() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(text: &str) -> AppDomain {
        text.parse().unwrap()
    }

    #[test]
    fn a_wildcard_covers_one_level_and_not_the_apex() {
        let wild = domain("*.example.com");
        assert!(wild.covers_host("a.example.com"));
        assert!(!wild.covers_host("example.com"));
        assert!(!wild.covers_host("a.b.example.com"));
        assert!(!wild.covers_host(".example.com"));
        assert!(domain("test-*.example.com").covers_host("test-1.example.com"));
        assert!(!domain("test-*.example.com").covers_host("prod-1.example.com"));
    }

    #[test]
    fn a_path_covers_itself_and_what_is_below_by_whole_segments() {
        let eng = domain("example.com/eng");
        for path in ["/eng", "/eng/", "/eng/exec"] {
            assert!(eng.covers_path(path), "{path}");
        }
        for path in ["/", "/engine", "/en"] {
            assert!(!eng.covers_path(path), "{path}");
        }
        assert!(domain("example.com").covers_path("/"));
        assert!(domain("example.com/").covers_path("/anything"));
    }

    #[test]
    fn a_star_in_a_path_spans_segments_but_needs_its_slash() {
        let below = domain("example.com/alpha/*");
        assert!(below.covers_path("/alpha/one"));
        assert!(below.covers_path("/alpha/one/two"));
        assert!(!below.covers_path("/alpha"));
        let middle = domain("example.com/a/*/z");
        assert!(middle.covers_path("/a/b/z"));
        assert!(middle.covers_path("/a/b/c/z"));
        assert!(!middle.covers_path("/a/z"));
    }

    #[test]
    fn the_longer_path_is_more_specific_and_an_exact_host_more_than_a_pattern() {
        assert!(domain("a.com/eng/exec").specificity() > domain("a.com/eng").specificity());
        assert!(domain("a.example.com").specificity() > domain("*.example.com/very/long/path").specificity());
        assert!(domain("a.com/x").specificity() > domain("a.com/x*").specificity());
    }

    #[test]
    fn what_is_not_a_host_and_a_path_is_refused() {
        for text in [
            "",
            "/path",
            "https://example.com",
            "example.com:8080",
            "example.com/a?b",
            "example.com/a#b",
            "example.com/../a",
            "example.com//a",
            "example.com/%61",
            "ex ample.com",
            "**.example.com",
            "a..b",
            ".example.com",
            "example.com.",
            "user@example.com",
            "[::1]",
            "example.com/a\\b",
            "exämple.com",
        ] {
            assert!(text.parse::<AppDomain>().is_err(), "{text}");
        }
    }
}
