//! What a commit costs, against the least it can cost: one append and one `fdatasync` on the same disk.
//!
//! `PORTCULLIS_BENCH_RECORDS` sets how many records the large store holds (one million unless set). The
//! folders are made below `TMPDIR`; point it at the disk in question.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::future::join_all;
use portcullis_model::Incarnation;
use portcullis_store::{Condition, Key, Opening, SqliteStore, Store, Transaction};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const RECORDS_PER_COMMIT: usize = 10_000;

/// What a revocation writes: a watermark that exists, and a new audit record.
fn revoke(number: u64) -> Transaction {
    let audit = Key::new(format!("audit/{number:020}"));
    let revoke = Transaction::new().put(Key::new(format!("application/{}", number % 64)), vec![1; 64]);
    revoke.put(audit.clone(), vec![2; 300]).require(Condition::Absent(audit))
}

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, Opening::new(Incarnation::from_bytes([7; 16]), 1)).unwrap()
}

async fn fill(store: &SqliteStore, records: usize) {
    for first in (0..records).step_by(RECORDS_PER_COMMIT) {
        let numbers = first..records.min(first + RECORDS_PER_COMMIT);
        let sessions = numbers.fold(Transaction::new(), |all, number| {
            // Spread as random ids are.
            let id = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            all.put(Key::new(format!("session/{id:016x}")), vec![3; 100])
        });
        store.commit(sessions).await.unwrap();
    }
}

fn raw_append(criterion: &mut Criterion) {
    let folder = TempDir::new().unwrap();
    let mut file = File::create(folder.path().join("raw")).unwrap();
    criterion.bench_function("append and fdatasync, 512 bytes", |bencher| {
        bencher.iter(|| {
            file.write_all(black_box(&[0; 512])).unwrap();
            file.sync_data().unwrap();
        });
    });
}

fn writers(criterion: &mut Criterion, runtime: &Runtime, name: &str, store: &SqliteStore, writers: u64) {
    let mut number = 0;
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            let numbers = number..number + writers;
            number = numbers.end;
            let commits = numbers.map(|number| store.commit(revoke(number)));
            let answers = runtime.block_on(join_all(commits));
            assert!(answers.iter().all(Result::is_ok));
        });
    });
}

fn commits(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for at_a_time in [1, 8, 64] {
        let folder = TempDir::new().unwrap();
        let name = format!("commit, {at_a_time} at a time");
        writers(criterion, &runtime, &name, &open(folder.path()), at_a_time);
    }
    #[expect(clippy::disallowed_methods, reason = "a benchmark has no configuration to read it from")]
    let records =
        std::env::var("PORTCULLIS_BENCH_RECORDS").map_or(1_000_000, |records| records.parse().unwrap());
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    runtime.block_on(fill(&store, records));
    writers(criterion, &runtime, &format!("commit, 1 at a time, {records} records"), &store, 1);
}

criterion_group!(benches, raw_append, commits);
criterion_main!(benches);
