//! Policies: who may come in, and how.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use crate::duration::SessionDuration;
use crate::id::{PolicyId, ServiceTokenId};
use crate::time::Timestamp;

/// What a policy that matches does.
///
/// Order of evaluation: every `bypass` and `non_identity` policy from top to bottom, then every
/// `allow` and `deny` from top to bottom. The first that matches ends it; if none does, nobody
/// gets in. (Cloudflare: Access policies, "Order of execution".)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// People who match get in after logging in.
    Allow,
    /// People who match do not get in, whatever follows.
    Deny,
    /// Service Auth: machines that present valid service credentials get in.
    NonIdentity,
    /// Requests that match are not checked any further.
    Bypass,
}

impl Decision {
    /// The wire name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::NonIdentity => "non_identity",
            Self::Bypass => "bypass",
        }
    }

    /// The decision with this wire name.
    pub fn find(name: &str) -> Option<Self> {
        [Self::Allow, Self::Deny, Self::NonIdentity, Self::Bypass].into_iter().find(|it| it.as_str() == name)
    }
}

/// A range of addresses, with the text that it came from.
///
/// `192.0.2.1` and `192.0.2.1/32` mean the same; each is given back as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpRange {
    text: String,
    network: IpNet,
}

/// Text that is neither an address nor a CIDR range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither an IP address nor a CIDR range such as `192.0.2.0/24`")]
pub struct IpRangeError;

impl IpRange {
    /// Whether the range contains `address`; an IPv4-mapped IPv6 address is its IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.network.contains(&address.to_canonical())
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for IpRange {
    type Err = IpRangeError;

    fn from_str(text: &str) -> Result<Self, IpRangeError> {
        let network = match text.parse::<IpNet>() {
            Ok(network) => network,
            Err(_) => text.parse::<IpAddr>().map(IpNet::from).map_err(|_| IpRangeError)?,
        };
        Ok(Self { text: text.into(), network })
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// One condition of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// This address, whatever its case.
    Email(String),
    /// Every address at this domain, whatever its case.
    EmailDomain(String),
    /// Everybody.
    Everyone,
    /// Requests from these addresses.
    Ip(IpRange),
    /// This service token.
    ServiceToken(ServiceTokenId),
    /// Every service token of the account.
    AnyValidServiceToken,
}

impl Selector {
    /// The wire name: the key of the rule object.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::EmailDomain(_) => "email_domain",
            Self::Everyone => "everyone",
            Self::Ip(_) => "ip",
            Self::ServiceToken(_) => "service_token",
            Self::AnyValidServiceToken => "any_valid_service_token",
        }
    }

    /// Whether the condition is asked on every request of a session, not only at its login.
    pub const fn is_continuous(&self) -> bool {
        matches!(self, Self::Ip(_) | Self::ServiceToken(_) | Self::AnyValidServiceToken)
    }

    /// Whether it can only be answered for a person who logged in.
    pub const fn needs_person(&self) -> bool {
        matches!(self, Self::Email(_) | Self::EmailDomain(_))
    }

    /// Whether it can only be answered for service credentials.
    pub const fn needs_service_token(&self) -> bool {
        matches!(self, Self::ServiceToken(_) | Self::AnyValidServiceToken)
    }
}

/// A policy of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its id: the claim `pol` of what it admits.
    pub id: PolicyId,
    /// Its name.
    pub name: String,
    /// What it does with who matches.
    pub decision: Decision,
    /// Any of these must hold.
    pub include: Vec<Selector>,
    /// None of these may hold.
    pub exclude: Vec<Selector>,
    /// All of these must hold.
    pub require: Vec<Selector>,
    /// How long what it admits lasts; `None` is as long as the application says.
    pub session_duration: Option<SessionDuration>,
    /// Whether it belongs to the account and can be attached to several applications.
    pub reusable: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_its_cidr_form_keep_their_text() {
        for text in ["192.0.2.1", "192.0.2.1/32", "192.0.2.0/24", "2001:db8::/32", "::1"] {
            assert_eq!(text.parse::<IpRange>().unwrap().as_str(), text);
        }
        for text in ["", "192.0.2", "192.0.2.1/33", "example.com"] {
            assert!(text.parse::<IpRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_mapped_address_is_in_the_ipv4_range() {
        let range: IpRange = "192.0.2.0/24".parse().unwrap();
        assert!(range.contains("::ffff:192.0.2.7".parse().unwrap()));
        assert!(!range.contains("192.0.3.1".parse().unwrap()));
    }
}
