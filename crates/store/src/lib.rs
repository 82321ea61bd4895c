//! The history of record: a key-value store whose every commit has a revision.
//!
//! [`Store`] is the contract. It is cut so that etcd can keep it as well as a local file: create and
//! modify revisions, transactions with comparisons, and an ordered watch over a history that is
//! compacted. [`MemoryStore`] is the small reference, [`SqliteStore`] the embedded store, and
//! `conformance` (feature `conformance`) the suite that each implementation must pass.
//!
//! Bytes go in and bytes come out; what they mean is the business of `control`.

#[cfg(feature = "conformance")]
pub mod conformance;
mod counters;
mod error;
mod gap;
mod history;
mod key;
mod memory;
mod opening;
mod record;
pub mod sqlite;
mod store;
mod transaction;
mod watch;

pub use counters::Counters;
pub use error::{Cause, CommitError, StoreError, WatchError};
pub use gap::{HistoryGap, HistoryGaps};
pub use key::{Key, KeyRange};
pub use memory::{MemoryDisk, MemoryStore};
pub use opening::{Opening, WATCH_HISTORY_BYTES};
pub use record::{Read, Scan, Stored};
pub use sqlite::{OpenError, SqliteStore};
pub use store::{BoxFuture, Store};
pub use transaction::{Committed, Condition, Transaction};
pub use watch::{Change, Commit, Watch};
