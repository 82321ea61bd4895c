//! A store that fails when it is told to.

use std::sync::Arc;

use parking_lot::Mutex;
use portcullis_model::{Incarnation, Revision};
use portcullis_store::{
    BoxFuture, Cause, CommitError, Committed, Counters, HistoryGaps, Key, KeyRange, MemoryStore, Read, Scan,
    Store, StoreError, Transaction, Watch, WatchError,
};

/// How commits fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nothing is written.
    Unavailable,
    /// It is written, and nobody says so.
    Unconfirmed,
}

/// The store in memory, whose commits can be made to fail.
pub(crate) struct FailingStore {
    inner: MemoryStore,
    failure: Mutex<Option<Failure>>,
}

#[derive(Debug, thiserror::Error)]
#[error("the disk is on fire")]
struct OnFire;

impl FailingStore {
    pub(crate) fn new(inner: MemoryStore) -> Self {
        Self { inner, failure: Mutex::new(None) }
    }

    pub(crate) fn fail(&self, unconfirmed: bool) {
        *self.failure.lock() = Some(if unconfirmed { Failure::Unconfirmed } else { Failure::Unavailable });
    }
}

impl Store for FailingStore {
    fn incarnation(&self) -> Incarnation {
        self.inner.incarnation()
    }

    fn get<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Result<Read, StoreError>> {
        self.inner.get(keys)
    }

    fn scan<'a>(&'a self, ranges: &'a [KeyRange]) -> BoxFuture<'a, Result<Scan, StoreError>> {
        self.inner.scan(ranges)
    }

    fn commit(&self, transaction: Transaction) -> BoxFuture<'_, Result<Committed, CommitError>> {
        let failure = *self.failure.lock();
        Box::pin(async move {
            match failure {
                None => self.inner.commit(transaction).await,
                Some(Failure::Unavailable) => Err(CommitError::Unavailable(Arc::new(OnFire))),
                Some(Failure::Unconfirmed) => {
                    self.inner.commit(transaction).await?;
                    Err(CommitError::Unconfirmed(Arc::new(OnFire)))
                }
            }
        })
    }

    fn watch(&self, after: Revision) -> BoxFuture<'_, Result<Watch, WatchError>> {
        self.inner.watch(after)
    }

    fn head(&self) -> BoxFuture<'_, Result<Revision, StoreError>> {
        self.inner.head()
    }

    fn history_gaps(&self) -> BoxFuture<'_, Result<HistoryGaps, StoreError>> {
        self.inner.history_gaps()
    }

    fn counters(&self) -> Counters {
        self.inner.counters()
    }

    fn failed(&self) -> BoxFuture<'static, Cause> {
        self.inner.failed()
    }
}
