//! What one commit does.

use portcullis_model::Revision;

use super::{Medium, commit, everything, find, key, opening, pairs, put};
use crate::{CommitError, Condition, Transaction};

/// Either every write of a transaction is there or none is, whichever condition fails.
pub async fn a_transaction_takes_effect_whole_or_not_at_all(medium: &dyn Medium) {
    let store = medium.open(opening());
    commit(&*store, put("a", "1").put(key("b"), "1")).await;
    let refused = put("a", "2").put(key("b"), "2").put(key("c"), "2").delete(key("a"));
    let refused = refused.require(Condition::Present(key("a"))).require(Condition::Absent(key("b")));
    assert!(matches!(store.commit(refused).await, Err(CommitError::Conflict)));
    assert_eq!(everything(&*store).await, pairs([("a", "1"), ("b", "1")]));

    commit(&*store, put("b", "3").put(key("c"), "3").delete(key("a"))).await;
    assert_eq!(everything(&*store).await, pairs([("b", "3"), ("c", "3")]));
}

/// Each condition, on a record that meets it and on its neighbours that do not.
pub async fn each_condition_holds_or_conflicts(medium: &dyn Medium) {
    let store = medium.open(opening());
    let first = commit(&*store, put("there", "1")).await;
    let second = commit(&*store, put("there", "2")).await;
    let third = commit(&*store, put("other", "1")).await;
    commit(&*store, put("gone", "1")).await;
    commit(&*store, Transaction::new().delete(key("gone"))).await;
    let modified = |revision| Condition::ModifiedAt(key("there"), revision);
    let cases = [
        (Condition::Absent(key("never")), true),
        (Condition::Absent(key("gone")), true),
        (Condition::Absent(key("there")), false),
        (Condition::Present(key("there")), true),
        (Condition::Present(key("gone")), false),
        (Condition::Present(key("never")), false),
        (modified(second), true),
        (modified(first), false),
        (modified(third), false),
        (Condition::ModifiedAt(key("never"), Revision::ZERO), false),
    ];
    for (condition, holds) in cases {
        let answer = store.commit(put("written", "x").require(condition.clone())).await;
        assert_eq!(answer.is_ok(), holds, "{condition:?}");
    }
}

/// A record remembers the commit that created it and the one that last put it.
pub async fn creation_and_modification_are_told_apart(medium: &dyn Medium) {
    let store = medium.open(opening());
    let created = commit(&*store, put("a", "1")).await;
    let other = commit(&*store, put("b", "1")).await;
    let modified = commit(&*store, put("a", "1")).await;
    assert!(created < other && other < modified);
    let stored = find(&*store, "a").await.unwrap();
    assert_eq!((stored.created, stored.modified), (created, modified));

    commit(&*store, Transaction::new().delete(key("a"))).await;
    let again = commit(&*store, put("a", "2")).await;
    let stored = find(&*store, "a").await.unwrap();
    assert_eq!((stored.created, stored.modified), (again, again));
}

/// A commit returns what it replaced and what it deleted, and nothing for what was not there.
pub async fn the_previous_values_are_returned(medium: &dyn Medium) {
    let store = medium.open(opening());
    let first = commit(&*store, put("a", "1").put(key("b"), "2")).await;
    let second = put("a", "3").put(key("c"), "4").delete(key("b")).delete(key("d"));
    let previous = store.commit(second).await.unwrap().previous;
    let seen: Vec<_> =
        previous.iter().map(|(key, stored)| (key.as_bytes(), &*stored.value, stored.modified)).collect();
    assert_eq!(seen, [(&b"a"[..], &b"1"[..], first), (&b"b"[..], &b"2"[..], first)]);
}

/// A transaction that changes nothing answers with the head and leaves it where it is.
pub async fn what_changes_nothing_takes_no_revision(medium: &dyn Medium) {
    let store = medium.open(opening());
    let head = commit(&*store, put("a", "1")).await;
    let mut watch = store.watch(head).await.unwrap();
    assert_eq!(commit(&*store, Transaction::new()).await, head);
    assert_eq!(commit(&*store, Transaction::new().delete(key("b"))).await, head);
    assert_eq!(commit(&*store, Transaction::new().require(Condition::Present(key("a")))).await, head);
    let refused = store.commit(Transaction::new().require(Condition::Absent(key("a")))).await;
    assert!(matches!(refused, Err(CommitError::Conflict)));
    assert_eq!(store.head().await.unwrap(), head);
    // Putting the same again is a change, and the first that the watch tells.
    let again = commit(&*store, put("a", "1")).await;
    assert!(again > head);
    assert_eq!(watch.next().await.unwrap().revision, again);
}
