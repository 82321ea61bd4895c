//! Endpoints that this crate has no method for.

use std::fmt;
use std::marker::PhantomData;

use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Invalid;
use crate::operation::{Endpoint, sealed::Sealed};
use crate::path::Path;
use crate::{Error, Operation, RawResponse, Request};

/// A call of an endpoint that this crate has no method for.
pub struct Custom<T> {
    method: Method,
    path: String,
    body: Option<Result<Value, Invalid>>,
    answer: PhantomData<fn() -> T>,
}

impl<T> Custom<T> {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: None, answer: PhantomData }
    }

    /// A body that is `null` is no body.
    pub(crate) fn body(mut self, body: &impl Serialize) -> Self {
        let body = serde_json::to_value(body)
            .map_err(|fault| Invalid::new("body", format!("the body cannot be written as JSON: {fault}")));
        self.body = Some(body).filter(|body| !matches!(body, Ok(Value::Null)));
        self
    }
}

impl<T> Clone for Custom<T> {
    fn clone(&self) -> Self {
        let Self { method, path, body, answer } = self;
        Self { method: method.clone(), path: path.clone(), body: body.clone(), answer: *answer }
    }
}

impl<T> fmt::Debug for Custom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custom")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl<T> Sealed for Custom<T> {}

impl<T: DeserializeOwned + Send + 'static> Operation for Custom<T> {
    type Answer = T;

    fn endpoint(&self) -> Result<Endpoint, Invalid> {
        let endpoint = Endpoint::new(self.method.clone(), Path::custom(&self.path)?);
        Ok(Endpoint { body: self.body.clone().transpose()?, ..endpoint })
    }

    fn answer(_: &Request<Self>, raw: &RawResponse) -> Result<T, Error> {
        raw.parse()
    }
}
