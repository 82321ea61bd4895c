//! The contract.

use std::pin::Pin;

use portcullis_model::{Incarnation, Revision};

use crate::{
    Cause, CommitError, Committed, Counters, HistoryGaps, Key, KeyRange, Read, Scan, StoreError, Transaction,
    Watch, WatchError,
};

/// A boxed future, so that the trait can be used as `Arc<dyn Store>`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The history of record.
///
/// # Contract
///
/// - **One history.** Commits form one sequence. Each has a [`Revision`] above all earlier ones, also
///   across restarts, with the clock stepped back, and after failures. Revisions may skip.
/// - **Atomic.** A transaction is applied whole, at one revision, or not at all. Its conditions hold
///   just before it, with nothing in between.
/// - **Changes only.** A transaction that changes nothing (no writes, or only deletions of keys that
///   hold nothing) takes no revision and does not appear in a watch. Putting the same bytes again is
///   a change.
/// - **Durable, then visible.** A commit is returned, read or watched only once it would survive the
///   loss of power. The head never goes down.
/// - **Linearizable.** An operation that starts after another has ended sees at least what that one
///   returned, whichever of `get`, `scan`, `head`, `commit` and `watch` the two are.
/// - **A failed sync is final.** After an error that leaves it open what reached the disk, the kernel
///   may report the lost pages as clean, so asking again proves nothing. The commits that waited for it
///   are [`CommitError::Unconfirmed`], everything later is `Unavailable`, and [`failed`](Self::failed)
///   resolves; the owner must end the process, and the next opening tells what was applied.
///
/// # Cancel safety
///
/// Dropping the future of a `commit` leaves it open whether the transaction is applied, as
/// [`CommitError::Unconfirmed`] does. Dropping any other future has no effect.
pub trait Store: Send + Sync + 'static {
    /// Which history this is. It never changes while the store is open.
    fn incarnation(&self) -> Incarnation;

    /// Reads these keys, all at one revision.
    fn get<'a>(&'a self, keys: &'a [Key]) -> BoxFuture<'a, Result<Read, StoreError>>;

    /// Reads every record in these ranges, all at one revision: the snapshot from which a view starts.
    ///
    /// A [`watch`](Self::watch) after the revision of the answer continues it without a gap.
    fn scan<'a>(&'a self, ranges: &'a [KeyRange]) -> BoxFuture<'a, Result<Scan, StoreError>>;

    /// Applies a transaction and answers once it is durable.
    fn commit(&self, transaction: Transaction) -> BoxFuture<'_, Result<Committed, CommitError>>;

    /// Every commit after a revision, in order, each exactly once.
    ///
    /// `after` need not be the revision of a commit. A watcher never holds up a commit: one that is too
    /// slow for the history that is kept gets [`WatchError::Lagged`].
    fn watch(&self, after: Revision) -> BoxFuture<'_, Result<Watch, WatchError>>;

    /// The revision of the last commit, or [`Revision::ZERO`] if there never was one.
    ///
    /// It is the store's own head, asked linearizably, and no copy's.
    fn head(&self) -> BoxFuture<'_, Result<Revision, StoreError>>;

    /// Which revisions never existed, to prove that history was lost: see [`HistoryGaps::was_head`].
    fn history_gaps(&self) -> BoxFuture<'_, Result<HistoryGaps, StoreError>>;

    /// How many records were read and written since the store was opened.
    fn counters(&self) -> Counters;

    /// Resolves when the store has failed for good, with the reason.
    ///
    /// A store that can recover without a restart never resolves it. It stays pending when the
    /// store is closed.
    fn failed(&self) -> BoxFuture<'static, Cause>;
}
