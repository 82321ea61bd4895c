//! Policies.

use portcullis_model::policy::IpRange;
use portcullis_model::{AppId, Decision, Policy, Selector, ServiceTokenId, SessionDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::text::{self, Text};
use super::{PolicyKey, Wire};

/// A policy and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnedPolicy {
    /// The one application that it belongs to; `None` if it is reusable.
    pub(crate) application: Option<AppId>,
    pub(crate) policy: Policy,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyWire {
    application: Option<Text<AppId>>,
    name: String,
    decision: DecisionWire,
    include: Vec<SelectorWire>,
    exclude: Vec<SelectorWire>,
    require: Vec<SelectorWire>,
    session_duration: Option<Text<SessionDuration>>,
    #[serde(with = "text::unix")]
    created_at: Timestamp,
    #[serde(with = "text::unix")]
    updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DecisionWire {
    Allow,
    Deny,
    NonIdentity,
    Bypass,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SelectorWire {
    Email(String),
    EmailDomain(String),
    Everyone,
    Ip(Text<IpRange>),
    ServiceToken(Text<ServiceTokenId>),
    AnyValidServiceToken,
}

impl Wire for PolicyWire {
    type Id = PolicyKey;
    type Value = OwnedPolicy;

    fn from_value(value: &OwnedPolicy) -> Self {
        let OwnedPolicy { application, policy } = value;
        let selectors = |from: &[Selector]| from.iter().map(SelectorWire::from).collect();
        Self {
            application: application.map(Text),
            name: policy.name.clone(),
            decision: policy.decision.into(),
            include: selectors(&policy.include),
            exclude: selectors(&policy.exclude),
            require: selectors(&policy.require),
            session_duration: policy.session_duration.clone().map(Text),
            created_at: policy.created_at,
            updated_at: policy.updated_at,
        }
    }

    fn into_value(self, key: PolicyKey) -> OwnedPolicy {
        let selectors = |from: Vec<SelectorWire>| from.into_iter().map(Selector::from).collect();
        let application = self.application.map(|text| text.0);
        let policy = Policy {
            id: key.id,
            name: self.name,
            decision: self.decision.into(),
            include: selectors(self.include),
            exclude: selectors(self.exclude),
            require: selectors(self.require),
            session_duration: self.session_duration.map(|text| text.0),
            reusable: application.is_none(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        };
        OwnedPolicy { application, policy }
    }
}

impl From<Decision> for DecisionWire {
    fn from(value: Decision) -> Self {
        match value {
            Decision::Allow => Self::Allow,
            Decision::Deny => Self::Deny,
            Decision::NonIdentity => Self::NonIdentity,
            Decision::Bypass => Self::Bypass,
        }
    }
}

impl From<DecisionWire> for Decision {
    fn from(wire: DecisionWire) -> Self {
        match wire {
            DecisionWire::Allow => Self::Allow,
            DecisionWire::Deny => Self::Deny,
            DecisionWire::NonIdentity => Self::NonIdentity,
            DecisionWire::Bypass => Self::Bypass,
        }
    }
}

impl From<&Selector> for SelectorWire {
    fn from(value: &Selector) -> Self {
        match value {
            Selector::Email(email) => Self::Email(email.clone()),
            Selector::EmailDomain(domain) => Self::EmailDomain(domain.clone()),
            Selector::Everyone => Self::Everyone,
            Selector::Ip(range) => Self::Ip(Text(range.clone())),
            Selector::ServiceToken(id) => Self::ServiceToken(Text(*id)),
            Selector::AnyValidServiceToken => Self::AnyValidServiceToken,
        }
    }
}

impl From<SelectorWire> for Selector {
    fn from(wire: SelectorWire) -> Self {
        match wire {
            SelectorWire::Email(email) => Self::Email(email),
            SelectorWire::EmailDomain(domain) => Self::EmailDomain(domain),
            SelectorWire::Everyone => Self::Everyone,
            SelectorWire::Ip(range) => Self::Ip(range.0),
            SelectorWire::ServiceToken(id) => Self::ServiceToken(id.0),
            SelectorWire::AnyValidServiceToken => Self::AnyValidServiceToken,
        }
    }
}
