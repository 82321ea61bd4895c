//! Successes: a status, the envelope around what was asked for, and sometimes headers.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use portcullis_api_types::{Envelope, ResponseInfo};
use serde::Serialize;

use crate::errors::ApiError;
use crate::pagination::Page;

/// The media type of every answer, spelled as Cloudflare does.
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");

/// A success.
pub(crate) struct Answer<T> {
    status: StatusCode,
    headers: HeaderMap,
    envelope: Envelope<T>,
}

impl<T> Answer<T> {
    fn new(status: StatusCode, result: T) -> Self {
        Self { status, headers: HeaderMap::new(), envelope: Envelope::success(result) }
    }

    /// 200
    pub(crate) fn ok(result: T) -> Self {
        Self::new(StatusCode::OK, result)
    }

    /// 201: what creating answers in the Access API.
    pub(crate) fn created(result: T) -> Self {
        Self::new(StatusCode::CREATED, result)
    }

    /// 202: what deleting an application answers, and a revocation that is not yet enforced everywhere.
    pub(crate) fn accepted(result: T) -> Self {
        Self::new(StatusCode::ACCEPTED, result)
    }

    /// Adds a message beside the result.
    pub(crate) fn with_message(mut self, message: ResponseInfo) -> Self {
        self.envelope.messages.push(message);
        self
    }

    /// Adds headers.
    pub(crate) fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers.extend(headers);
        self
    }
}

impl<T> From<Page<T>> for Answer<Vec<T>> {
    fn from(page: Page<T>) -> Self {
        let mut answer = Self::ok(page.items);
        answer.envelope.result_info = Some(page.info);
        answer
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.envelope) {
            Ok(body) => (self.headers, json(self.status, body.into())).into_response(),
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

/// An answer with this JSON text as its body.
pub(crate) fn json(status: StatusCode, body: Bytes) -> Response {
    (status, [(CONTENT_TYPE, JSON)], body).into_response()
}
