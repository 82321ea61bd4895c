//! Cross-origin settings of an application.

use serde::{Deserialize, Serialize};

use crate::Extra;

/// How an application answers preflight requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorsHeaders {
    /// Every request header is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_all_headers: Option<bool>,
    /// Every method is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_all_methods: Option<bool>,
    /// Every origin is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_all_origins: Option<bool>,
    /// Cookies may be sent along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_credentials: Option<bool>,
    /// The request headers that are allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_headers: Option<Vec<String>>,
    /// The methods that are allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_methods: Option<Vec<String>>,
    /// The origins that are allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<Vec<String>>,
    /// For how many seconds a preflight answer may be remembered, -1 to 86400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}
