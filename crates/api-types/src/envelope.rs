//! The envelope around every answer.

use serde::{Deserialize, Serialize};

use crate::Extra;
use crate::lenient::{null_as_default, response_infos};

/// What every answer of the API looks like.
///
/// The keys are written in the order of Cloudflare's newer gateway, and `result` is written even
/// when there is none, as `null`: clients that were generated from the OpenAPI document require it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Envelope<T> {
    /// What was asked for; `null` in a failure.
    #[serde(default = "none")]
    pub result: Option<T>,
    /// Whether the call succeeded. Where it is missing, the HTTP status says it, and this is `true`.
    #[serde(default = "unsaid")]
    pub success: bool,
    /// Why it failed.
    #[serde(default, deserialize_with = "response_infos")]
    pub errors: Vec<ResponseInfo>,
    /// What else there is to say.
    #[serde(default, deserialize_with = "response_infos")]
    pub messages: Vec<ResponseInfo>,
    /// Where in a list this page is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_info: Option<ResultInfo>,
}

fn none<T>() -> Option<T> {
    None
}

fn unsaid() -> bool {
    true
}

impl<T> Envelope<T> {
    /// A success.
    pub const fn success(result: T) -> Self {
        Self {
            result: Some(result),
            success: true,
            errors: Vec::new(),
            messages: Vec::new(),
            result_info: None,
        }
    }

    /// A failure. `errors` should name at least one.
    pub const fn failure(errors: Vec<ResponseInfo>) -> Self {
        Self { result: None, success: false, errors, messages: Vec::new(), result_info: None }
    }
}

/// An error or a message of an [`Envelope`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseInfo {
    /// Cloudflare's number for it. Wider than any known one, because numbers grow.
    #[serde(default, deserialize_with = "null_as_default")]
    pub code: i64,
    /// The text for people.
    #[serde(default, deserialize_with = "null_as_default")]
    pub message: String,
    /// Where it is explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation_url: Option<String>,
    /// Which part of the request it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<ErrorSource>,
    /// What is behind it; the older gateway sends this with 6003 and 6004.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub error_chain: Vec<ErrorCause>,
    /// Fields not known by name, such as the `type` of a message.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ResponseInfo {
    /// An error or a message with nothing but its number and text.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), ..Self::default() }
    }
}

/// The SDKs' name for a [`ResponseInfo`] that stands in `errors`.
pub type ErrorData = ResponseInfo;

/// One link of an `error_chain`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorCause {
    /// Cloudflare's number for it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub code: i64,
    /// The text for people.
    #[serde(default, deserialize_with = "null_as_default")]
    pub message: String,
}

/// The part of a request that an error is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorSource {
    /// A JSON pointer into the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

/// Where in a list a page is. Everything counts from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultInfo {
    /// How many items this page has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Which page this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// How many items a full page has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_page: Option<u64>,
    /// How many items there are on all pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_count: Option<u64>,
    /// How many pages there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_pages: Option<u64>,
    /// Fields not known by name, such as `cursors`.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What deleting answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedId {
    /// The id of what was deleted.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
}
