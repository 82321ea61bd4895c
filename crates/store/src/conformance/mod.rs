//! The suite that every implementation of [`Store`](crate::Store) must pass.
//!
//! An implementation says how it is opened ([`Medium`]) and calls [`conformance_suite!`](crate::conformance_suite)
//! in a test; each claim of the contract becomes one test.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "this is a test suite: to panic is how it speaks"
)]

use std::sync::Arc;

use portcullis_model::{Incarnation, Revision};

use crate::{Key, KeyRange, Opening, Store, Stored, Transaction};

pub mod concurrency;
pub mod histories;
pub mod reads;
pub mod revisions;
pub mod transactions;
pub mod watching;

/// What a store keeps its history on. A fresh one is empty.
pub trait Medium: Send + Sync {
    /// Opens the store. The one opened before is gone by then.
    fn open(&self, opening: Opening) -> Arc<dyn Store>;
}

/// Declares one test for each claim of the suite; `$medium` makes a fresh [`Medium`].
#[macro_export]
macro_rules! conformance_suite {
    ($medium:expr) => {
        $crate::conformance_suite!(@cases $medium,
            transactions: [
                a_transaction_takes_effect_whole_or_not_at_all,
                each_condition_holds_or_conflicts,
                creation_and_modification_are_told_apart,
                the_previous_values_are_returned,
                what_changes_nothing_takes_no_revision,
            ],
            reads: [
                a_get_answers_in_the_order_asked,
                a_scan_meets_each_record_once_in_order,
                a_read_shows_one_revision,
                the_work_is_constant_and_counted,
            ],
            revisions: [
                an_empty_store_has_no_revision,
                revisions_rise_across_openings_whatever_the_clock,
                an_opening_without_a_commit_leaves_no_trace,
                the_gaps_tell_which_revisions_never_were,
                the_incarnation_stays,
            ],
            watching: [
                a_watch_tells_each_commit_once_in_order,
                a_watch_continues_a_scan,
                a_watch_waits_for_what_comes,
                a_compacted_history_is_refused,
                a_slow_watcher_is_told_that_it_lagged,
                a_revision_of_another_history_is_refused,
                a_watch_ends_with_its_store,
            ],
            concurrency: [
                one_of_many_creators_wins,
                concurrent_writers_form_one_history,
                reads_among_writes_are_linearizable,
            ],
        );
    };
    (@cases $medium:expr, $($module:ident: [$($case:ident,)*],)*) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::conformance::$module::$case(&$medium).await;
            }
        )*)*
    };
}

/// The time at which the suite opens stores unless a case is about time.
const NOON: u64 = 1_800_000_000_000_000;

fn opening() -> Opening {
    Opening::new(Incarnation::from_bytes([7; 16]), NOON)
}

fn key(name: &str) -> Key {
    Key::new(name)
}

fn put(name: &str, value: &str) -> Transaction {
    Transaction::new().put(key(name), value)
}

async fn commit(store: &dyn Store, transaction: Transaction) -> Revision {
    store.commit(transaction).await.unwrap().revision
}

async fn find(store: &dyn Store, name: &str) -> Option<Stored> {
    store.get(&[key(name)]).await.unwrap().values.remove(0)
}

/// Everything in the store, as text.
async fn everything(store: &dyn Store) -> Vec<(String, String)> {
    let scan = store.scan(&[KeyRange::prefix("")]).await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    scan.records.iter().map(|(key, stored)| (text(key.as_bytes()), text(&stored.value))).collect()
}

fn pairs<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}
