//! Random histories, on a store and on the reference at once.

use std::sync::Arc;

use portcullis_model::Revision;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::{Medium, NOON, opening};
use crate::{
    CommitError, Condition, Key, KeyRange, MemoryDisk, MemoryStore, Opening, Store, Stored, Transaction,
    Watch,
};

/// One thing that happens to a store.
#[derive(Clone, Debug)]
enum Event {
    Commit {
        conditions: Vec<(u8, Wanted)>,
        writes: Vec<(u8, Option<u8>)>,
    },
    /// The store is closed and opened again at this time.
    Reopen {
        unix_us: u64,
    },
}

/// A condition, on a key that is named beside it.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Absent,
    Present,
    /// Modified by the commit that is so many before the last.
    ModifiedBack(usize),
}

impl Medium for MemoryDisk {
    fn open(&self, opening: Opening) -> Arc<dyn Store> {
        Arc::new(MemoryStore::open(self, opening))
    }
}

/// Every answer, every watched commit and the final contents are those of the reference.
///
/// Revisions are compared by their place in the history, for stores may number differently.
pub fn random_histories_agree_with_the_reference<M: Medium>(fresh: impl Fn() -> M) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&vec(event(), 1..40), |events| {
        let (medium, disk) = (fresh(), MemoryDisk::new());
        runtime.block_on(async {
            let observed = replay(&medium, &events).await;
            prop_assert_eq!(observed, replay(&disk, &events).await);
            Ok::<_, TestCaseError>(())
        })
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

fn event() -> impl Strategy<Value = Event> {
    let wanted = prop_oneof![
        Just(Wanted::Absent),
        Just(Wanted::Present),
        Just(Wanted::Present),
        (0..3_usize).prop_map(Wanted::ModifiedBack),
    ];
    let commit = (vec((0..4_u8, wanted), 0..3), vec((0..4_u8, any::<Option<u8>>()), 0..4));
    prop_oneof![
        8 => commit.prop_map(|(conditions, writes)| Event::Commit { conditions, writes }),
        1 => (0..3_u64).prop_map(|step| Event::Reopen { unix_us: NOON - 1000 + step * 1000 }),
    ]
}

/// A record with its revisions as places in the history.
type Placed = (Vec<u8>, Option<(Vec<u8>, usize, usize)>);

/// What can be seen from outside of one event.
#[derive(Debug, PartialEq)]
enum Observed {
    Conflict,
    Committed { place: usize, previous: Vec<Placed>, told: Vec<Placed>, contents: Vec<Placed> },
    Opened { place: usize, contents: Vec<Placed> },
}

struct Replay {
    store: Arc<dyn Store>,
    watch: Watch,
    commits: Vec<Revision>,
}

async fn replay(medium: &dyn Medium, events: &[Event]) -> Vec<Observed> {
    let store = medium.open(opening());
    let watch = store.watch(Revision::ZERO).await.unwrap();
    let mut replay = Replay { store, watch, commits: vec![Revision::ZERO] };
    let mut observed = Vec::new();
    for event in events {
        match event {
            Event::Commit { conditions, writes } => {
                let transaction = replay.transaction(conditions, writes);
                observed.push(replay.commit(transaction).await);
            }
            Event::Reopen { unix_us } => {
                let Replay { store, commits, .. } = replay;
                drop(store);
                let store = medium.open(Opening { unix_us: *unix_us, ..opening() });
                let head = store.head().await.unwrap();
                let watch = store.watch(head).await.unwrap();
                replay = Replay { store, watch, commits };
                observed
                    .push(Observed::Opened { place: replay.place(head), contents: replay.contents().await });
            }
        }
    }
    observed
}

impl Replay {
    fn transaction(&self, conditions: &[(u8, Wanted)], writes: &[(u8, Option<u8>)]) -> Transaction {
        let conditions = conditions.iter().map(|(name, wanted)| match wanted {
            Wanted::Absent => Condition::Absent(Key::new([*name])),
            Wanted::Present => Condition::Present(Key::new([*name])),
            Wanted::ModifiedBack(back) => Condition::ModifiedAt(
                Key::new([*name]),
                self.commits[(self.commits.len() - 1).saturating_sub(*back)],
            ),
        });
        let transaction = conditions.fold(Transaction::new(), Transaction::require);
        writes.iter().fold(transaction, |transaction, (name, value)| match value {
            Some(value) => transaction.put(Key::new([*name]), [*value]),
            None => transaction.delete(Key::new([*name])),
        })
    }

    async fn commit(&mut self, transaction: Transaction) -> Observed {
        let committed = match self.store.commit(transaction).await {
            Ok(committed) => committed,
            Err(error) => {
                assert!(matches!(error, CommitError::Conflict), "{error}");
                return Observed::Conflict;
            }
        };
        let mut told = Vec::new();
        if committed.revision > self.commits[self.commits.len() - 1] {
            let commit = self.watch.next().await.unwrap();
            assert_eq!(
                (commit.predecessor, commit.revision),
                (self.commits[self.commits.len() - 1], committed.revision)
            );
            self.commits.push(committed.revision);
            told = commit
                .changes
                .iter()
                .map(|change| self.placed(&change.key, change.record.as_ref()))
                .collect();
        }
        let previous =
            committed.previous.iter().map(|(key, stored)| self.placed(key, Some(stored))).collect();
        let place = self.place(committed.revision);
        Observed::Committed { place, previous, told, contents: self.contents().await }
    }

    async fn contents(&self) -> Vec<Placed> {
        let scan = self.store.scan(&[KeyRange::prefix("")]).await.unwrap();
        scan.records.iter().map(|(key, stored)| self.placed(key, Some(stored))).collect()
    }

    fn placed(&self, key: &Key, record: Option<&Stored>) -> Placed {
        let record = record
            .map(|stored| (stored.value.clone(), self.place(stored.created), self.place(stored.modified)));
        (key.as_bytes().to_vec(), record)
    }

    fn place(&self, revision: Revision) -> usize {
        self.commits.binary_search(&revision).unwrap()
    }
}
