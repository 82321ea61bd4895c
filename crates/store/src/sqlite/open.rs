//! Opening the store, and every way in which that can fail.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use portcullis_model::{Incarnation, Revision};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::folder::{self, FolderLock};
use super::readers::Readers;
use super::writer::{Writer, WriterThread};
use super::{SqliteStore, create, identity, query};
use crate::Opening;
use crate::counters::Tally;
use crate::history::History;

/// The store's file within its folder.
pub(super) const FILE_NAME: &str = "portcullis.db";

/// Why the store could not be opened. In each case what was there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The lock on the folder is taken, and stays so for as long as its owner runs.
    #[error("another server uses the folder `{}`", folder.display())]
    InUse {
        /// The store's folder.
        folder: PathBuf,
    },
    /// There is a file of that name that another program made.
    #[error("`{}` is not a Portcullis store", file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
    },
    /// The file was written by a later version of Portcullis.
    #[error("`{}` has format {found}; this version of Portcullis knows format {known} only", file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// The format that it says it has.
        found: u32,
        /// The format that this version reads and writes.
        known: u32,
    },
    /// The file is a store, but not a whole one. It has to be restored from a backup.
    #[error("`{}` is damaged", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, if SQLite said so.
        #[source]
        source: Option<rusqlite::Error>,
    },
    /// The system refused an operation on the folder or on a file in it.
    #[error("cannot {doing} `{}`", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// SQLite could not work with the file, for a reason that lies outside it.
    #[error("cannot use `{}`", file.display())]
    Sqlite {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: rusqlite::Error,
    },
}

/// What can be tuned without changing what the store promises.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// About how many pages may gather in the write-ahead log before they move into the file.
    pub checkpoint_pages: usize,
    /// How many threads read.
    pub readers: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { checkpoint_pages: 1000, readers: 2 }
    }
}

impl SqliteStore {
    /// Opens the store in `folder`, and creates both if need be.
    ///
    /// Blocks for as long as the disk takes.
    pub fn open(folder: &Path, opening: Opening) -> Result<Self, OpenError> {
        Self::open_tuned(folder, opening, Tuning::default())
    }

    /// Opens the store as [`open`](Self::open) does, tuned.
    pub fn open_tuned(folder: &Path, opening: Opening, tuning: Tuning) -> Result<Self, OpenError> {
        folder::prepare(folder)?;
        let lock = FolderLock::take(folder)?;
        let file = folder.join(FILE_NAME);
        if !folder::exists(&file)? {
            create::create(folder, &file, opening.incarnation)?;
        }
        identity::require(&file)?;
        // Only a reader has touched the file until it is known to be whole.
        let state = read_state(&file).map_err(|source| classify(&file, source))?;
        let connections = Connections::open(&file, tuning).map_err(|source| classify(&file, source))?;
        // The write-ahead log may just have been created, and SQLite overlooks a failure to sync its name.
        folder::sync(folder)?;
        Self::start(state, connections, opening, tuning, lock)
    }

    fn start(
        state: State,
        connections: Connections,
        opening: Opening,
        tuning: Tuning,
        lock: FolderLock,
    ) -> Result<Self, OpenError> {
        let history = Arc::new(History::new(state.head, opening.watch_history_bytes));
        let tally = Arc::new(Tally::default());
        let writer = Writer {
            connection: connections.writer,
            head: state.head,
            first_revision: opening.first_revision(state.head),
            history: Arc::clone(&history),
            tally: Arc::clone(&tally),
            checkpoint_pages: tuning.checkpoint_pages,
            pages: 0,
        };
        let thread_error =
            |source| OpenError::Io { doing: "start a thread for", path: lock.folder(), source };
        let readers = Readers::start(connections.readers).map_err(thread_error)?;
        let writer = WriterThread::start(writer).map_err(thread_error)?;
        Ok(Self { incarnation: state.incarnation, history, tally, readers, writer, _lock: lock })
    }
}

/// Where the history stood when the file was opened.
#[derive(Clone, Copy)]
struct State {
    incarnation: Incarnation,
    head: Revision,
}

fn read_state(file: &Path) -> rusqlite::Result<State> {
    let connection = open_reader(file)?;
    query::require_tables(&connection)?;
    let (incarnation, head) = query::history(&connection)?;
    Ok(State { incarnation, head })
}

struct Connections {
    writer: Connection,
    readers: Vec<Connection>,
}

impl Connections {
    fn open(file: &Path, tuning: Tuning) -> rusqlite::Result<Self> {
        let writer = open_writer(file)?;
        let readers = (0..tuning.readers.max(1)).map(|_| open_reader(file)).collect::<Result<_, _>>()?;
        Ok(Self { writer, readers })
    }
}

/// Each connection belongs to one thread, so SQLite need not lock it.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX.union(OpenFlags::SQLITE_OPEN_EXRESCODE);

fn open_writer(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(file, FLAGS | OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // FULL: the log is synced in every commit. Checkpoints are the writer's own affair, so that no
    // commit waits for one and a failed one does not go unnoticed.
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8000;",
    )?;
    Ok(connection)
}

fn open_reader(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(file, FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000;")?;
    Ok(connection)
}

/// Tells a file that is not whole from a system that does not work.
fn classify(file: &Path, source: rusqlite::Error) -> OpenError {
    let file = file.to_owned();
    match source.sqlite_error_code() {
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory,
        ) => OpenError::Sqlite { file, source },
        _ => OpenError::Damaged { file, source: Some(source) },
    }
}
