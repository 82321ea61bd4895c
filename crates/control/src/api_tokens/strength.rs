//! Comparing what API tokens permit.

use portcullis_model::{ApiToken, Effect, IpRange, PermissionGroup, PermissionScope, Resource};

use super::{ApiTokenError, NewApiToken};
use crate::authenticate::{Caller, Credential};
use crate::state::State;

/// Refuses a token that would permit something that the caller's own does not, or from elsewhere, or for longer.
///
/// The comparison errs on the safe side: what is not plainly contained is refused.
pub(super) fn ensure_not_stronger(
    state: &State,
    caller: &Caller,
    new: &NewApiToken,
) -> Result<(), ApiTokenError> {
    let Credential::ApiToken(own) = &caller.credential else { return Ok(()) };
    let given = new.policies.iter().filter(|policy| policy.effect == Effect::Allow);
    let mut pairs = given.flat_map(|policy| {
        policy
            .groups
            .iter()
            .flat_map(|group| policy.resources.iter().map(move |resource| (*group, *resource)))
    });
    let contained = pairs.all(|(group, resource)| holds(state, own, group, resource));
    let no_longer = match (own.expires_on, new.expires_on) {
        (Some(own), Some(new)) => new <= own,
        (Some(_), None) => false,
        (None, _) => true,
    };
    let from_no_further = (own.allowed_from.is_empty()
        || (!new.allowed_from.is_empty() && all_among(&new.allowed_from, &own.allowed_from)))
        && all_among(&own.refused_from, &new.refused_from);
    if contained && no_longer && from_no_further { Ok(()) } else { Err(ApiTokenError::Stronger) }
}

/// Whether `token` gives all of `group` on all of `resource`.
fn holds(state: &State, token: &ApiToken, group: &'static PermissionGroup, resource: Resource) -> bool {
    if kind(resource) != group.scope {
        // A group counts only on resources of its own kind: this gives nothing.
        return true;
    }
    let speaks = |effect: Effect, touches: fn(&State, Resource, Resource) -> bool| {
        token.policies.iter().any(|policy| {
            policy.effect == effect
                && policy.groups.contains(&group)
                && policy.resources.iter().any(|own| touches(state, *own, resource))
        })
    };
    speaks(Effect::Allow, contains) && !speaks(Effect::Deny, overlaps)
}

fn kind(resource: Resource) -> PermissionScope {
    match resource {
        Resource::EveryAccount | Resource::Account(_) => PermissionScope::Account,
        Resource::EveryZone | Resource::Zone(_) | Resource::ZonesOf(_) => PermissionScope::Zone,
        Resource::User(_) => PermissionScope::User,
    }
}

fn contains(state: &State, outer: Resource, inner: Resource) -> bool {
    match (outer, inner) {
        (Resource::EveryAccount, Resource::Account(_))
        | (Resource::EveryZone, Resource::Zone(_) | Resource::ZonesOf(_)) => true,
        (Resource::ZonesOf(account), Resource::Zone(zone)) => {
            state.zones.get(&zone).is_some_and(|zone| zone.account == account)
        }
        _ => outer == inner,
    }
}

fn overlaps(state: &State, one: Resource, other: Resource) -> bool {
    contains(state, one, other) || contains(state, other, one)
}

fn all_among(ranges: &[IpRange], known: &[IpRange]) -> bool {
    ranges.iter().all(|range| known.contains(range))
}
