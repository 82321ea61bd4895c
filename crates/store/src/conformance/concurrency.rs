//! Many at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use portcullis_model::Revision;
use tokio::task::JoinSet;

use super::{Medium, commit, find, key, opening, put};
use crate::{CommitError, Committed, Condition, Key, Store, Stored, Transaction};

const WRITERS: usize = 64;

/// Of 64 transactions that need the same key to be absent, one is applied.
pub async fn one_of_many_creators_wins(medium: &dyn Medium) {
    let store = medium.open(opening());
    let mut creators = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, name) = (Arc::clone(&store), writer.to_string());
        creators.spawn(async move {
            let transaction = put("one", &name).put(key(&format!("by/{name}")), &*name);
            (name, store.commit(transaction.require(Condition::Absent(key("one")))).await)
        });
    }
    let answers = creators.join_all().await;
    let winners: Vec<_> = answers.iter().filter(|(_, answer)| answer.is_ok()).collect();
    assert_eq!(winners.len(), 1);
    assert!(answers.iter().all(|(_, answer)| matches!(answer, Ok(_) | Err(CommitError::Conflict))));
    assert_eq!(find(&*store, "one").await.unwrap().value, winners[0].0.as_bytes());
    let traces = store.scan(&[crate::KeyRange::prefix("by/")]).await.unwrap().records;
    assert_eq!(traces.len(), 1);
}

/// What one writer did: the head before it began, what it wrote, what it was answered.
struct Step {
    head_before: Revision,
    value: Vec<u8>,
    committed: Committed,
}

/// Writers of one register, half of them comparing first.
///
/// Sorted by revision, every write must have found the value of the one before it, and nobody may
/// have a revision at or below a head that was seen before it began: together that is linearizability.
pub async fn concurrent_writers_form_one_history(medium: &dyn Medium) {
    let store = medium.open(opening());
    commit(&*store, put("register", "start")).await;
    let start = find(&*store, "register").await.unwrap();
    let mut watch = store.watch(start.modified).await.unwrap();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.spawn(async move { write_register(&*store, writer).await });
    }
    let mut steps: Vec<Step> = writers.join_all().await.into_iter().flatten().collect();
    steps.sort_by_key(|step| step.committed.revision);
    let mut last = start;
    for step in &steps {
        assert!(step.head_before < step.committed.revision);
        assert_eq!(step.committed.previous.get(&key("register")), Some(&last));
        let told = watch.next().await.unwrap();
        assert_eq!((told.predecessor, told.revision), (last.modified, step.committed.revision));
        last = Stored { value: step.value.clone(), created: last.created, modified: step.committed.revision };
    }
    assert_eq!(find(&*store, "register").await, Some(last));
}

async fn write_register(store: &dyn Store, writer: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    for round in 0..8 {
        let read = store.get(&[key("register")]).await.unwrap();
        let value = format!("{writer}/{round}");
        let mut transaction = put("register", &value);
        if writer.is_multiple_of(2) {
            let seen = read.values[0].as_ref().unwrap().modified;
            transaction = transaction.require(Condition::ModifiedAt(key("register"), seen));
        }
        match store.commit(transaction).await {
            Ok(committed) => {
                steps.push(Step { head_before: read.revision, value: value.into_bytes(), committed });
            }
            Err(error) => assert!(matches!(error, CommitError::Conflict), "{error}"),
        }
    }
    steps
}

/// A read sees all that was acknowledged before it began, and only what its revision includes.
pub async fn reads_among_writes_are_linearizable(medium: &dyn Medium) {
    let store = medium.open(opening());
    let mut watch = store.watch(Revision::ZERO).await.unwrap();
    let mut tasks = JoinSet::new();
    for worker in 0..16 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { read_and_write(&*store, worker).await });
    }
    let reads = tasks.join_all().await.concat();
    let mut states = BTreeMap::from([(Revision::ZERO, None)]);
    let head = store.head().await.unwrap();
    let mut seen = Revision::ZERO;
    while seen < head {
        let told = watch.next().await.unwrap();
        seen = told.revision;
        states.insert(seen, told.changes[0].record.clone());
    }
    for (revision, value) in reads {
        assert_eq!(states.get(&revision), Some(&value), "at {revision}");
    }
}

async fn read_and_write(store: &dyn Store, worker: usize) -> Vec<(Revision, Option<Stored>)> {
    let register: Key = key("register");
    let mut reads = Vec::new();
    for round in 0..16 {
        let transaction = match (worker + round) % 3 {
            0 => Transaction::new().delete(register.clone()),
            _ => put("register", &format!("{worker}/{round}")),
        };
        let committed = commit(store, transaction).await;
        let head = store.head().await.unwrap();
        let mut read = store.get(std::slice::from_ref(&register)).await.unwrap();
        assert!(committed <= head && head <= read.revision);
        assert!(store.watch(read.revision).await.is_ok());
        reads.push((read.revision, read.values.remove(0)));
    }
    reads
}
