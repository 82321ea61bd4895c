//! API tokens as the API answers them.

use std::collections::BTreeMap;

use portcullis_api_types as wire;
use portcullis_model::policy::IpRange;
use portcullis_model::{ApiPolicy, ApiToken, Effect, PermissionGroup, PermissionScope, Resource};

pub(super) fn permission_group(group: &PermissionGroup) -> wire::PermissionGroup {
    wire::PermissionGroup {
        id: group.id.to_owned(),
        name: Some(group.permission.name().to_owned()),
        scopes: Some(vec![group.scope.as_str().to_owned()]),
        ..wire::PermissionGroup::default()
    }
}

/// An API token without its secret, as it is right after its creation.
pub(super) fn api_token(token: &ApiToken) -> wire::ApiToken {
    let status = if token.disabled { wire::ApiTokenStatus::Disabled } else { wire::ApiTokenStatus::Active };
    wire::ApiToken {
        id: token.id.to_string(),
        name: Some(token.name.clone()),
        status: Some(status),
        issued_on: Some(token.issued_on.to_string()),
        modified_on: Some(token.modified_on.to_string()),
        not_before: token.not_before.map(|time| time.to_string()),
        expires_on: token.expires_on.map(|time| time.to_string()),
        policies: Some(token.policies.iter().map(policy).collect()),
        condition: condition(token),
        ..wire::ApiToken::default()
    }
}

fn policy(policy: &ApiPolicy) -> wire::ApiTokenPolicy {
    let effect = match policy.effect {
        Effect::Allow => wire::Effect::Allow,
        Effect::Deny => wire::Effect::Deny,
    };
    wire::ApiTokenPolicy {
        id: Some(policy.id.to_string()),
        effect: Some(effect),
        resources: resources(&policy.resources),
        permission_groups: policy.groups.iter().map(|group| permission_group(group)).collect(),
        ..wire::ApiTokenPolicy::default()
    }
}

fn resources(resources: &[Resource]) -> BTreeMap<String, wire::Resource> {
    let account = PermissionScope::Account.as_str();
    let zone = PermissionScope::Zone.as_str();
    let user = PermissionScope::User.as_str();
    let every_zone = || wire::Resource::Nested(BTreeMap::from([(format!("{zone}.*"), "*".to_owned())]));
    let name_and_value = |resource: &Resource| match resource {
        Resource::EveryAccount => (format!("{account}.*"), wire::Resource::all()),
        Resource::Account(id) => (format!("{account}.{id}"), wire::Resource::all()),
        Resource::EveryZone => (format!("{zone}.*"), wire::Resource::all()),
        Resource::Zone(id) => (format!("{zone}.{id}"), wire::Resource::all()),
        Resource::ZonesOf(id) => (format!("{account}.{id}"), every_zone()),
        Resource::User(id) => (format!("{user}.{id}"), wire::Resource::all()),
    };
    resources.iter().map(name_and_value).collect()
}

fn condition(token: &ApiToken) -> Option<wire::Condition> {
    let texts = |ranges: &[IpRange]| {
        (!ranges.is_empty()).then(|| ranges.iter().map(ToString::to_string).collect::<Vec<String>>())
    };
    let (within, not_within) = (texts(&token.allowed_from), texts(&token.refused_from));
    (within.is_some() || not_within.is_some()).then(|| wire::Condition {
        request_ip: Some(wire::AddressFilter { within, not_within, ..wire::AddressFilter::default() }),
        ..wire::Condition::default()
    })
}
