//! Where records are.

use std::fmt;
use std::str::FromStr;

use portcullis_model::{
    AccountId, ApiTokenId, AppKey, Kid, OwnerId, PolicyId, ServiceTokenId, Timestamp, UserId, Watermark,
    ZoneId,
};
use portcullis_store as store;

use super::RecordError;

/// A policy together with its owner: the only key by which it can be looked up (I7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PolicyKey {
    pub(crate) owner: OwnerId,
    pub(crate) id: PolicyId,
}

/// Where an audit record is: by time, and among those of one second at random. Its place in the history is the
/// revision of its commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AuditId {
    pub(crate) at: Timestamp,
    pub(crate) random: [u8; 8],
}

/// The place of one record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::enum_variant_names, reason = "two records hold keys of another kind")]
pub(crate) enum Key {
    Account(AccountId),
    Organization(AccountId),
    User(UserId),
    Zone(ZoneId),
    Application(AppKey),
    Policy(PolicyKey),
    ServiceToken(OwnerId, ServiceTokenId),
    ApiToken(ApiTokenId),
    SigningKey(Kid),
    DigestKey,
    Settings,
    /// Put by every change of the configuration, which requires that nobody else put it meanwhile.
    Generation,
    /// The height of the watermark is the revision that last put this record.
    Watermark(Watermark),
    Audit(AuditId),
}

/// What the state is made of: every record but the audit log, which only grows and is never needed to decide.
const STATE_PREFIXES: [&str; 13] = [
    "account/",
    "api_token/",
    "app/",
    "digest_key",
    "generation",
    "organization/",
    "policy/",
    "service_token/",
    "settings",
    "signing_key/",
    "user/",
    "watermark/",
    "zone/",
];

impl Key {
    /// Where the store keeps it.
    pub(crate) fn encode(&self) -> store::Key {
        store::Key::new(self.to_string())
    }

    /// What is kept there.
    pub(crate) fn decode(key: &store::Key) -> Result<Self, RecordError> {
        let text = std::str::from_utf8(key.as_bytes()).ok();
        text.and_then(parse).ok_or_else(|| RecordError::UnknownKey(key.as_bytes().escape_ascii().to_string()))
    }

    /// Every key of the state.
    pub(crate) fn state_ranges() -> [store::KeyRange; 13] {
        STATE_PREFIXES.map(store::KeyRange::prefix)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account/{id}"),
            Self::Organization(id) => write!(f, "organization/{id}"),
            Self::User(id) => write!(f, "user/{id}"),
            Self::Zone(id) => write!(f, "zone/{id}"),
            Self::Application(key) => write!(f, "app/{key}"),
            Self::Policy(key) => write!(f, "policy/{}/{}", key.owner, key.id),
            Self::ServiceToken(owner, id) => write!(f, "service_token/{owner}/{id}"),
            Self::ApiToken(id) => write!(f, "api_token/{id}"),
            Self::SigningKey(kid) => write!(f, "signing_key/{kid}"),
            Self::DigestKey => f.write_str("digest_key"),
            Self::Settings => f.write_str("settings"),
            Self::Generation => f.write_str("generation"),
            Self::Watermark(Watermark::Floor) => f.write_str("watermark/floor"),
            Self::Watermark(Watermark::Application(key)) => write!(f, "watermark/app/{key}"),
            Self::Watermark(Watermark::ServiceToken(id)) => write!(f, "watermark/service_token/{id}"),
            Self::Watermark(Watermark::User(id)) => write!(f, "watermark/user/{id}"),
            Self::Watermark(Watermark::Session(nonce)) => write!(f, "watermark/session/{nonce}"),
            Self::Audit(AuditId { at, random }) => {
                write!(f, "audit/{:012}-{:016x}", at.unix(), u64::from_be_bytes(*random))
            }
        }
    }
}

fn parse(text: &str) -> Option<Key> {
    let (kind, rest) = text.split_once('/').unwrap_or((text, ""));
    let key = match kind {
        "account" => Key::Account(id(rest)?),
        "organization" => Key::Organization(id(rest)?),
        "user" => Key::User(id(rest)?),
        "zone" => Key::Zone(id(rest)?),
        "app" => Key::Application(app_key(rest)?),
        "policy" => {
            let (owner, rest) = owner(rest)?;
            Key::Policy(PolicyKey { owner, id: id(rest)? })
        }
        "service_token" => {
            let (owner, rest) = owner(rest)?;
            Key::ServiceToken(owner, id(rest)?)
        }
        "api_token" => Key::ApiToken(id(rest)?),
        "signing_key" => Key::SigningKey(id(rest)?),
        "digest_key" => Key::DigestKey,
        "settings" => Key::Settings,
        "generation" => Key::Generation,
        "watermark" => Key::Watermark(watermark(rest)?),
        "audit" => Key::Audit(audit_id(rest)?),
        _ => return None,
    };
    // One record has one name: what would be written otherwise than it was read is not it.
    (key.to_string() == text).then_some(key)
}

fn id<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn owner(text: &str) -> Option<(OwnerId, &str)> {
    let (kind, rest) = text.split_once('/')?;
    let (owner, rest) = rest.split_once('/')?;
    match kind {
        "accounts" => Some((OwnerId::Account(id(owner)?), rest)),
        "zones" => Some((OwnerId::Zone(id(owner)?), rest)),
        _ => None,
    }
}

fn app_key(text: &str) -> Option<AppKey> {
    let (owner, rest) = owner(text)?;
    Some(AppKey { owner, app: id(rest)? })
}

fn watermark(text: &str) -> Option<Watermark> {
    let (kind, rest) = text.split_once('/').unwrap_or((text, ""));
    match kind {
        "floor" => Some(Watermark::Floor),
        "app" => app_key(rest).map(Watermark::Application),
        "service_token" => id(rest).map(Watermark::ServiceToken),
        "user" => id(rest).map(Watermark::User),
        "session" => id(rest).map(Watermark::Session),
        _ => None,
    }
}

fn audit_id(text: &str) -> Option<AuditId> {
    let (at, random) = text.rsplit_once('-')?;
    let random = u64::from_str_radix(random, 16).ok()?.to_be_bytes();
    Some(AuditId { at: Timestamp::from_unix(id(at)?), random })
}
