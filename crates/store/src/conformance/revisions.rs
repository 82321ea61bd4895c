//! The numbers of the commits.

use portcullis_model::{Incarnation, Revision};

use super::{Medium, NOON, commit, everything, find, opening, pairs, put};
use crate::{HistoryGap, Opening, Transaction};

/// Before the first commit the head is zero, and reads say so.
pub async fn an_empty_store_has_no_revision(medium: &dyn Medium) {
    let store = medium.open(opening());
    assert_eq!(store.head().await.unwrap(), Revision::ZERO);
    assert_eq!(store.get(&[]).await.unwrap().revision, Revision::ZERO);
    assert_eq!(store.scan(&[]).await.unwrap().revision, Revision::ZERO);
    let gaps = store.history_gaps().await.unwrap();
    assert!(gaps.gaps.is_empty() && gaps.was_head(Revision::ZERO) && !gaps.was_head(Revision::new(1)));
    assert_eq!(commit(&*store, Transaction::new()).await, Revision::ZERO);
    assert!(commit(&*store, put("a", "1")).await >= Revision::new(NOON));
}

/// Every opening starts above all that was, and not before its own time.
pub async fn revisions_rise_across_openings_whatever_the_clock(medium: &dyn Medium) {
    let mut last = Revision::ZERO;
    for unix_us in [NOON, NOON + 1000, NOON, 0, NOON + 500, NOON + 2000] {
        let store = medium.open(Opening { unix_us, ..opening() });
        assert_eq!(store.head().await.unwrap(), last);
        for _ in 0..3 {
            let revision = commit(&*store, put("a", "1")).await;
            assert!(revision > last && revision >= Revision::new(unix_us));
            last = revision;
        }
        assert_eq!(find(&*store, "a").await.unwrap().modified, last);
    }
}

/// An opening that commits nothing changes neither head nor gaps.
pub async fn an_opening_without_a_commit_leaves_no_trace(medium: &dyn Medium) {
    let head = commit(&*medium.open(opening()), put("a", "1")).await;
    let before = medium.open(Opening { unix_us: NOON + 10, ..opening() }).history_gaps().await.unwrap();
    let store = medium.open(Opening { unix_us: NOON + 20, ..opening() });
    assert_eq!(store.head().await.unwrap(), head);
    assert_eq!(store.history_gaps().await.unwrap(), before);
    assert_eq!(everything(&*store).await, pairs([("a", "1")]));
}

/// Every jump is recorded with the first commit after it; where there was none, nothing is.
pub async fn the_gaps_tell_which_revisions_never_were(medium: &dyn Medium) {
    let mut expected = Vec::new();
    let mut last = Revision::ZERO;
    for unix_us in [NOON, NOON + 1000, NOON, NOON + 2000] {
        let store = medium.open(Opening { unix_us, ..opening() });
        let first = commit(&*store, put("a", "1")).await;
        if first > last.next() {
            expected.push(HistoryGap { after: last, until: first });
        }
        last = commit(&*store, put("a", "2")).await;
        let known = store.history_gaps().await.unwrap();
        assert_eq!((known.head, &known.gaps), (last, &expected));
        assert!(known.was_head(first) && known.was_head(last) && !known.was_head(last.next()));
    }
}

/// The incarnation is given at creation; later openings find it.
pub async fn the_incarnation_stays(medium: &dyn Medium) {
    let [first, second] = [1, 2].map(|byte| Incarnation::from_bytes([byte; 16]));
    let store = medium.open(Opening::new(first, NOON));
    commit(&*store, put("a", "1")).await;
    assert_eq!(store.incarnation(), first);
    drop(store);
    assert_eq!(medium.open(Opening::new(second, NOON)).incarnation(), first);
}
