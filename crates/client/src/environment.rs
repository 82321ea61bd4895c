//! The variables of the environment that the official SDKs read, too.

use std::fmt;
use std::sync::Arc;

pub(crate) const BASE_URL: &str = "CLOUDFLARE_BASE_URL";
pub(crate) const API_TOKEN: &str = "CLOUDFLARE_API_TOKEN";
pub(crate) const API_KEY: &str = "CLOUDFLARE_API_KEY";
pub(crate) const API_EMAIL: &str = "CLOUDFLARE_EMAIL";
pub(crate) const USER_SERVICE_KEY: &str = "CLOUDFLARE_API_USER_SERVICE_KEY";

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Where variables are looked up; a function, so that tests do not share the process'.
#[derive(Clone)]
pub(crate) struct Environment(Arc<Lookup>);

impl Environment {
    pub(crate) fn new(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    pub(crate) fn of_the_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place where this crate reads the environment")]
        Self::new(|name| std::env::var(name).ok())
    }

    pub(crate) fn empty() -> Self {
        Self::new(|_| None)
    }

    /// A variable. One that is set to nothing counts as not set.
    pub(crate) fn find(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}
