//! The embedded store: one SQLite file in write-ahead mode.
//!
//! One thread writes. It takes whatever has queued up, applies each transaction with its own
//! conditions and its own revision, and makes all of them durable with one sync. A few threads read, on
//! connections of their own. `History` stands between the file and everybody else: it is told of a
//! commit after its sync, and nothing that is read leaves before the history has reached it.

mod apply;
mod create;
mod folder;
mod identity;
mod open;
mod query;
mod readers;
mod writer;

use std::fmt;
use std::sync::Arc;

use portcullis_model::{Incarnation, Revision};

pub use open::{OpenError, Tuning};

use self::folder::FolderLock;
use self::readers::Readers;
use self::writer::WriterThread;
use crate::counters::Tally;
use crate::history::History;
use crate::key::{Key, KeyRange};
use crate::{
    BoxFuture, Cause, CommitError, Committed, Counters, HistoryGaps, Read, Scan, Store, StoreError,
    Transaction, Watch, WatchError,
};

/// The store in one file, for a single server.
///
/// Dropping it finishes what is queued, closes the file and gives the folder free. That blocks for as
/// long as the disk takes.
pub struct SqliteStore {
    incarnation: Incarnation,
    history: Arc<History>,
    tally: Arc<Tally>,
    // Fields are dropped in this order: the writer closes the file last, and the folder stays locked
    // until it has.
    readers: Readers,
    writer: WriterThread,
    _lock: FolderLock,
}

impl SqliteStore {
    /// Runs `query` on one snapshot, and lets the answer out once the history has reached it.
    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
        revision: impl FnOnce(&T) -> Revision,
    ) -> Result<T, StoreError> {
        self.history.head().map_err(StoreError::Unavailable)?;
        let answer = self.readers.read(query).await.map_err(StoreError::Unavailable)?;
        // A reader's connection may see a commit a moment before its writer knows that it is durable.
        self.history.reached(revision(&answer)).await.map_err(StoreError::Unavailable)?;
        Ok(answer)
    }
}

impl Store for SqliteStore {
    fn incarnation(&self) -> Incarnation {
        self.incarnation
    }

    fn get<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Result<Read, StoreError>> {
        self.tally.add_read(keys.len());
        let keys = keys.to_vec();
        Box::pin(self.read(move |snapshot| query::get(snapshot, &keys), |read| read.revision))
    }

    fn scan<'a>(&'a self, ranges: &'a [KeyRange]) -> BoxFuture<'a, Result<Scan, StoreError>> {
        let ranges = KeyRange::without_overlap(ranges);
        Box::pin(async move {
            let scan =
                self.read(move |snapshot| query::scan(snapshot, &ranges), |scan| scan.revision).await?;
            self.tally.add_read(scan.records.len());
            Ok(scan)
        })
    }

    fn commit(&self, transaction: Transaction) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            self.history.head().map_err(CommitError::Unavailable)?;
            self.writer.commit(transaction).await
        })
    }

    fn watch(&self, after: Revision) -> BoxFuture<'_, Result<Watch, WatchError>> {
        Box::pin(std::future::ready(self.history.watch(after)))
    }

    fn head(&self) -> BoxFuture<'_, Result<Revision, StoreError>> {
        Box::pin(std::future::ready(self.history.head().map_err(StoreError::Unavailable)))
    }

    fn history_gaps(&self) -> BoxFuture<'_, Result<HistoryGaps, StoreError>> {
        Box::pin(self.read(query::history_gaps, |gaps| gaps.head))
    }

    fn counters(&self) -> Counters {
        self.tally.counters()
    }

    fn failed(&self) -> BoxFuture<'static, Cause> {
        Box::pin(self.history.failed())
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("incarnation", &self.incarnation).finish_non_exhaustive()
    }
}
