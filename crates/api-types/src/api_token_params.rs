//! An API token as a request writes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ApiTokenStatus, Condition, Effect, Extra, Field, Resource};

/// An API token, as a request writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiTokenParams {
    /// The name for people. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub name: Field<String>,
    /// What it may do. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub policies: Field<Vec<ApiTokenPolicyParams>>,
    /// From where it is accepted; everywhere where it is left out.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub condition: Field<Condition>,
    /// `YYYY-MM-DDTHH:MM:SSZ`; it is not accepted earlier.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub not_before: Field<String>,
    /// `YYYY-MM-DDTHH:MM:SSZ`; it is not accepted later.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub expires_on: Field<String>,
    /// Whether it is accepted; only an update can say so.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub status: Field<ApiTokenStatus>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ApiTokenParams {
    /// An API token with this name that may do what `policies` say.
    pub fn new(name: impl Into<String>, policies: impl Into<Vec<ApiTokenPolicyParams>>) -> Self {
        Self { name: Field::Value(name.into()), policies: Field::Value(policies.into()), ..Self::default() }
    }
}

/// One policy of an API token, as a request writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiTokenPolicyParams {
    /// Of a policy that was read and is written back; the server gives ids itself.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub id: Field<String>,
    /// Whether the permissions are granted or taken away. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub effect: Field<Effect>,
    /// On what, by resource name such as `com.cloudflare.api.account.<id>`. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub resources: Field<BTreeMap<String, Resource>>,
    /// Which permissions. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub permission_groups: Field<Vec<PermissionGroupRef>>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ApiTokenPolicyParams {
    /// Grants permission groups, by id, on resources, by name.
    ///
    /// ```
    /// use portcullis_api_types::ApiTokenPolicyParams;
    ///
    /// let revoke = ApiTokenPolicyParams::allow(
    ///     ["6c9d1cfcfc6840a987d1b5bfb880a841"], // Access: Apps and Policies Revoke
    ///     ["com.cloudflare.api.account.023e105f4ecef8ad9ca31a8372d0c353"],
    /// );
    /// # assert_eq!(serde_json::to_value(&revoke).unwrap(), serde_json::json!({
    /// #     "effect": "allow",
    /// #     "resources": {"com.cloudflare.api.account.023e105f4ecef8ad9ca31a8372d0c353": "*"},
    /// #     "permission_groups": [{"id": "6c9d1cfcfc6840a987d1b5bfb880a841"}],
    /// # }));
    /// ```
    pub fn allow<G, R>(groups: impl IntoIterator<Item = G>, resources: impl IntoIterator<Item = R>) -> Self
    where
        G: Into<String>,
        R: Into<String>,
    {
        Self {
            effect: Field::Value(Effect::Allow),
            resources: Field::Value(
                resources.into_iter().map(|name| (name.into(), Resource::all())).collect(),
            ),
            permission_groups: Field::Value(groups.into_iter().map(PermissionGroupRef::new).collect()),
            ..Self::default()
        }
    }
}

/// A permission group, by its id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PermissionGroupRef {
    /// The group's id. Required by the server.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub id: Field<String>,
    /// The group's name, which the server ignores.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub name: Field<String>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl PermissionGroupRef {
    /// The permission group with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: Field::Value(id.into()), ..Self::default() }
    }
}
