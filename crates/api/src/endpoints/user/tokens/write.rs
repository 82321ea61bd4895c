//! API tokens as requests write them.

use std::collections::BTreeMap;

use portcullis_api_types::{self as wire, Field};
use portcullis_control::api_tokens::{NewApiPolicy, NewApiToken};
use portcullis_model::policy::IpRange;
use portcullis_model::{Effect, PermissionGroup, PermissionScope, Resource, Timestamp};

use crate::errors::ApiError;
use crate::fields::{self, Class, Fields, Neutral, invalid, required};

const FIELDS: &Fields = &[
    ("name", Class::ActedUpon),
    ("policies", Class::ActedUpon),
    ("condition", Class::ActedUpon),
    ("not_before", Class::ActedUpon),
    ("expires_on", Class::ActedUpon),
    ("status", Class::OnlyDefault(Neutral::Text("active"))),
];

const POLICY_FIELDS: &Fields = &[
    ("effect", Class::ActedUpon),
    ("resources", Class::ActedUpon),
    ("permission_groups", Class::ActedUpon),
    ("id", Class::ServerOwned),
];

const GROUP_FIELDS: &Fields = &[
    ("id", Class::ActedUpon),
    ("name", Class::ServerOwned),
    ("scopes", Class::ServerOwned),
    ("meta", Class::OnlyDefault(Neutral::Null)),
];

/// Reads the API token that a request wants.
pub(super) fn new_api_token(params: wire::ApiTokenParams) -> Result<NewApiToken, ApiError> {
    fields::check(&params, FIELDS, "")?;
    let condition = params.condition.into_value().unwrap_or_default();
    fields::refuse_unknown(&condition.extra, "/condition")?;
    let addresses = condition.request_ip.unwrap_or_default();
    fields::refuse_unknown(&addresses.extra, "/condition/request.ip")?;
    let policies = required(params.policies, "policies", "")?;
    let policies = policies.into_iter().enumerate();
    Ok(NewApiToken {
        name: required(params.name, "name", "")?,
        policies: policies
            .map(|(index, policy)| new_policy(policy, &format!("/policies/{index}")))
            .collect::<Result<_, _>>()?,
        allowed_from: ranges(addresses.within, "in")?,
        refused_from: ranges(addresses.not_within, "not_in")?,
        not_before: time(params.not_before, "not_before")?,
        expires_on: time(params.expires_on, "expires_on")?,
    })
}

fn new_policy(policy: wire::ApiTokenPolicyParams, place: &str) -> Result<NewApiPolicy, ApiError> {
    fields::check(&policy, POLICY_FIELDS, place)?;
    let effect = match required(policy.effect, "effect", place)? {
        wire::Effect::Allow => Effect::Allow,
        wire::Effect::Deny => Effect::Deny,
        other => return Err(invalid(format!("effect `{other}` is not `allow` or `deny`"), place, "effect")),
    };
    let groups = required(policy.permission_groups, "permission_groups", place)?.into_iter().enumerate();
    let resources = required(policy.resources, "resources", place)?;
    Ok(NewApiPolicy {
        effect,
        groups: groups
            .map(|(index, group)| find_group(group, &format!("{place}/permission_groups/{index}")))
            .collect::<Result<_, _>>()?,
        resources: new_resources(&resources, place)?,
    })
}

fn find_group(group: wire::PermissionGroupRef, place: &str) -> Result<&'static PermissionGroup, ApiError> {
    fields::check(&group, GROUP_FIELDS, place)?;
    let id = required(group.id, "id", place)?;
    let unknown = || invalid(format!("there is no permission group with the id `{id}`"), place, "id");
    PermissionGroup::find(&id).ok_or_else(unknown)
}

fn new_resources(
    resources: &BTreeMap<String, wire::Resource>,
    place: &str,
) -> Result<Vec<Resource>, ApiError> {
    let read = |(name, value): (&String, &wire::Resource)| {
        let unknown = || {
            let value = serde_json::to_string(value).unwrap_or_default();
            invalid(
                format!("the resource `{name}` with the value {value} is not offered"),
                place,
                "resources",
            )
        };
        new_resource(name, value).ok_or_else(unknown)
    };
    resources.iter().map(read).collect()
}

/// Reads one resource: a name with `"*"`, or an account with every one of its zones.
fn new_resource(name: &str, value: &wire::Resource) -> Option<Resource> {
    let every_zone = format!("{}.*", PermissionScope::Zone.as_str());
    match value {
        wire::Resource::Text(text) if text == "*" => resource_itself(name),
        wire::Resource::Nested(nested) => {
            let is_every_zone =
                nested.len() == 1 && nested.get(&every_zone).is_some_and(|value| value == "*");
            match resource_itself(name)? {
                Resource::Account(id) if is_every_zone => Some(Resource::ZonesOf(id)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn resource_itself(name: &str) -> Option<Resource> {
    // Zones first: their prefix begins with that of accounts.
    let id = |scope: PermissionScope| name.strip_prefix(scope.as_str())?.strip_prefix('.');
    if let Some(id) = id(PermissionScope::Zone) {
        return if id == "*" { Some(Resource::EveryZone) } else { id.parse().ok().map(Resource::Zone) };
    }
    if let Some(id) = id(PermissionScope::Account) {
        return if id == "*" { Some(Resource::EveryAccount) } else { id.parse().ok().map(Resource::Account) };
    }
    id(PermissionScope::User)?.parse().ok().map(Resource::User)
}

fn ranges(texts: Option<Vec<String>>, field: &str) -> Result<Vec<IpRange>, ApiError> {
    let place = "/condition/request.ip";
    let read =
        |text: String| text.parse().map_err(|error| invalid(format!("`{text}` is {error}"), place, field));
    texts.unwrap_or_default().into_iter().map(read).collect()
}

fn time(field: Field<String>, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let read = |text: String| text.parse().map_err(|error| invalid(format!("{name} is {error}"), "", name));
    field.into_value().map(read).transpose()
}
