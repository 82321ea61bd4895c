//! Which host is served by which origin.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::limits::Limits;
use super::pool::OriginConnection;

/// A server that applications run on: `http://host:port`.
pub struct Origin {
    host: String,
    port: u16,
    idle: Mutex<Vec<(OriginConnection, Instant)>>,
}

/// Text that does not name an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not a URL.
    #[error("not a URL of the form `http://host:port`")]
    Url,
    /// Another scheme.
    #[error("only `http` origins can be reached")]
    Scheme,
    /// A path, query or user.
    #[error("an origin is a scheme, a host and a port, and nothing else")]
    More,
    /// Neither a host, nor `*.` and a host, nor `*`.
    #[error("a host pattern is a host, `*.` and a host, or `*`")]
    Pattern,
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let uri: Uri = text.parse().map_err(|_| OriginError::Url)?;
        let authority = uri.authority().ok_or(OriginError::Url)?;
        if uri.scheme_str() != Some("http") {
            return Err(OriginError::Scheme);
        }
        if authority.as_str().contains('@') || uri.path_and_query().is_some_and(|it| it != "/") {
            return Err(OriginError::More);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: authority.port_u16().unwrap_or(80), idle: Mutex::default() })
    }
}

impl Origin {
    pub(super) fn address(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// The idle connection that was used last, if one still works.
    pub(super) fn take_idle(&self, limits: &Limits) -> Option<OriginConnection> {
        loop {
            let (connection, since) = self.idle.lock().pop()?;
            if since.elapsed() < limits.origin_idle && !connection.is_closed() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection whose exchange ended cleanly.
    pub(super) fn keep(&self, connection: OriginConnection, limits: &Limits) {
        let mut idle = self.idle.lock();
        if !connection.is_closed() && idle.len() < limits.idle_origin_connections {
            idle.push((connection, Instant::now()));
        }
    }

    fn sweep(&self, limits: &Limits) {
        self.idle
            .lock()
            .retain(|(connection, since)| since.elapsed() < limits.origin_idle && !connection.is_closed());
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}", self.host, self.port)
    }
}

/// Host patterns and their origins: an exact host first, then `*.` and the host without its first label,
/// then `*`.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    exact: HashMap<Box<str>, Arc<Origin>>,
    wildcard: HashMap<Box<str>, Arc<Origin>>,
    any: Option<Arc<Origin>>,
}

impl Origins {
    /// Adds a pattern; it replaces an equal one.
    ///
    /// # Errors
    ///
    /// - [`OriginError::Pattern`]: it is none; nothing was added.
    pub fn insert(&mut self, pattern: &str, origin: Origin) -> Result<(), OriginError> {
        let origin = Arc::new(origin);
        let pattern = pattern.to_ascii_lowercase();
        if pattern == "*" {
            self.any = Some(origin);
            return Ok(());
        }
        let (map, host) = match pattern.strip_prefix("*.") {
            Some(suffix) => (&mut self.wildcard, suffix),
            None => (&mut self.exact, pattern.as_str()),
        };
        let normal = portcullis_gate::Target::parse(host, "/").map_err(|_| OriginError::Pattern)?;
        if normal.host() != host {
            return Err(OriginError::Pattern);
        }
        map.insert(host.into(), origin);
        Ok(())
    }

    pub(super) fn find(&self, host: &str) -> Option<&Arc<Origin>> {
        let wildcard = || self.wildcard.get(host.split_once('.')?.1);
        self.exact.get(host).or_else(wildcard).or(self.any.as_ref())
    }

    /// Closes connections that were idle for too long.
    pub(super) fn sweep(&self, limits: &Limits) {
        for origin in self.exact.values().chain(self.wildcard.values()).chain(&self.any) {
            origin.sweep(limits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(origins: &Origins, host: &str) -> Option<u16> {
        origins.find(host).map(|origin| origin.port)
    }

    #[test]
    fn the_most_specific_pattern_is_found() {
        let mut origins = Origins::default();
        for (pattern, port) in [("wiki.example.com", 1), ("*.example.com", 2)] {
            origins.insert(pattern, format!("http://127.0.0.1:{port}").parse().unwrap()).unwrap();
        }
        assert_eq!(port(&origins, "wiki.example.com"), Some(1));
        assert_eq!(port(&origins, "other.example.com"), Some(2));
        assert_eq!(port(&origins, "a.b.example.com"), None);
        assert_eq!(port(&origins, "example.com"), None);
        origins.insert("*", "http://localhost".parse().unwrap()).unwrap();
        assert_eq!(port(&origins, "example.com"), Some(80));
    }

    #[test]
    fn what_is_no_origin_or_pattern_is_refused() {
        let error = |text: &str| text.parse::<Origin>().unwrap_err();
        assert_eq!(error("https://a"), OriginError::Scheme);
        assert_eq!(error("localhost"), OriginError::Scheme);
        assert_eq!(error("/x"), OriginError::Url);
        assert_eq!(error("http://a/b"), OriginError::More);
        assert_eq!(error("http://u@a"), OriginError::More);
        for pattern in ["", "*.", "a.*", "a/b", "a:80", "a."] {
            let origin = "http://a".parse().unwrap();
            assert_eq!(Origins::default().insert(pattern, origin), Err(OriginError::Pattern), "{pattern}");
        }
    }
}
