//! API tokens: credentials of callers of the API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient::null_as_default;
use crate::text_enum::text_enum;
use crate::{Extra, Secret};

text_enum! {
    /// Whether an API token is accepted.
    pub enum ApiTokenStatus {
        /// It is accepted.
        Active = "active",
        /// It was switched off.
        Disabled = "disabled",
        /// Its time is over.
        Expired = "expired",
    }
}

text_enum! {
    /// What a policy of an API token does. Deny outweighs allow.
    pub enum Effect {
        /// The permissions are granted.
        Allow = "allow",
        /// The permissions are taken away.
        Deny = "deny",
    }
}

/// An API token, as the API answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiToken {
    /// 32 hexadecimal digits.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ApiTokenStatus>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_on: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_on: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_on: Option<String>,
    /// RFC 3339; it is not accepted earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// RFC 3339; it is not accepted later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<String>,
    /// What it may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<ApiTokenPolicy>>,
    /// From where it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// The token itself; only in the answer to creating it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Secret>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One policy of an API token: these permissions, on these resources.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiTokenPolicy {
    /// 32 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether the permissions are granted or taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// On what, by resource name such as `com.cloudflare.api.account.<id>`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub resources: BTreeMap<String, Resource>,
    /// Which permissions.
    #[serde(default, deserialize_with = "null_as_default")]
    pub permission_groups: Vec<PermissionGroup>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The value of a resource name: `"*"`, or resources nested in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Resource {
    /// `"*"`: the resource itself. Any other text means nothing known.
    Text(String),
    /// Resources that belong to it, such as every zone of an account.
    Nested(BTreeMap<String, String>),
    /// Something else, as it was sent.
    Other(Value),
}

impl Resource {
    /// The resource itself.
    pub fn all() -> Self {
        Self::Text("*".to_owned())
    }
}

/// A named set of permissions.
///
/// The same name exists once for each scope, with different ids: tell them apart by `scopes`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PermissionGroup {
    /// 32 hexadecimal digits.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// The name, such as `Access: Apps and Policies Revoke`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// On what kinds of resource it can be granted, such as `com.cloudflare.api.account`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Fields not known by name, such as `meta`.
    #[serde(flatten)]
    pub extra: Extra,
}

/// From where an API token is accepted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// By the caller's address.
    #[serde(rename = "request.ip", default, skip_serializing_if = "Option::is_none")]
    pub request_ip: Option<AddressFilter>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A filter by address ranges.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AddressFilter {
    /// One of these ranges must hold the address.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Vec<String>>,
    /// None of these ranges may hold the address.
    #[serde(rename = "not_in", default, skip_serializing_if = "Option::is_none")]
    pub not_within: Option<Vec<String>>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What verifying an API token answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VerifiedApiToken {
    /// The token's id.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// Whether it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ApiTokenStatus>,
    /// RFC 3339; it is not accepted earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// RFC 3339; it is not accepted later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<String>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}
