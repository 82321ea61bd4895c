//! The store's folder: made private, locked, and synced.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::OpenError;

const LOCK_NAME: &str = "portcullis.lock";

/// The exclusive use of a folder, until it is dropped or the process ends in whatever way.
#[derive(Debug)]
pub(super) struct FolderLock {
    folder: PathBuf,
    _file: File,
}

impl FolderLock {
    /// Takes the folder, or says that it is in use.
    pub(super) fn take(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join(LOCK_NAME);
        let file = (OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path))
            .map_err(failed("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { folder: folder.to_owned(), _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { folder: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(OpenError::Io { doing: "lock", path, source }),
        }
    }

    /// The folder that is locked.
    pub(super) fn folder(&self) -> PathBuf {
        self.folder.clone()
    }
}

/// Makes the folder, and those above it, for nobody but this user; one that exists is left as it is.
pub(super) fn prepare(folder: &Path) -> Result<(), OpenError> {
    if exists(folder)? {
        return Ok(());
    }
    let above = parent(folder);
    prepare(above)?;
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
            Err(OpenError::Io { doing: "create the folder", path: folder.to_owned(), source })
        }
        _ => sync(above),
    }
}

/// Makes the names in `folder` durable.
pub(super) fn sync(folder: &Path) -> Result<(), OpenError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(failed("sync the folder", folder))
}

/// Whether there is something at `path`; not knowing is an error, not a no.
pub(super) fn exists(path: &Path) -> Result<bool, OpenError> {
    fs::exists(path).map_err(failed("look up", path))
}

/// The error of an attempt at `path`.
pub(super) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    move |source| OpenError::Io { doing, path: path.to_owned(), source }
}

fn parent(folder: &Path) -> &Path {
    match folder.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        _ => Path::new("."),
    }
}
