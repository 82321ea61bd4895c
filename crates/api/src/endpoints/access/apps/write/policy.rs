//! The policies of an application.

use portcullis_api_types::{self as wire, Field, PolicyParams, Rule};
use portcullis_control::applications::{InlinePolicy, NewPolicy};
use portcullis_model::{Decision, PolicyId, Selector};
use serde_json::Value;

use super::super::fields::POLICY;
use super::duration;
use crate::errors::ApiError;
use crate::fields::{self, invalid, required};

pub(super) fn policies(wanted: Vec<PolicyParams>) -> Result<Vec<NewPolicy>, ApiError> {
    let wanted = wanted.into_iter().enumerate();
    wanted.map(|(index, policy)| new_policy(policy, &format!("/policies/{index}"))).collect()
}

fn new_policy(wanted: PolicyParams, place: &str) -> Result<NewPolicy, ApiError> {
    match wanted {
        PolicyParams::Id(id) => Ok(NewPolicy::Existing { id: policy_id(&id, place)?, precedence: None }),
        PolicyParams::Link(link) => Ok(NewPolicy::Existing {
            id: policy_id(&link.id, place)?,
            precedence: precedence(&link.precedence, place)?,
        }),
        PolicyParams::Inline(policy) => Ok(NewPolicy::Inline(Box::new(inline(*policy, place)?))),
    }
}

fn inline(wanted: wire::InlinePolicy, place: &str) -> Result<InlinePolicy, ApiError> {
    fields::check(&wanted, POLICY, place)?;
    Ok(InlinePolicy {
        id: wanted.id.value().map(|id| policy_id(id, place)).transpose()?,
        name: required(wanted.name, "name", place)?,
        decision: decision(&required(wanted.decision, "decision", place)?, place)?,
        include: selectors(wanted.include, "include", place)?,
        exclude: selectors(wanted.exclude, "exclude", place)?,
        require: selectors(wanted.require, "require", place)?,
        session_duration: duration(wanted.session_duration, place)?,
        precedence: precedence(&wanted.precedence, place)?,
    })
}

fn policy_id(text: &str, place: &str) -> Result<PolicyId, ApiError> {
    text.parse().map_err(|error| invalid(format_args!("`{text}` is {error}"), place, "id"))
}

fn precedence(field: &Field<i64>, place: &str) -> Result<Option<u32>, ApiError> {
    let wrong = |_| invalid("precedence must be a number from 0 to 4294967295", place, "precedence");
    field.value().map(|number| u32::try_from(*number).map_err(wrong)).transpose()
}

fn decision(wanted: &wire::Decision, place: &str) -> Result<Decision, ApiError> {
    let detail = || format!("the decision `{wanted}` is not offered");
    Decision::find(wanted.as_str()).ok_or_else(|| invalid(detail(), place, "decision"))
}

fn selectors(rules: Field<Vec<Rule>>, list: &str, place: &str) -> Result<Vec<Selector>, ApiError> {
    let place = format!("{place}/{list}");
    let rules = rules.into_value().unwrap_or_default().into_iter().enumerate();
    rules
        .map(|(index, rule)| selector(rule).map_err(|detail| invalid(detail, &place, &index.to_string())))
        .collect()
}

/// Reads one rule.
///
/// # Security
///
/// A rule that is not understood is refused, with its policy: in `exclude` or `require`, leaving it out
/// would admit somebody.
fn selector(rule: Rule) -> Result<Selector, String> {
    match rule {
        Rule::Email(address) if is_address(&address) => Ok(Selector::Email(address)),
        Rule::Email(address) => Err(format!("`{address}` is not an email address")),
        Rule::EmailDomain(domain) if is_domain(&domain) => Ok(Selector::EmailDomain(domain)),
        Rule::EmailDomain(domain) => Err(format!("`{domain}` is not the domain of an email address")),
        Rule::Everyone => Ok(Selector::Everyone),
        Rule::Ip(text) => text.parse().map(Selector::Ip).map_err(|error| format!("`{text}` is {error}")),
        Rule::ServiceToken(id) => {
            id.parse().map(Selector::ServiceToken).map_err(|error| format!("`{id}` is {error}"))
        }
        Rule::AnyValidServiceToken => Ok(Selector::AnyValidServiceToken),
        Rule::Other(value) => Err(not_offered(&value)),
        other => Err(format!("the rule {other:?} is not offered")),
    }
}

fn not_offered(rule: &Value) -> String {
    const OFFERED: [&str; 6] =
        ["email", "email_domain", "everyone", "ip", "service_token", "any_valid_service_token"];
    let keys: Vec<&str> =
        rule.as_object().into_iter().flat_map(|rule| rule.keys().map(String::as_str)).collect();
    match keys.as_slice() {
        [name] if OFFERED.contains(name) => format!("the value of the selector `{name}` is malformed"),
        [name] => format!("the selector `{name}` is not offered"),
        _ => "a rule must be an object with one key, the name of its selector".to_owned(),
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| is_part(local) && is_domain(domain))
}

fn is_domain(text: &str) -> bool {
    is_part(text) && !text.starts_with('.') && !text.ends_with('.')
}

fn is_part(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control())
}
