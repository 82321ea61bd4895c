//! What can be wrong with the folder and the file, and that nothing is changed then.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use portcullis_model::Incarnation;
use portcullis_store::{
    CommitError, Key, KeyRange, OpenError, Opening, SqliteStore, Store, StoreError, Transaction,
};
use rusqlite::Connection;
use tempfile::TempDir;

fn open(folder: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(folder, Opening::new(Incarnation::from_bytes([7; 16]), 1_000_000))
}

/// A folder with a store of one record, closed.
async fn used() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).unwrap();
    store.commit(Transaction::new().put(Key::new("a"), "1")).await.unwrap();
    drop(store);
    let file = folder.path().join("portcullis.db");
    (folder, file)
}

/// Opening fails, with this message, and leaves the file as it is.
#[track_caller]
fn refused(folder: &TempDir, file: &Path, message: &str) -> OpenError {
    let before = fs::read(file).unwrap();
    let error = open(folder.path()).unwrap_err();
    assert_eq!(error.to_string().replace(&*folder.path().to_string_lossy(), "DIR"), message);
    assert_eq!(fs::read(file).unwrap(), before);
    error
}

#[tokio::test]
async fn a_second_server_is_told_which_folder_is_in_use() {
    let (folder, file) = used().await;
    let first = open(folder.path()).unwrap();
    let error = refused(&folder, &file, "another server uses the folder `DIR`");
    assert!(matches!(error, OpenError::InUse { .. }));
    drop(first);
    assert!(open(folder.path()).is_ok());
}

#[tokio::test]
async fn folder_and_files_are_private() {
    let above = TempDir::new().unwrap();
    let folder = above.path().join("var/portcullis");
    let store = open(&folder).unwrap();
    store.commit(Transaction::new().put(Key::new("a"), "1")).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&above.path().join("var")), mode(&folder)), (0o700, 0o700));
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, ["portcullis.db", "portcullis.db-shm", "portcullis.db-wal", "portcullis.lock"]);
}

#[tokio::test]
async fn a_file_of_another_program_is_foreign() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("portcullis.db");
    Connection::open(&file)
        .unwrap()
        .execute_batch("CREATE TABLE other (x); PRAGMA user_version = 1")
        .unwrap();
    let error = refused(&folder, &file, "`DIR/portcullis.db` is not a Portcullis store");
    assert!(matches!(error, OpenError::Foreign { .. }));
    fs::write(&file, "some text").unwrap();
    refused(&folder, &file, "`DIR/portcullis.db` is not a Portcullis store");
}

#[tokio::test]
async fn a_file_of_a_later_version_is_newer() {
    let (folder, file) = used().await;
    Connection::open(&file)
        .unwrap()
        .execute_batch("PRAGMA journal_mode = DELETE; PRAGMA user_version = 2")
        .unwrap();
    let message = "`DIR/portcullis.db` has format 2; this version of Portcullis knows format 1 only";
    assert!(matches!(refused(&folder, &file, message), OpenError::Newer { found: 2, known: 1, .. }));
}

#[tokio::test]
async fn a_file_that_lost_something_is_damaged() {
    let (folder, file) = used().await;
    let whole = fs::read(&file).unwrap();
    let mut garbled = whole.clone();
    garbled[100..2000].fill(0xa5);
    for damaged in [&[][..], &whole[..4096], &whole[..200], &garbled] {
        fs::write(&file, damaged).unwrap();
        let error = refused(&folder, &file, "`DIR/portcullis.db` is damaged");
        assert!(matches!(error, OpenError::Damaged { .. }));
    }
    fs::write(&file, &whole).unwrap();
    assert!(open(folder.path()).is_ok());
}

#[tokio::test]
async fn a_store_without_its_tables_is_damaged() {
    for change in [
        "DROP TABLE records",
        "DELETE FROM history",
        "DROP TABLE history_gaps",
        "UPDATE history SET head = -1",
    ] {
        let (folder, file) = used().await;
        Connection::open(&file).unwrap().execute_batch(change).unwrap();
        refused(&folder, &file, "`DIR/portcullis.db` is damaged");
    }
}

#[tokio::test]
async fn an_interrupted_creation_leaves_nothing_in_the_way() {
    let folder = TempDir::new().unwrap();
    for leftover in ["portcullis.draft", "portcullis.draft-journal", "portcullis.draft-wal"] {
        fs::write(folder.path().join(leftover), "half").unwrap();
    }
    assert!(open(folder.path()).is_ok());
    assert!(!folder.path().join("portcullis.draft-journal").exists());
}

#[tokio::test]
async fn what_is_in_the_log_survives_a_copy_of_the_open_files() {
    let (folder, _) = used().await;
    let store = open(folder.path()).unwrap();
    let committed = store.commit(Transaction::new().put(Key::new("b"), "2")).await.unwrap();
    let copy = TempDir::new().unwrap();
    for name in ["portcullis.db", "portcullis.db-wal"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let scan = open(copy.path()).unwrap().scan(&[KeyRange::prefix("")]).await.unwrap();
    assert_eq!((scan.revision, scan.records.len()), (committed.revision, 2));
}

#[tokio::test]
async fn a_writer_that_fails_ends_the_store_and_says_so() {
    let (folder, file) = used().await;
    let store = open(folder.path()).unwrap();
    let mut watch = store.watch(store.head().await.unwrap()).await.unwrap();
    let failed = store.failed();
    Connection::open(&file).unwrap().execute_batch("DROP TABLE records").unwrap();
    let put = || Transaction::new().put(Key::new("b"), "2");
    assert!(matches!(store.commit(put()).await, Err(CommitError::Unavailable(_))));
    assert_eq!(failed.await.to_string(), "no such table: records");
    assert!(matches!(store.commit(put()).await, Err(CommitError::Unavailable(_))));
    assert!(matches!(store.get(&[]).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.head().await, Err(StoreError::Unavailable(_))));
    assert!(watch.next().await.is_err());
}
