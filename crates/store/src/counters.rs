//! How much work the store did.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many records a store has touched since it was opened.
///
/// This is what shows that an operation has constant cost. Only records count: the store's own
/// bookkeeping, one small row for each group of commits, does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Records looked up or scanned, found or not, by reads and by commits.
    pub read: u64,
    /// Records put or deleted.
    pub written: u64,
}

/// The counters of one store, counted by several threads.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    read: AtomicU64,
    written: AtomicU64,
}

impl Tally {
    pub(crate) fn add_read(&self, records: usize) {
        self.read.fetch_add(records as u64, Ordering::Relaxed);
    }

    pub(crate) fn add_written(&self, records: usize) {
        self.written.fetch_add(records as u64, Ordering::Relaxed);
    }

    pub(crate) fn counters(&self) -> Counters {
        Counters { read: self.read.load(Ordering::Relaxed), written: self.written.load(Ordering::Relaxed) }
    }
}
