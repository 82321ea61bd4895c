//! The reference: a map, a number and a lock.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portcullis_model::{Incarnation, Revision};

use crate::counters::Tally;
use crate::history::History;
use crate::{
    BoxFuture, Cause, Change, Commit, CommitError, Committed, Counters, HistoryGap, HistoryGaps, Key,
    KeyRange, Opening, Read, Scan, Store, StoreError, Stored, Transaction, Watch, WatchError,
};

/// What a [`MemoryStore`] leaves behind when it is closed: the medium that it can be opened on again.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk(Arc<Mutex<Contents>>);

#[derive(Debug, Default)]
struct Contents {
    incarnation: Option<Incarnation>,
    records: BTreeMap<Key, Stored>,
    head: Revision,
    gaps: Vec<HistoryGap>,
}

impl MemoryDisk {
    /// An empty medium.
    pub fn new() -> Self {
        Self::default()
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The contract in its simplest form, for tests: everything happens under one lock.
///
/// It keeps every promise of [`Store`] but durability: a [`MemoryDisk`] ends with the process.
#[derive(Debug)]
pub struct MemoryStore {
    incarnation: Incarnation,
    disk: MemoryDisk,
    first_revision: Revision,
    history: History,
    tally: Tally,
}

impl MemoryStore {
    /// Opens the store on `disk`. At most one store may be open on it at a time.
    pub fn open(disk: &MemoryDisk, opening: Opening) -> Self {
        let mut contents = disk.contents();
        let incarnation = *contents.incarnation.get_or_insert(opening.incarnation);
        let head = contents.head;
        drop(contents);
        Self {
            incarnation,
            disk: disk.clone(),
            first_revision: opening.first_revision(head),
            history: History::new(head, opening.watch_history_bytes),
            tally: Tally::default(),
        }
    }

    fn apply(&self, transaction: Transaction) -> Result<Committed, CommitError> {
        let mut contents = self.disk.contents();
        self.tally.add_read(transaction.touched().len());
        if !transaction
            .conditions()
            .iter()
            .all(|condition| condition.holds(contents.records.get(condition.key())))
        {
            return Err(CommitError::Conflict);
        }
        let predecessor = contents.head;
        let revision = predecessor.next().max(self.first_revision);
        let mut previous = BTreeMap::new();
        let mut changes = Vec::new();
        for (key, value) in transaction.into_writes() {
            let before = contents.records.remove(&key);
            if before.is_none() && value.is_none() {
                continue;
            }
            let created = before.as_ref().map_or(revision, |stored| stored.created);
            let record = value.map(|value| Stored { value, created, modified: revision });
            if let Some(stored) = &record {
                contents.records.insert(key.clone(), stored.clone());
            }
            if let Some(stored) = before {
                previous.insert(key.clone(), stored);
            }
            changes.push(Change { key, record });
        }
        if changes.is_empty() {
            return Ok(Committed { revision: predecessor, previous });
        }
        self.tally.add_written(changes.len());
        contents.head = revision;
        if revision > predecessor.next() {
            contents.gaps.push(HistoryGap { after: predecessor, until: revision });
        }
        // Still under the lock, so that commits are published in their order.
        self.history.publish(Commit { revision, predecessor, changes });
        Ok(Committed { revision, previous })
    }

    fn read(&self, keys: &[Key]) -> Read {
        self.tally.add_read(keys.len());
        let contents = self.disk.contents();
        let values = keys.iter().map(|key| contents.records.get(key).cloned()).collect();
        Read { revision: contents.head, values }
    }

    fn read_ranges(&self, ranges: &[KeyRange]) -> Scan {
        let contents = self.disk.contents();
        let wanted = |key: &Key| ranges.iter().any(|range| range.contains(key));
        let records: Vec<_> = (contents.records.iter().filter(|(key, _)| wanted(key)))
            .map(|(key, stored)| (key.clone(), stored.clone()))
            .collect();
        self.tally.add_read(records.len());
        Scan { revision: contents.head, records }
    }
}

impl Store for MemoryStore {
    fn incarnation(&self) -> Incarnation {
        self.incarnation
    }

    fn get<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Result<Read, StoreError>> {
        Box::pin(ready(Ok(self.read(keys))))
    }

    fn scan<'a>(&'a self, ranges: &'a [KeyRange]) -> BoxFuture<'a, Result<Scan, StoreError>> {
        Box::pin(ready(Ok(self.read_ranges(ranges))))
    }

    fn commit(&self, transaction: Transaction) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move { self.apply(transaction) })
    }

    fn watch(&self, after: Revision) -> BoxFuture<'_, Result<Watch, WatchError>> {
        Box::pin(ready(self.history.watch(after)))
    }

    fn head(&self) -> BoxFuture<'_, Result<Revision, StoreError>> {
        Box::pin(ready(Ok(self.disk.contents().head)))
    }

    fn history_gaps(&self) -> BoxFuture<'_, Result<HistoryGaps, StoreError>> {
        let contents = self.disk.contents();
        let gaps = HistoryGaps { head: contents.head, gaps: contents.gaps.clone() };
        Box::pin(ready(Ok(gaps)))
    }

    fn counters(&self) -> Counters {
        self.tally.counters()
    }

    fn failed(&self) -> BoxFuture<'static, Cause> {
        Box::pin(self.history.failed())
    }
}
