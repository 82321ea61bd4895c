//! A policy as a request writes it.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::{Decision, Extra, Field, Rule};

/// One entry of the `policies` of an application: its id, a link to it, or the policy itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PolicyParams {
    /// The id of a reusable policy; its place in the list is its precedence.
    Id(String),
    /// A reusable policy with its precedence.
    Link(PolicyLink),
    /// A policy of this application alone.
    Inline(Box<InlinePolicy>),
}

/// A reusable policy with its precedence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyLink {
    /// The id of the policy.
    pub id: String,
    /// Its place among the application's policies, unique there.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub precedence: Field<i64>,
}

/// A policy of one application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InlinePolicy {
    /// The id of the policy that is being changed, if it exists already.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub id: Field<String>,
    /// The name for people. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub name: Field<String>,
    /// What it does with a request that it matches. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub decision: Field<Decision>,
    /// At least one of these must hold. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub include: Field<Vec<Rule>>,
    /// None of these may hold.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub exclude: Field<Vec<Rule>>,
    /// All of these must hold.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub require: Field<Vec<Rule>>,
    /// Its place among the application's policies, unique there.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub precedence: Field<i64>,
    /// For how long it admits, such as `30m`; the application's where it is left out.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub session_duration: Field<String>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl InlinePolicy {
    /// A policy that does `decision` where one of `include` holds.
    pub fn new(name: impl Into<String>, decision: Decision, include: impl Into<Vec<Rule>>) -> Self {
        Self {
            name: Field::Value(name.into()),
            decision: Field::Value(decision),
            include: Field::Value(include.into()),
            ..Self::default()
        }
    }
}

impl From<InlinePolicy> for PolicyParams {
    fn from(policy: InlinePolicy) -> Self {
        Self::Inline(Box::new(policy))
    }
}

impl From<PolicyLink> for PolicyParams {
    fn from(link: PolicyLink) -> Self {
        Self::Link(link)
    }
}

/// An object is a link exactly if it has an `id` and nothing besides but a precedence.
fn is_link(object: &Map<String, Value>) -> bool {
    object.contains_key("id") && object.keys().all(|key| key == "id" || key == "precedence")
}

impl<'de> Deserialize<'de> for PolicyParams {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = match Value::deserialize(deserializer)? {
            Value::String(id) => Ok(Self::Id(id)),
            Value::Object(object) if is_link(&object) => {
                serde_json::from_value(Value::Object(object)).map(Self::Link)
            }
            other => serde_json::from_value(other).map(Self::Inline),
        };
        read.map_err(serde::de::Error::custom)
    }
}
