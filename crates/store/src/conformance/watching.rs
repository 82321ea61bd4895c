//! What watchers are told.

use std::sync::Arc;

use futures_util::FutureExt;
use portcullis_model::Revision;

use super::{Medium, commit, find, key, opening, put};
use crate::{Commit, KeyRange, Opening, Watch, WatchError};

/// The next commits, checked to follow `after` one upon the other.
async fn chain(watch: &mut Watch, mut after: Revision, count: usize) -> Vec<Arc<Commit>> {
    let mut commits = Vec::new();
    for _ in 0..count {
        let commit = watch.next().await.unwrap();
        assert_eq!(commit.predecessor, after);
        assert!(commit.revision > after);
        after = commit.revision;
        commits.push(commit);
    }
    assert!(watch.next().now_or_never().is_none(), "a commit was told twice or never happened");
    commits
}

/// A watch from the start and one from each commit tell the rest of the same history.
pub async fn a_watch_tells_each_commit_once_in_order(medium: &dyn Medium) {
    let store = medium.open(opening());
    let mut revisions = vec![Revision::ZERO];
    for value in ["1", "2", "3", "4"] {
        revisions.push(commit(&*store, put("a", value).put(key(value), value).delete(key("1"))).await);
    }
    let all = chain(&mut store.watch(Revision::ZERO).await.unwrap(), Revision::ZERO, 4).await;
    assert_eq!(all.iter().map(|commit| commit.revision).collect::<Vec<_>>(), revisions[1..]);
    for (seen, &revision) in revisions.iter().enumerate() {
        let mut watch = store.watch(revision).await.unwrap();
        assert_eq!(chain(&mut watch, revision, all.len() - seen).await, all[seen..]);
    }
    // The second commit puts `2` and `a`; there is no `1` to delete, for the first put none.
    let changed: Vec<_> = all[1].changes.iter().map(|change| change.key.as_bytes()).collect();
    assert_eq!(changed, [b"2", b"a"]);
    assert_eq!(all[3].changes[1].record, find(&*store, "a").await);
}

/// Snapshot and watch together miss nothing and repeat nothing.
pub async fn a_watch_continues_a_scan(medium: &dyn Medium) {
    let first = commit(&*medium.open(opening()), put("a", "1")).await;
    let store = medium.open(opening());
    let scan = store.scan(&[KeyRange::prefix("")]).await.unwrap();
    assert_eq!(scan.revision, first);
    let mut watch = store.watch(scan.revision).await.unwrap();
    let second = commit(&*store, put("a", "2")).await;
    assert_eq!(chain(&mut watch, first, 1).await[0].revision, second);
}

/// A watcher at the head is woken by the next commit; giving up waiting loses nothing.
pub async fn a_watch_waits_for_what_comes(medium: &dyn Medium) {
    let store = medium.open(opening());
    let mut watch = store.watch(Revision::ZERO).await.unwrap();
    for value in 0..20 {
        assert!(watch.next().now_or_never().is_none());
        let committing = commit(&*store, put("a", &value.to_string()));
        let (told, committed) = futures_util::future::join(watch.next(), committing).await;
        assert_eq!(told.unwrap().revision, committed);
    }
}

/// A store that keeps little says how far back it reaches, and reaches that far.
pub async fn a_compacted_history_is_refused(medium: &dyn Medium) {
    let store = medium.open(Opening { watch_history_bytes: 2000, ..opening() });
    for value in 0..100 {
        commit(&*store, put("a", &value.to_string())).await;
    }
    let Err(WatchError::Compacted { oldest }) = store.watch(Revision::ZERO).await else {
        unreachable!("a hundred commits cannot be kept in 2000 bytes");
    };
    let told = store.watch(oldest).await.unwrap().next().await.unwrap();
    assert_eq!(told.predecessor, oldest);
    assert!(oldest < store.head().await.unwrap());
}

/// A watcher that stands still holds nobody up, and learns that it lost its place.
pub async fn a_slow_watcher_is_told_that_it_lagged(medium: &dyn Medium) {
    let store = medium.open(Opening { watch_history_bytes: 2000, ..opening() });
    let mut slow = store.watch(Revision::ZERO).await.unwrap();
    let mut quick = store.watch(Revision::ZERO).await.unwrap();
    let first = commit(&*store, put("a", "first")).await;
    assert_eq!(slow.next().await.unwrap().revision, first);
    for value in 0..100 {
        let revision = commit(&*store, put("a", &value.to_string())).await;
        while quick.next().await.unwrap().revision < revision {}
    }
    assert!(matches!(slow.next().await, Err(WatchError::Lagged)));
    assert!(matches!(slow.next().await, Err(WatchError::Lagged)));
    let large = "x".repeat(10_000);
    let revision = commit(&*store, put("a", &large)).await;
    assert_eq!(quick.next().await.unwrap().revision, revision);
}

/// Nothing can be told after a revision that is yet to come: whoever names it saw another history.
pub async fn a_revision_of_another_history_is_refused(medium: &dyn Medium) {
    let store = medium.open(opening());
    let last = commit(&*store, put("a", "1")).await;
    assert!(store.watch(last).await.is_ok());
    let refused = store.watch(last.next()).await;
    assert!(matches!(refused, Err(WatchError::AheadOfHead { head }) if head == last));
}

/// After the store is closed a watch tells what it had yet to tell, and then that it is over.
pub async fn a_watch_ends_with_its_store(medium: &dyn Medium) {
    let store = medium.open(opening());
    let mut watch = store.watch(Revision::ZERO).await.unwrap();
    let revision = commit(&*store, put("a", "1")).await;
    drop(store);
    assert_eq!(watch.next().await.unwrap().revision, revision);
    assert!(matches!(watch.next().await, Err(WatchError::Unavailable(_))));
    assert!(matches!(watch.next().await, Err(WatchError::Unavailable(_))));
}
