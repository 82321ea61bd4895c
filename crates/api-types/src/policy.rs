//! A policy as the API answers it.

use serde::{Deserialize, Serialize};

use crate::lenient::null_as_default;
use crate::text_enum::text_enum;
use crate::{Extra, Rule};

text_enum! {
    /// What a policy does with a request that it matches.
    pub enum Decision {
        /// Admit people who log in.
        Allow = "allow",
        /// Refuse; the dashboard calls it "Block".
        Deny = "deny",
        /// Admit without a person; the dashboard calls it "Service Auth".
        NonIdentity = "non_identity",
        /// Do not check at all.
        Bypass = "bypass",
    }
}

/// A policy, as it stands expanded in an application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// How many applications use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_count: Option<u64>,
    /// What it does with a request that it matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// None of these may hold.
    #[serde(default, deserialize_with = "null_as_default")]
    pub exclude: Vec<Rule>,
    /// At least one of these must hold.
    #[serde(default, deserialize_with = "null_as_default")]
    pub include: Vec<Rule>,
    /// All of these must hold.
    #[serde(default, deserialize_with = "null_as_default")]
    pub require: Vec<Rule>,
    /// Its place in the application, counted from 1; unique there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precedence: Option<i64>,
    /// Whether several applications can use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reusable: Option<bool>,
    /// For how long it admits, where that differs from the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_duration: Option<String>,
    /// The same as `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A UUID.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// RFC 3339, with second precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// RFC 3339, with second precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}
