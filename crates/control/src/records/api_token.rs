//! API tokens.

use std::fmt;
use std::str::FromStr;

use portcullis_model::policy::IpRange;
use portcullis_model::{
    ApiPolicy, ApiToken, ApiTokenId, Effect, PermissionGroup, Resource, SecretDigest, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

use super::Wire;
use super::text::{self, Text};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiTokenWire {
    #[serde(with = "text::display")]
    user: UserId,
    name: String,
    #[serde(with = "text::digest")]
    secret: SecretDigest,
    policies: Vec<ApiPolicyWire>,
    allowed_from: Vec<Text<IpRange>>,
    refused_from: Vec<Text<IpRange>>,
    disabled: bool,
    not_before: Option<i64>,
    expires_on: Option<i64>,
    #[serde(with = "text::unix")]
    issued_on: Timestamp,
    #[serde(with = "text::unix")]
    modified_on: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiPolicyWire {
    #[serde(with = "text::display")]
    id: ApiTokenId,
    effect: EffectWire,
    groups: Vec<Text<GroupId>>,
    resources: Vec<Text<ResourceName>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EffectWire {
    Allow,
    Deny,
}

/// A permission group, by its id.
#[derive(Clone)]
struct GroupId(&'static PermissionGroup);

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.id)
    }
}

impl FromStr for GroupId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        PermissionGroup::find(text).map(Self).ok_or("an unknown permission group")
    }
}

/// A resource, by the path of what it contains.
#[derive(Clone)]
struct ResourceName(Resource);

impl fmt::Display for ResourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Resource::EveryAccount => f.write_str("accounts/*"),
            Resource::Account(id) => write!(f, "accounts/{id}"),
            Resource::EveryZone => f.write_str("zones/*"),
            Resource::Zone(id) => write!(f, "zones/{id}"),
            Resource::ZonesOf(id) => write!(f, "accounts/{id}/zones/*"),
            Resource::User(id) => write!(f, "users/{id}"),
        }
    }
}

impl FromStr for ResourceName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '/');
        let (kind, id, rest) = (parts.next(), parts.next().unwrap_or_default(), parts.next());
        let resource = match (kind, id, rest) {
            (Some("accounts"), "*", None) => Some(Resource::EveryAccount),
            (Some("accounts"), id, None) => id.parse().ok().map(Resource::Account),
            (Some("accounts"), id, Some("zones/*")) => id.parse().ok().map(Resource::ZonesOf),
            (Some("zones"), "*", None) => Some(Resource::EveryZone),
            (Some("zones"), id, None) => id.parse().ok().map(Resource::Zone),
            (Some("users"), id, None) => id.parse().ok().map(Resource::User),
            _ => None,
        };
        resource.map(Self).ok_or("an unknown resource")
    }
}

impl Wire for ApiTokenWire {
    type Id = ApiTokenId;
    type Value = ApiToken;

    fn from_value(value: &ApiToken) -> Self {
        Self {
            user: value.user,
            name: value.name.clone(),
            secret: value.secret,
            policies: value.policies.iter().map(ApiPolicyWire::from).collect(),
            allowed_from: text::texts(&value.allowed_from),
            refused_from: text::texts(&value.refused_from),
            disabled: value.disabled,
            not_before: value.not_before.map(Timestamp::unix),
            expires_on: value.expires_on.map(Timestamp::unix),
            issued_on: value.issued_on,
            modified_on: value.modified_on,
        }
    }

    fn into_value(self, id: ApiTokenId) -> ApiToken {
        ApiToken {
            id,
            user: self.user,
            name: self.name,
            secret: self.secret,
            policies: self.policies.into_iter().map(ApiPolicy::from).collect(),
            allowed_from: text::values(self.allowed_from),
            refused_from: text::values(self.refused_from),
            disabled: self.disabled,
            not_before: self.not_before.map(Timestamp::from_unix),
            expires_on: self.expires_on.map(Timestamp::from_unix),
            issued_on: self.issued_on,
            modified_on: self.modified_on,
        }
    }
}

impl From<&ApiPolicy> for ApiPolicyWire {
    fn from(value: &ApiPolicy) -> Self {
        Self {
            id: value.id,
            effect: match value.effect {
                Effect::Allow => EffectWire::Allow,
                Effect::Deny => EffectWire::Deny,
            },
            groups: value.groups.iter().map(|group| Text(GroupId(group))).collect(),
            resources: value.resources.iter().map(|resource| Text(ResourceName(*resource))).collect(),
        }
    }
}

impl From<ApiPolicyWire> for ApiPolicy {
    fn from(wire: ApiPolicyWire) -> Self {
        Self {
            id: wire.id,
            effect: match wire.effect {
                EffectWire::Allow => Effect::Allow,
                EffectWire::Deny => Effect::Deny,
            },
            groups: wire.groups.into_iter().map(|group| group.0.0).collect(),
            resources: wire.resources.into_iter().map(|resource| resource.0.0).collect(),
        }
    }
}
