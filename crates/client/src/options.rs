//! What one call does differently.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::error::Invalid;

/// What one call does differently from the client, and from what the operation says.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) headers: HeaderMap,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Vec<(String, Value)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    /// The first option that cannot be used; reported when the call is sent.
    pub(crate) fault: Option<Invalid>,
}

impl Options {
    pub(crate) fn header(&mut self, header: Result<(HeaderName, HeaderValue), String>) {
        match header {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(message) => self.refuse(Invalid::new("header", message)),
        }
    }

    pub(crate) fn refuse(&mut self, fault: Invalid) {
        self.fault.get_or_insert(fault);
    }
}

/// Values are not printed: any of them can be a secret.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &mut dyn Iterator<Item = &String>| pairs.cloned().collect::<Vec<_>>();
        f.debug_struct("Options")
            .field("headers", &self.headers)
            .field("query", &names(&mut self.query.iter().map(|(name, _)| name)))
            .field("body", &names(&mut self.body.iter().map(|(path, _)| path)))
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .finish_non_exhaustive()
    }
}
