//! Runs children until no fault is hit any more, and checks what each left behind.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use portcullis_model::{Incarnation, Revision};
use portcullis_store::{Key, KeyRange, Opening, Scan, SqliteStore, Store};
use tempfile::TempDir;

use super::child;

/// The ways in which the disk fails: see `faulty_disk.c`.
const MODES: [&str; 5] = ["eio", "full", "kill", "torn", "power"];

pub(crate) fn run() {
    let workshop = TempDir::new().unwrap();
    let disk = compile(workshop.path());
    every_acknowledgement_follows_a_sync(&disk);
    std::thread::scope(|scope| {
        let modes = MODES.map(|mode| (mode, scope.spawn(|| fail_everywhere(&disk, mode))));
        for (mode, hits) in modes {
            let hits = hits.join().unwrap();
            println!("{mode}: {hits:?}");
            assert!(hits.values().sum::<usize>() > 20, "{mode}: hardly any fault was hit");
        }
    });
}

/// A folder in memory where there is one: the faults are made, so a real disk would only be slower.
fn scratch() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap()
}

fn compile(workshop: &Path) -> PathBuf {
    let disk = workshop.join("faulty_disk.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faulty_disk.c");
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&disk, &source])
        .arg("-ldl")
        .status();
    assert!(status.is_ok_and(|status| status.success()), "a C compiler, `cc`, is needed");
    disk
}

/// What a child said, and how its disk failed.
struct Run {
    acknowledged: BTreeMap<usize, Revision>,
    unwritten: Vec<usize>,
    fault: Option<String>,
    output: Output,
}

fn run_child(disk: &Path, folder: &Path, mode: &str, at: usize) -> Run {
    let folder = folder.canonicalize().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("--child").arg(folder.join("store"));
    command.env("LD_PRELOAD", disk).env("FAULT_MODE", mode).env("FAULT_AT", at.to_string());
    let output = command.env("FAULT_FOLDER", &folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut run = Run { acknowledged: BTreeMap::new(), unwritten: Vec::new(), fault: None, output };
    for line in said.lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["ack", number, revision] => {
                run.acknowledged.insert(number.parse().unwrap(), Revision::new(revision.parse().unwrap()));
            }
            ["unavailable", number] => run.unwritten.push(number.parse().unwrap()),
            ["unconfirmed", _] | ["refused", ..] => {}
            _ => panic!("{mode} at {at}: {line}"),
        }
    }
    run.fault = String::from_utf8_lossy(&run.output.stderr).lines().next().map(str::to_owned);
    run
}

/// The log was synced between any two acknowledgements, and nothing of it was unsynced at either.
fn every_acknowledgement_follows_a_sync(disk: &Path) {
    let folder = scratch();
    let run = run_child(disk, folder.path(), "watch", 0);
    let told = String::from_utf8_lossy(&run.output.stderr).into_owned();
    let one_by_one = child::SECOND.end;
    let checked: Vec<&str> = told.lines().take(one_by_one).collect();
    assert_eq!(checked, vec!["synced-ack"; one_by_one], "{told}");
    assert_eq!(run.acknowledged.len(), child::TOGETHER.end);
    check(folder.path(), &run, "no fault");
}

fn fail_everywhere(disk: &Path, mode: &'static str) -> BTreeMap<String, usize> {
    let mut hits = BTreeMap::new();
    for at in 1.. {
        let folder = scratch();
        let run = run_child(disk, folder.path(), mode, at);
        let context = format!("{mode} at {at}: {}", String::from_utf8_lossy(&run.output.stdout));
        let killed = run.output.status.code().is_none();
        assert_eq!(killed, run.fault.is_some() && ["kill", "torn", "power"].contains(&mode), "{context}");
        check(folder.path(), &run, &context);
        match run.fault {
            Some(operation) => *hits.entry(operation).or_default() += 1,
            None => break,
        }
    }
    hits
}

/// Opens what the child left, on a good disk and with the clock stepped back.
fn check(folder: &Path, run: &Run, context: &str) {
    let opening = Opening::new(Incarnation::from_bytes([8; 16]), 1);
    let store = match SqliteStore::open(&folder.join("store"), opening) {
        Ok(store) => store,
        Err(error) => panic!("{context}: cannot be opened again: {error:?}"),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let scan = store.scan(&[KeyRange::prefix("")]).await.unwrap();
        let found = whole_commits(&scan, context);
        for (number, revision) in &run.acknowledged {
            assert_eq!(found.get(number), Some(revision), "{context}: commit {number} was acknowledged");
        }
        for number in &run.unwritten {
            assert_eq!(found.get(number), None, "{context}: commit {number} was to have written nothing");
        }
        let gaps = store.history_gaps().await.unwrap();
        assert!(found.values().all(|&revision| gaps.was_head(revision)), "{context}");
        let next = store.commit(child::transaction(50)).await.unwrap().revision;
        assert!(next > scan.revision && found.values().all(|&revision| revision < next), "{context}");
    });
}

/// The commits that are there, each of them whole, and each with a revision of its own.
fn whole_commits(scan: &Scan, context: &str) -> BTreeMap<usize, Revision> {
    let records: BTreeMap<&Key, _> = scan.records.iter().map(|(key, stored)| (key, stored)).collect();
    let mut found = BTreeMap::new();
    for number in 0..100 {
        let [left, right] = child::keys(number).map(|key| records.get(&key).copied());
        assert_eq!(left, right, "{context}: commit {number} is there in part");
        if let Some(stored) = left {
            assert_eq!(stored.value, child::value(number).into_bytes(), "{context}");
            found.insert(number, stored.modified);
        }
    }
    let latest = found.iter().max_by_key(|(_, revision)| **revision);
    let put = records.get(&Key::new("latest")).map(|stored| (stored.value.clone(), stored.modified));
    let expected = latest.map(|(number, revision)| (number.to_string().into_bytes(), *revision));
    assert_eq!(put, expected, "{context}: the last commit is there in part");
    let sequential: Vec<_> = found
        .iter()
        .filter(|(number, _)| child::TOGETHER.start > **number)
        .map(|(_, revision)| revision)
        .collect();
    assert!(sequential.is_sorted_by(|before, after| before < after), "{context}: revisions do not rise");
    found
}
