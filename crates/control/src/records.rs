//! The stored forms (I9): typed keys and values, and their bytes.
//!
//! Keys are readable ASCII, such as `app/accounts/<account>/<application>`. A value is JSON with a version:
//! `{"v":1,"live":{…}}`, or `{"v":1,"deleted":{"at":…}}` where something was deleted. An unknown version, an
//! unknown key or a damaged value is an error that stops the node: a record that were passed over could be the
//! one that revokes.

mod account;
mod api_token;
mod application;
mod audit;
mod key;
mod policy;
mod secrets;
mod service_token;
mod settings;
mod text;

use portcullis_model::{
    Account, ApiToken, ApiUser, Application, AuditRecord, Organization, ServiceToken, Timestamp, Zone,
};
use portcullis_store as store;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};

pub(crate) use key::{AuditId, Key, PolicyKey};
pub(crate) use policy::OwnedPolicy;
pub(crate) use secrets::{SealedDigestKey, SealedSigningKey};
pub(crate) use settings::Settings;

/// The version of every record that this program writes, and the only one that it reads.
const VERSION: u32 = 1;

/// Why a stored record cannot be read. The node must not go on without it.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The key is none that this program writes.
    #[error("the record `{0}` has an unknown key; it was written by another version, or damaged")]
    UnknownKey(String),
    /// The value has a version that this program does not know.
    #[error("the record `{key}` has version {version}, and this program reads version {VERSION}")]
    UnknownVersion {
        /// Which record.
        key: String,
        /// Its version.
        version: u32,
    },
    /// The value is not what its key says.
    #[error("the record `{key}` is damaged")]
    Damaged {
        /// Which record.
        key: String,
        /// What is wrong with it.
        #[source]
        cause: serde_json::Error,
    },
    /// The record is whole, and does not fit the others.
    #[error("the record `{key}` is inconsistent: {reason}")]
    Inconsistent {
        /// Which record.
        key: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// The record holds a secret that does not open.
    #[error("the secret in the record `{key}` does not open; is the key-encryption key the right one?")]
    Sealed {
        /// Which record.
        key: String,
        /// Why not.
        #[source]
        cause: store::Cause,
    },
}

/// A value, typed by the key that it was found at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    Account(Account),
    Organization(Organization),
    User(ApiUser),
    Zone(Zone),
    Application(Box<Application>),
    Policy(Box<OwnedPolicy>),
    ServiceToken(Box<ServiceToken>),
    ApiToken(Box<ApiToken>),
    SigningKey(Box<SealedSigningKey>),
    DigestKey(SealedDigestKey),
    Settings(Settings),
    /// It says nothing but when it was put: generation and watermarks.
    Mark,
    Audit(Box<AuditRecord>),
    /// What was here was deleted.
    Deleted(Timestamp),
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

/// The stored form of every value: exactly one of `live` and `deleted` is there.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<T> {
    v: u32,
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    live: Option<T>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted: Option<Tombstone>,
}

enum Entry<T> {
    Live(T),
    Deleted(Tombstone),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tombstone {
    #[serde(with = "text::unix")]
    at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A stored form, and the value that it stands for at a key.
trait Wire: Serialize + DeserializeOwned {
    /// What identifies the record, which is in its key and not repeated in its value.
    type Id;
    type Value;

    fn from_value(value: &Self::Value) -> Self;
    fn into_value(self, id: Self::Id) -> Self::Value;
}

impl Record {
    /// The bytes to store.
    ///
    /// # Errors
    ///
    /// None in practice: every stored form is plain JSON.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Account(it) => live::<account::AccountWire>(it),
            Self::Organization(it) => live::<account::OrganizationWire>(it),
            Self::User(it) => live::<account::UserWire>(it),
            Self::Zone(it) => live::<account::ZoneWire>(it),
            Self::Application(it) => live::<application::ApplicationWire>(it),
            Self::Policy(it) => live::<policy::PolicyWire>(it),
            Self::ServiceToken(it) => live::<service_token::ServiceTokenWire>(it),
            Self::ApiToken(it) => live::<api_token::ApiTokenWire>(it),
            Self::SigningKey(it) => live::<secrets::SigningKeyWire>(it),
            Self::DigestKey(it) => live::<secrets::DigestKeyWire>(it),
            Self::Settings(it) => live::<settings::SettingsWire>(it),
            Self::Audit(it) => live::<audit::AuditWire>(it),
            Self::Mark => envelope(Entry::Live(Nothing {})),
            Self::Deleted(at) => envelope(Entry::<Nothing>::Deleted(Tombstone { at: *at })),
        }
    }

    /// What the bytes at `key` say.
    pub(crate) fn decode(key: &Key, bytes: &[u8]) -> Result<Self, RecordError> {
        use Record as R;
        match *key {
            Key::Account(id) => read::<account::AccountWire>(key, bytes, id, R::Account),
            Key::Organization(id) => read::<account::OrganizationWire>(key, bytes, id, R::Organization),
            Key::User(id) => read::<account::UserWire>(key, bytes, id, R::User),
            Key::Zone(id) => read::<account::ZoneWire>(key, bytes, id, R::Zone),
            Key::Application(id) => {
                read::<application::ApplicationWire>(key, bytes, id, |it| R::Application(it.into()))
            }
            Key::Policy(id) => read::<policy::PolicyWire>(key, bytes, id, |it| R::Policy(it.into())),
            Key::ServiceToken(owner, id) => {
                let id = (owner, id);
                read::<service_token::ServiceTokenWire>(key, bytes, id, |it| R::ServiceToken(it.into()))
            }
            Key::ApiToken(id) => read::<api_token::ApiTokenWire>(key, bytes, id, |it| R::ApiToken(it.into())),
            Key::SigningKey(id) => {
                read::<secrets::SigningKeyWire>(key, bytes, id, |it| R::SigningKey(it.into()))
            }
            Key::DigestKey => read::<secrets::DigestKeyWire>(key, bytes, (), R::DigestKey),
            Key::Settings => read::<settings::SettingsWire>(key, bytes, (), R::Settings),
            Key::Audit(_) => read::<audit::AuditWire>(key, bytes, (), |it| R::Audit(it.into())),
            Key::Generation | Key::Watermark(_) => match open::<Nothing>(key, bytes)? {
                Entry::Live(Nothing {}) => Ok(Self::Mark),
                Entry::Deleted(tombstone) => Ok(Self::Deleted(tombstone.at)),
            },
        }
    }
}

fn envelope<T: Serialize>(entry: Entry<T>) -> Result<Vec<u8>, serde_json::Error> {
    let (live, deleted) = match entry {
        Entry::Live(live) => (Some(live), None),
        Entry::Deleted(tombstone) => (None, Some(tombstone)),
    };
    serde_json::to_vec(&Envelope { v: VERSION, live, deleted })
}

fn live<W: Wire>(value: &W::Value) -> Result<Vec<u8>, serde_json::Error> {
    envelope(Entry::Live(W::from_value(value)))
}

fn open<T: DeserializeOwned>(key: &Key, bytes: &[u8]) -> Result<Entry<T>, RecordError> {
    let damaged = |cause| RecordError::Damaged { key: key.to_string(), cause };
    let Version { v } = serde_json::from_slice(bytes).map_err(damaged)?;
    if v != VERSION {
        return Err(RecordError::UnknownVersion { key: key.to_string(), version: v });
    }
    let envelope: Envelope<T> = serde_json::from_slice(bytes).map_err(damaged)?;
    match (envelope.live, envelope.deleted) {
        (Some(live), None) => Ok(Entry::Live(live)),
        (None, Some(tombstone)) => Ok(Entry::Deleted(tombstone)),
        _ => Err(damaged(serde_json::Error::custom("neither live nor deleted, or both"))),
    }
}

fn read<W: Wire>(
    key: &Key,
    bytes: &[u8],
    id: W::Id,
    record: impl FnOnce(W::Value) -> Record,
) -> Result<Record, RecordError> {
    match open::<W>(key, bytes)? {
        Entry::Live(wire) => Ok(record(wire.into_value(id))),
        Entry::Deleted(tombstone) => Ok(Record::Deleted(tombstone.at)),
    }
}

#[cfg(test)]
mod tests;
