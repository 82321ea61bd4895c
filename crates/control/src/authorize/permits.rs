//! What a caller's credential gives.

use portcullis_model::{Effect, Permission, PermissionGroup, PermissionScope, ResourceScope};

use crate::authenticate::{Caller, Credential};

/// Whether `caller` holds any of `accepted` on `place`.
///
/// Whatever the credential says, it reaches no further than its user: the accounts that they are a member of,
/// and themselves.
pub(crate) fn permits(caller: &Caller, accepted: &[Permission], place: ResourceScope) -> bool {
    reaches(caller, place)
        && match &caller.credential {
            Credential::GlobalKey => true,
            Credential::ApiToken(_) if accepted.is_empty() => true,
            Credential::ApiToken(token) => accepted.iter().any(|permission| {
                token.permits(*permission, place)
                    || account_instead(*permission, place)
                        .is_some_and(|place| token.permits(*permission, place))
            }),
        }
}

/// Whether there is, or could come to be, any account or zone on which `caller` holds one of `accepted`.
pub(super) fn permits_anywhere(caller: &Caller, accepted: &[Permission]) -> bool {
    let Credential::ApiToken(token) = &caller.credential else { return true };
    let counts = |group: &&PermissionGroup| accepted.contains(&group.permission);
    token.policies.iter().any(|policy| policy.effect == Effect::Allow && policy.groups.iter().any(counts))
}

fn reaches(caller: &Caller, place: ResourceScope) -> bool {
    match place {
        ResourceScope::Account(account) | ResourceScope::Zone(_, account) => {
            caller.user.accounts.contains(&account)
        }
        ResourceScope::User(user) => caller.user.id == user,
    }
}

/// The zone's account, for a permission that exists only on accounts (such as service tokens): there, whoever
/// holds it on the account holds it for the account's zones.
fn account_instead(permission: Permission, place: ResourceScope) -> Option<ResourceScope> {
    let ResourceScope::Zone(_, account) = place else { return None };
    let for_zones =
        |group: &PermissionGroup| group.permission == permission && group.scope == PermissionScope::Zone;
    (!PermissionGroup::ALL.iter().any(for_zones)).then_some(ResourceScope::Account(account))
}
