//! What is read.

use super::{Medium, commit, key, opening, put};
use crate::{Condition, Key, KeyRange, Transaction};

/// One entry for each key, in the order asked, repeated if asked twice.
pub async fn a_get_answers_in_the_order_asked(medium: &dyn Medium) {
    let store = medium.open(opening());
    let head = commit(&*store, put("a", "1").put(key("b"), "2")).await;
    let read = store.get(&[key("b"), key("x"), key("a"), key("b")]).await.unwrap();
    let values: Vec<_> =
        read.values.iter().map(|value| value.as_ref().map(|stored| &*stored.value)).collect();
    assert_eq!(values, [Some(&b"2"[..]), None, Some(b"1"), Some(b"2")]);
    assert_eq!(read.revision, head);
    assert_eq!(store.get(&[]).await.unwrap().revision, head);
}

type Names<'a> = &'a [&'a [u8]];

/// Ranges end where their prefix ends, also at the last byte, and may overlap.
pub async fn a_scan_meets_each_record_once_in_order(medium: &dyn Medium) {
    let store = medium.open(opening());
    let keys = [&b""[..], b"a", b"a/1", b"a/2", b"a0", b"b\xff", b"b\xff\xff", b"c", b"\xff", b"\xff\xff"];
    let transaction = keys.iter().rev().fold(Transaction::new(), |all, key| all.put(Key::new(*key), *key));
    commit(&*store, transaction).await;
    let cases: [(Names<'_>, Names<'_>); 6] = [
        (&[b"a/"], &[b"a/1", b"a/2"]),
        (&[b"b\xff"], &[b"b\xff", b"b\xff\xff"]),
        (&[b"\xff"], &[b"\xff", b"\xff\xff"]),
        (&[b"c", b"a/", b"a", b"a/1"], &[b"a", b"a/1", b"a/2", b"a0", b"c"]),
        (&[b""], &keys),
        (&[], &[]),
    ];
    for (prefixes, expected) in cases {
        let ranges: Vec<_> = prefixes.iter().map(|prefix| KeyRange::prefix(*prefix)).collect();
        let records = store.scan(&ranges).await.unwrap().records;
        let found: Vec<_> = records.iter().map(|(key, _)| key.as_bytes()).collect();
        assert_eq!(found, expected, "{ranges:?}");
        assert!(records.iter().all(|(key, stored)| key.as_bytes() == stored.value));
    }
}

/// While two records change together, no read sees them apart.
pub async fn a_read_shows_one_revision(medium: &dyn Medium) {
    let store = medium.open(opening());
    commit(&*store, put("a", "0").put(key("b"), "0")).await;
    let writing = async {
        for round in 1..=50 {
            commit(&*store, put("a", &round.to_string()).put(key("b"), round.to_string())).await;
        }
    };
    let reading = async {
        for _ in 0..50 {
            let read = store.get(&[key("a"), key("b")]).await.unwrap();
            assert_eq!(read.values[0], read.values[1]);
            assert_eq!(read.values[0].as_ref().unwrap().modified, read.revision);
            let scan = store.scan(&[KeyRange::prefix("")]).await.unwrap();
            assert_eq!(scan.records[0].1, scan.records[1].1);
            assert_eq!(scan.records[0].1.modified, scan.revision);
        }
    };
    futures_util::future::join(writing, reading).await;
}

/// A commit reads and writes as many records in a large store as in a small one.
pub async fn the_work_is_constant_and_counted(medium: &dyn Medium) {
    let store = medium.open(opening());
    let mut work = Vec::new();
    for size in [0, 1000] {
        let many = (0..size).fold(Transaction::new(), |all, n| all.put(key(&format!("session/{n}")), "x"));
        commit(&*store, many).await;
        let before = store.counters();
        let revoke = put("application", "revoked").put(key(&format!("audit/{size}")), "record");
        commit(&*store, revoke.require(Condition::Absent(key("tombstone")))).await;
        let after = store.counters();
        work.push((after.read - before.read, after.written - before.written));
    }
    assert_eq!(work, [(3, 2), (3, 2)]);
}
