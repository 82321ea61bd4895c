//! Opening a control node on a store.

use std::sync::Arc;

use arc_swap::ArcSwap;
use portcullis_feed::{Hub, HubOptions};
use portcullis_model::{Action, Revision};
use portcullis_store::{CommitError, Condition, Store, StoreError, Transaction, WatchError};
use portcullis_token::{HashKey, SecretHasher};
use tokio::sync::{Mutex, Semaphore, watch};

use super::{Applier, Control, ControlOptions, CurrentState, Inner};
use crate::commit::{CommitFailed, Origin};
use crate::history::History;
use crate::keyring::Keyring;
use crate::records::{Key, Record, RecordError, Settings};
use crate::state::{Source, State, StateError};

/// How many signatures are made at once: each takes half a millisecond of one core.
const SIGNATURES_AT_ONCE: usize = 4;

/// Why a control node could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store did not answer.
    #[error("the store could not be read")]
    Store(#[from] StoreError),
    /// The store's history cannot be followed.
    #[error("the store cannot be followed")]
    Watch(#[from] WatchError),
    /// What is stored cannot be read: the node refuses to start.
    #[error("the store's content cannot be used")]
    State(#[from] StateError),
    /// The first records could not be made.
    #[error("the store could not be prepared")]
    Preparation(#[source] CommitFailed),
    /// The first records could not be written.
    #[error("the store could not be written")]
    Commit(#[from] CommitError),
}

impl From<RecordError> for OpenError {
    fn from(error: RecordError) -> Self {
        Self::State(error.into())
    }
}

impl Control {
    /// Reads the whole state from the store, and makes the feed that it is published on.
    ///
    /// A store that has none yet gets its settings and the key for digests of secrets.
    pub async fn open(options: ControlOptions) -> Result<(Self, Applier), OpenError> {
        let keyring = Arc::new(Keyring::new(options.key_encryption_key));
        let first = FirstRecords {
            store: &*options.store,
            keyring: &keyring,
            origin: Origin::server(&*options.clock),
        };
        let hasher = Arc::new(SecretHasher::new(&first.digest_key().await?));
        let earlier = first.settings(options.lease_max).await?;
        let source = Source { incarnation: options.store.incarnation(), keyring, hasher };

        let scan = options.store.scan(&Key::state_ranges()).await?;
        let watch = options.store.watch(scan.revision).await?;
        let state = Arc::new(CurrentState(ArcSwap::from_pointee(State::load(&scan, &source)?)));
        let hub = Hub::new(HubOptions {
            clock: options.clock.clone(),
            lease_max: options.lease_max,
            earlier_leases: options.has_remote_gates.then_some(earlier.longest_lease),
            source: state.clone(),
        });
        let (published, receiver) = watch::channel(scan.revision);
        let inner = Arc::new(Inner {
            store: options.store,
            clock: options.clock,
            source,
            hub,
            history: History::default(),
            configuration: Mutex::new(()),
            signing: Arc::new(Semaphore::new(SIGNATURES_AT_ONCE)),
            state,
            published: receiver,
        });
        Ok((Self { inner: inner.clone() }, Applier { inner, watch, published }))
    }
}

/// What has to be in the store before there is a state.
struct FirstRecords<'a> {
    store: &'a dyn Store,
    keyring: &'a Keyring,
    origin: Origin,
}

impl FirstRecords<'_> {
    /// The key for digests; made by the first node that opens the store.
    async fn digest_key(&self) -> Result<HashKey, OpenError> {
        if let Some((record, _)) = self.find(&Key::DigestKey).await? {
            return self.open_digest_key(&record);
        }
        let key =
            HashKey::generate().map_err(|error| OpenError::Preparation(CommitFailed::preparation(error)))?;
        let record = Record::DigestKey(self.keyring.seal_digest_key(&key).map_err(OpenError::Preparation)?);
        let absent = Condition::Absent(Key::DigestKey.encode());
        match self.put(absent, Key::DigestKey, &record, Action::CreateKey).await {
            Ok(()) => Ok(key),
            Err(OpenError::Commit(CommitError::Conflict)) => match self.find(&Key::DigestKey).await? {
                Some((record, _)) => self.open_digest_key(&record),
                None => Err(CommitError::Conflict.into()),
            },
            Err(error) => Err(error),
        }
    }

    fn open_digest_key(&self, record: &Record) -> Result<HashKey, OpenError> {
        match record {
            Record::DigestKey(sealed) => Ok(self.keyring.open_digest_key(sealed)?),
            _ => {
                Err(RecordError::Inconsistent { key: Key::DigestKey.to_string(), reason: "it holds no key" }
                    .into())
            }
        }
    }

    /// Writes `lease_max` down before any gate is granted one; the answer is what earlier runs had.
    async fn settings(&self, lease_max: std::time::Duration) -> Result<Settings, OpenError> {
        let found = self.find(&Key::Settings).await?;
        let earlier = match &found {
            Some((Record::Settings(settings), _)) => *settings,
            Some(_) => {
                let reason = "it holds no settings";
                return Err(RecordError::Inconsistent { key: Key::Settings.to_string(), reason }.into());
            }
            None => Settings::default(),
        };
        let wanted = Settings { lease_max, longest_lease: earlier.longest_lease.max(lease_max) };
        if found.is_none() || wanted != earlier {
            let key = Key::Settings.encode();
            let unchanged = match found {
                Some((_, modified)) => Condition::ModifiedAt(key, modified),
                None => Condition::Absent(key),
            };
            self.put(unchanged, Key::Settings, &Record::Settings(wanted), Action::Bootstrap).await?;
        }
        Ok(earlier)
    }

    async fn find(&self, key: &Key) -> Result<Option<(Record, Revision)>, OpenError> {
        let read = self.store.get(&[key.encode()]).await?;
        let Some(stored) = read.values.into_iter().next().flatten() else { return Ok(None) };
        Ok(Some((Record::decode(key, &stored.value)?, stored.modified)))
    }

    async fn put(
        &self,
        condition: Condition,
        key: Key,
        record: &Record,
        action: Action,
    ) -> Result<(), OpenError> {
        let encoded =
            record.encode().map_err(|error| OpenError::Preparation(CommitFailed::preparation(error)))?;
        let transaction = Transaction::new().require(condition).put(key.encode(), encoded);
        let transaction = self.origin.audit(transaction, action).map_err(OpenError::Preparation)?;
        self.store.commit(transaction).await?;
        Ok(())
    }
}
