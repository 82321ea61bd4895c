//! A call that is being put together.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use serde::Serialize;

use crate::builder::secret_header;
use crate::error::Invalid;
use crate::options::Options;
use crate::{Client, Error, Operation, RawResponse, Scope, Scoped, WithResponse};

/// A call of the API that is being put together. Nothing happens before it is sent, or awaited.
///
/// Dropping the future of [`Self::send`] ends the call, also while it waits for its next attempt. What was
/// already sent may still be done.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.send()` or `.await`"]
pub struct Request<O> {
    pub(crate) client: Client,
    pub(crate) operation: O,
    pub(crate) options: Options,
}

impl<O: Operation> Request<O> {
    pub(crate) fn new(client: &Client, operation: O) -> Self {
        Self { client: client.clone(), operation, options: Options::default() }
    }

    /// Sets a header, also in place of one that the client would send.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.options.header(secret_header(name.as_ref(), value.as_ref()));
        self
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.query.push((name.into(), value.into()));
        self
    }

    /// Sets one place of the body, such as `oauth_configuration.enabled`, for fields that the types do not
    /// have.
    pub fn json_set(mut self, path: impl Into<String>, value: impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => self.options.body.push((path.into(), value)),
            Err(fault) => self.options.refuse(Invalid::new("json_set", fault.to_string())),
        }
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// How often the call is repeated at most.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.options.max_retries = Some(max_retries);
        self
    }

    /// Sends the call.
    ///
    /// # Errors
    ///
    /// - [`Error::InvalidArgument`]: nothing was sent.
    /// - [`Error::Transport`], [`Error::Timeout`]: it may have been done.
    /// - [`Error::Api`]: the API said no.
    /// - [`Error::Decode`]: it was done, but the answer cannot be read.
    pub async fn send(self) -> Result<O::Answer, Error> {
        let raw = self.execute().await?;
        O::answer(&self, &raw)
    }

    /// Sends the call and answers the response as it came, whatever its status.
    ///
    /// # Errors
    ///
    /// - [`Error::InvalidArgument`]: nothing was sent.
    /// - [`Error::Transport`], [`Error::Timeout`]: it may have been done.
    pub async fn send_raw(self) -> Result<RawResponse, Error> {
        self.execute().await
    }

    /// Sends the call and answers both what it means and how it came.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    pub async fn with_response(self) -> Result<WithResponse<O::Answer>, Error> {
        let response = self.execute().await?;
        Ok(WithResponse { answer: O::answer(&self, &response)?, response })
    }
}

impl<O: Scoped> Request<O> {
    /// The account that it belongs to. Give this or [`Self::zone_id`].
    pub fn account_id(mut self, id: impl Into<String>) -> Self {
        self.operation.scope_mut().set_account(id.into());
        self
    }

    /// The zone that it belongs to. Give this or [`Self::account_id`].
    pub fn zone_id(mut self, id: impl Into<String>) -> Self {
        self.operation.scope_mut().set_zone(id.into());
        self
    }

    /// The account or zone that it belongs to, in place of whatever was said before.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.operation.scope_mut().set(scope);
        self
    }
}

impl<O: Operation> IntoFuture for Request<O> {
    type Output = Result<O::Answer, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
