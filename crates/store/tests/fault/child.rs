//! What runs on the failing disk.

use std::path::Path;

use futures_util::FutureExt;
use portcullis_model::Incarnation;
use portcullis_store::sqlite::Tuning;
use portcullis_store::{CommitError, Committed, Key, Opening, SqliteStore, Store, Transaction};

/// Commits one after the other, with a checkpoint among them, before the store is opened again.
pub(crate) const FIRST: std::ops::Range<usize> = 0..3;
/// And after.
pub(crate) const SECOND: std::ops::Range<usize> = 3..5;
/// Commits that are under way at the same time.
pub(crate) const TOGETHER: std::ops::Range<usize> = 5..8;

/// The whole life of a child. Everything it has to say is a line on standard output.
pub(crate) fn run(folder: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let Some(store) = open(folder) else { return };
        if !one_by_one(&store, FIRST).await {
            return;
        }
        drop(store);
        let Some(store) = open(folder) else { return };
        if one_by_one(&store, SECOND).await {
            together(&store).await;
        }
    });
}

fn open(folder: &Path) -> Option<SqliteStore> {
    let opening = Opening::new(Incarnation::from_bytes([7; 16]), 1_000_000);
    let tuning = Tuning { checkpoint_pages: 15, readers: 1 };
    let store = SqliteStore::open_tuned(folder, opening, tuning);
    store.inspect_err(|error| println!("refused {error}")).ok()
}

/// The commit with this number: two records of its own, and one that all of them put.
pub(crate) fn transaction(number: usize) -> Transaction {
    let [left, right] = keys(number);
    let value = value(number);
    Transaction::new().put(left, value.clone()).put(right, value).put(Key::new("latest"), number.to_string())
}

/// What the records of a commit hold: enough that they fill several pages.
pub(crate) fn value(number: usize) -> String {
    number.to_string().repeat(900)
}

/// The records that are there together or not at all.
pub(crate) fn keys(number: usize) -> [Key; 2] {
    // Far apart, so that they lie on different pages.
    [Key::new(format!("left/{number:02}")), Key::new(format!("right/{number:02}"))]
}

async fn one_by_one(store: &SqliteStore, numbers: std::ops::Range<usize>) -> bool {
    for number in numbers {
        let answer = store.commit(transaction(number)).await;
        report(number, &answer);
        if answer.is_err() {
            expect_the_end(store).await;
            return false;
        }
    }
    true
}

async fn together(store: &SqliteStore) {
    let commits = TOGETHER.map(|number| async move {
        let answer = store.commit(transaction(number)).await;
        report(number, &answer);
        answer.is_ok()
    });
    if !futures_util::future::join_all(commits).await.into_iter().all(|acknowledged| acknowledged) {
        expect_the_end(store).await;
    }
}

fn report(number: usize, answer: &Result<Committed, CommitError>) {
    match answer {
        Ok(committed) => println!("ack {number} {}", committed.revision),
        Err(CommitError::Unavailable(_)) => println!("unavailable {number}"),
        Err(CommitError::Unconfirmed(_)) => println!("unconfirmed {number}"),
        Err(CommitError::Conflict) => println!("violation: {number} conflicts"),
    }
}

/// After a failure nothing works any more, and the owner is told.
async fn expect_the_end(store: &SqliteStore) {
    if !matches!(store.commit(transaction(99)).await, Err(CommitError::Unavailable(_))) {
        println!("violation: a commit after the failure");
    }
    if store.get(&[]).await.is_ok() || store.head().await.is_ok() {
        println!("violation: a read after the failure");
    }
    if store.failed().now_or_never().is_none() {
        println!("violation: the owner is not told");
    }
}
