//! Evaluating policies: a context and a list of conditions make yes or no.

use std::net::IpAddr;

use portcullis_model::{Decision, Policy, Selector, ServiceTokenId};

use crate::application::GuardedApp;

/// Who makes a request, as far as it has been proved.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who<'a> {
    /// Nobody has been proved.
    Nobody,
    /// A service token of the application's account.
    Service(ServiceTokenId),
    /// A person with a verified address.
    Person { email: &'a str },
}

/// What policies are asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) ip: IpAddr,
    pub(crate) who: Who<'a>,
}

/// The first `bypass` or `non_identity` policy that matches, from top to bottom.
///
/// A `non_identity` policy matches only requests with valid service credentials, whatever else its rules
/// say: Service Auth without a service is no authentication.
pub(crate) fn first_without_identity<'a>(app: &'a GuardedApp, context: Context<'_>) -> Option<&'a Policy> {
    app.policies().iter().find(|policy| match policy.decision {
        // Nobody's identity can open a bypass: it is asked as if there were none.
        Decision::Bypass => matches(policy, Context { who: Who::Nobody, ..context }),
        Decision::NonIdentity => matches!(context.who, Who::Service(_)) && matches(policy, context),
        Decision::Allow | Decision::Deny => false,
    })
}

/// The `allow` policy that lets a person in, if no `deny` policy above it matches first.
pub fn first_for_person<'a>(app: &'a GuardedApp, email: &str, ip: IpAddr) -> Option<&'a Policy> {
    let context = Context { ip, who: Who::Person { email } };
    let mut ordered =
        app.policies().iter().filter(|policy| matches!(policy.decision, Decision::Allow | Decision::Deny));
    ordered.find(|policy| matches(policy, context)).filter(|policy| policy.decision == Decision::Allow)
}

/// Whether any `include`, no `exclude` and every `require` holds.
pub(crate) fn matches(policy: &Policy, context: Context<'_>) -> bool {
    let holds = |selector: &Selector| holds(selector, context);
    policy.include.iter().any(holds) && !policy.exclude.iter().any(holds) && policy.require.iter().all(holds)
}

fn holds(selector: &Selector, context: Context<'_>) -> bool {
    match (selector, context.who) {
        (Selector::Everyone, _) | (Selector::AnyValidServiceToken, Who::Service(_)) => true,
        (Selector::Ip(range), _) => range.contains(context.ip),
        (Selector::Email(wanted), Who::Person { email }) => wanted.eq_ignore_ascii_case(email),
        (Selector::EmailDomain(wanted), Who::Person { email }) => {
            email.rsplit_once('@').is_some_and(|(_, domain)| wanted.eq_ignore_ascii_case(domain))
        }
        (Selector::ServiceToken(wanted), Who::Service(id)) => *wanted == id,
        (
            Selector::Email(_)
            | Selector::EmailDomain(_)
            | Selector::ServiceToken(_)
            | Selector::AnyValidServiceToken,
            _,
        ) => false,
    }
}
