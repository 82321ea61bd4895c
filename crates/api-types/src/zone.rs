//! Zones.

use serde::{Deserialize, Serialize};

use crate::lenient::null_as_default;
use crate::{Extra, Field};

/// A zone, as the API answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// 32 hexadecimal digits.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// The domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `active`, `pending`, `moved` and others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether the zone is only served by DNS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
    /// `full`, `partial`, `secondary`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The domain's name servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_servers: Option<Vec<String>>,
    /// The account that owns the zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<OwnerRef>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_on: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_on: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_on: Option<String>,
    /// Fields not known by name, such as `meta`, `owner` and `plan`.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The account of a zone, by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnerRef {
    /// The account's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The account's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A zone, as a request writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ZoneParams {
    /// The domain. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub name: Field<String>,
    /// The account that is to own the zone.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub account: Field<OwnerRef>,
    /// `full` where it is left out.
    #[serde(rename = "type", default, skip_serializing_if = "Field::is_absent")]
    pub kind: Field<String>,
    /// Whether to look for existing DNS records.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub jump_start: Field<bool>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ZoneParams {
    /// The zone of a domain, in an account.
    pub fn new(name: impl Into<String>, account: impl Into<String>) -> Self {
        let account = OwnerRef { id: Some(account.into()), ..OwnerRef::default() };
        Self { name: Field::Value(name.into()), account: Field::Value(account), ..Self::default() }
    }
}
