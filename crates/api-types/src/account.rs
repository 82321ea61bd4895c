//! Accounts.

use serde::{Deserialize, Serialize};

use crate::Extra;
use crate::lenient::null_as_default;

/// An account, as the API answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// 32 hexadecimal digits.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `standard` or `enterprise`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_on: Option<String>,
    /// Fields not known by name, such as `settings`.
    #[serde(flatten)]
    pub extra: Extra,
}
