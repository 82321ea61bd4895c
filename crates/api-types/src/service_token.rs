//! Service tokens: credentials of machines.

use serde::{Deserialize, Serialize};

use crate::lenient::null_as_default;
use crate::{Extra, Field, Secret};

/// A service token, as the API answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceToken {
    /// What the machine sends in `CF-Access-Client-Id`: `<32 hex>.access`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// What the machine sends in `CF-Access-Client-Secret`; only in the answer to creating it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    /// How long it lives from its creation: `8760h`, or `forever`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// Whether it opens anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// RFC 3339, with second precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// RFC 3339, with second precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// RFC 3339, with second precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// A UUID; this is what rules and paths name, not the client id.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A service token, as a request writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceTokenParams {
    /// The name for people. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub name: Field<String>,
    /// How long it lives: `8760h` where it is left out, or `forever`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub duration: Field<String>,
    /// Whether it opens anything; `true` where it is left out.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub enabled: Field<bool>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ServiceTokenParams {
    /// A service token with this name and the default duration.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: Field::Value(name.into()), ..Self::default() }
    }
}
