//! What a call of the API is made of.

use http::{HeaderMap, Method};
use serde::Serialize;
use serde_json::Value;

use crate::error::Invalid;
use crate::path::Path;
use crate::scope::ScopeChoice;
use crate::{Error, RawResponse, Request};

/// One call of the API: where it goes, and what its answer means.
///
/// Only this crate implements it. For endpoints that it does not have, there is
/// [`Client::get`](crate::Client::get) and its neighbours.
pub trait Operation: Clone + Send + Sync + sealed::Sealed + 'static {
    /// What the call answers.
    type Answer: Send;

    #[doc(hidden)]
    fn endpoint(&self) -> Result<Endpoint, Invalid>;

    #[doc(hidden)]
    fn answer(request: &Request<Self>, raw: &RawResponse) -> Result<Self::Answer, Error>;
}

/// A call on something that belongs to an account or to a zone.
pub trait Scoped: Operation {
    #[doc(hidden)]
    fn scope_mut(&mut self) -> &mut ScopeChoice;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// Where a call goes, and with what.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: Path,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Value>,
    /// Whether doing it twice is the same as doing it once.
    pub(crate) repeatable: bool,
}

impl Endpoint {
    pub(crate) fn new(method: Method, path: Path) -> Self {
        let repeatable = method != Method::POST && method != Method::PATCH;
        Self { method, path, query: Vec::new(), headers: HeaderMap::new(), body: None, repeatable }
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self, Invalid> {
        let body = serde_json::to_value(body)
            .map_err(|fault| Invalid::new("body", format!("the body cannot be written as JSON: {fault}")))?;
        self.body = Some(body);
        Ok(self)
    }
}
