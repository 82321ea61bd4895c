//! The folder of a server: its store, and the key under which the secrets in the store are sealed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use portcullis_token::KeyEncryptionKey;
use portcullis_token::seal::KeyFileError;

/// The file of the key-encryption key, beside the store.
const KEY_FILE: &str = "key-encryption-key";
/// The file of the store.
const STORE_FILE: &str = "portcullis.db";

/// Why the folder cannot be used. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataDirError {
    /// The system refused something.
    #[error("cannot {doing} `{}`", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// The key is missing although there is something that it sealed.
    #[error(
        "`{}` is missing, and the signing keys in `{}` cannot be read without it: put the file back from where it was \
         kept",
        key.display(),
        store.display()
    )]
    LostKey {
        /// Where the key is expected.
        key: PathBuf,
        /// The store.
        store: PathBuf,
    },
    /// The file holds no key.
    #[error("`{}` holds no key", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: KeyFileError,
    },
}

/// Makes the folder, mode 0700, and reads the key, or makes one where there is no store yet.
pub(super) fn open(folder: &Path) -> Result<KeyEncryptionKey, DataDirError> {
    let failed = |doing, path: &Path| {
        let path = path.to_path_buf();
        move |source| DataDirError::Io { doing, path, source }
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder).map_err(failed("create the folder", folder))?;
    let (key, store) = (folder.join(KEY_FILE), folder.join(STORE_FILE));
    match fs::read(&key) {
        Ok(content) => {
            KeyEncryptionKey::parse(&content).map_err(|source| DataDirError::Key { path: key, source })
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("read", &key)(error)),
        Err(_) if store.exists() => Err(DataDirError::LostKey { key, store }),
        Err(_) => {
            let new = KeyEncryptionKey::generate()
                .map_err(|source| DataDirError::Key { path: key.clone(), source })?;
            write_durably(&key, new.to_file_content().as_bytes()).map_err(failed("write", &key))?;
            Ok(new)
        }
    }
}

/// Writes a file of mode 0600 so that a crash leaves it whole or not there at all.
pub(super) fn write_durably(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/b");
        open(&data).unwrap();
        let content = fs::read(data.join(KEY_FILE)).unwrap();
        assert_eq!((mode(&data), mode(&data.join(KEY_FILE))), (0o700, 0o600));
        open(&data).unwrap();
        assert_eq!(fs::read(data.join(KEY_FILE)).unwrap(), content);
    }

    #[test]
    fn a_lost_key_is_never_replaced_by_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(STORE_FILE), b"").unwrap();
        assert!(matches!(open(folder.path()), Err(DataDirError::LostKey { .. })));
        assert!(!folder.path().join(KEY_FILE).exists());
    }

    #[test]
    fn a_file_that_holds_no_key_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(KEY_FILE), b"nonsense").unwrap();
        assert!(matches!(open(folder.path()), Err(DataDirError::Key { .. })));
        assert_eq!(fs::read(folder.path().join(KEY_FILE)).unwrap(), b"nonsense");
    }
}
