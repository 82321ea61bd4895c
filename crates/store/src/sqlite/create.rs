//! Making a new store, so that it is there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use portcullis_model::Incarnation;
use rusqlite::{Connection, OpenFlags};

use super::OpenError;
use super::folder::{self, failed};
use super::identity::{APPLICATION_ID, FORMAT};

/// `head` is the revision of the last commit, 0 before the first. A row of `history_gaps` says that
/// there was no commit between the two.
const TABLES: &str = "
    CREATE TABLE records (
        key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE history (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1), incarnation BLOB NOT NULL, head INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE history_gaps (after INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT;
";

/// Creates the store as `file` in the locked `folder`.
///
/// It is made under another name and renamed when it is durable: an interrupted attempt leaves nothing
/// that could be taken for a damaged store.
pub(super) fn create(folder: &Path, file: &Path, incarnation: Incarnation) -> Result<(), OpenError> {
    let draft = file.with_extension("draft");
    for leftover in ["draft", "draft-journal", "draft-wal", "draft-shm"] {
        remove(&file.with_extension(leftover))?;
    }
    let empty = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft);
    drop(empty.map_err(failed("create", &draft))?);
    write_tables(&draft, incarnation).map_err(|source| OpenError::Sqlite { file: draft.clone(), source })?;
    File::open(&draft).and_then(|made| made.sync_all()).map_err(failed("sync", &draft))?;
    fs::rename(&draft, file).map_err(failed("name", file))?;
    folder::sync(folder)
}

fn write_tables(draft: &Path, incarnation: Incarnation) -> rusqlite::Result<()> {
    let connection = Connection::open_with_flags(draft, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute_batch("PRAGMA synchronous = FULL; BEGIN IMMEDIATE;")?;
    connection.execute_batch(TABLES)?;
    connection.execute("INSERT INTO history VALUES (1, ?1, 0)", [incarnation.as_bytes()])?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", FORMAT)?;
    connection.execute_batch("COMMIT")?;
    // After the tables: they are in the file itself, and nothing depends on a log that closing may not empty.
    connection.execute_batch("PRAGMA journal_mode = WAL")?;
    connection.close().map_err(|(_, error)| error)
}

fn remove(leftover: &Path) -> Result<(), OpenError> {
    match fs::remove_file(leftover) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", leftover)(error)),
        _ => Ok(()),
    }
}
