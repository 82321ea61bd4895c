//! A response as it came.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use portcullis_api_types::Envelope;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value;

use crate::Error;
use crate::error::{ApiError, Body, RequestLine};

/// A response as it came, whatever its status.
#[derive(Clone)]
pub struct RawResponse {
    request: RequestLine,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// What a call answers, and how it came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WithResponse<T> {
    /// What the call answers.
    pub answer: T,
    /// How it came.
    pub response: RawResponse,
}

impl RawResponse {
    pub(crate) const fn new(
        request: RequestLine,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        Self { request, status, headers, body }
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// A header, if it is there once and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The id under which Cloudflare finds the request.
    pub fn cf_ray(&self) -> Option<&str> {
        self.header("cf-ray")
    }

    /// The body.
    pub const fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// How many times the request was repeated.
    pub const fn retries(&self) -> u32 {
        self.request.retries
    }

    /// The `result` of the answer.
    ///
    /// Where there is none (the body is empty, or `result` is missing or `null`), `T` is read from `null`:
    /// `Option<_>` and `serde_json::Value` accept that.
    ///
    /// # Errors
    ///
    /// - [`Error::Api`]: the status is not a success, or the body says `success: false`.
    /// - [`Error::Decode`]: the body is not an answer of the API, or `result` is not a `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let result = self.envelope()?.result.unwrap_or_default();
        serde_json::from_value(result).map_err(|source| self.undecodable(source))
    }

    /// The whole envelope of a success.
    pub(crate) fn envelope(&self) -> Result<Envelope<Value>, Error> {
        if !self.status.is_success() {
            // What cannot be read as an envelope is still in the error, as bytes.
            let unread = |_| Envelope::failure(Vec::new());
            return Err(self.failure(self.read_object().unwrap_or_else(unread)));
        }
        if self.body.trim_ascii().is_empty() {
            return Ok(Envelope::success(Value::Null));
        }
        let envelope = self.read_object()?;
        if envelope.success { Ok(envelope) } else { Err(self.failure(envelope)) }
    }

    /// serde would take an array as an envelope, field by field.
    fn read_object(&self) -> Result<Envelope<Value>, Error> {
        if self.body.trim_ascii().first() != Some(&b'{') {
            return Err(self.undecodable(serde_json::Error::custom("the body is not a JSON object")));
        }
        serde_json::from_slice(&self.body).map_err(|source| self.undecodable(source))
    }

    fn failure(&self, envelope: Envelope<Value>) -> Error {
        Error::Api(Box::new(ApiError {
            status: self.status,
            errors: envelope.errors,
            messages: envelope.messages,
            method: self.request.method.clone(),
            url: self.request.url.clone(),
            cf_ray: self.cf_ray().map(str::to_owned),
            headers: self.headers.clone(),
            body: self.body.clone(),
            retries: self.request.retries,
        }))
    }

    pub(crate) fn undecodable(&self, source: serde_json::Error) -> Error {
        Error::Decode { source, status: self.status, body: Body(self.body.clone()) }
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("request", &format_args!("{}", self.request))
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &Body(self.body.clone()))
            .finish_non_exhaustive()
    }
}
