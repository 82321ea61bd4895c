//! Whose file it is, read from its first bytes without opening it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::OpenError;
use super::folder::failed;

/// `PRAGMA application_id`: "Pcls".
pub(super) const APPLICATION_ID: u32 = 0x5063_6c73;

/// `PRAGMA user_version`: the format of the tables.
pub(super) const FORMAT: u32 = 1;

/// What every SQLite file starts with (<https://sqlite.org/fileformat2.html>, section 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Refuses a file that is not a store of a format that this version knows.
pub(super) fn require(file: &Path) -> Result<(), OpenError> {
    let mut header = Vec::with_capacity(100);
    File::open(file)
        .and_then(|opened| opened.take(100).read_to_end(&mut header))
        .map_err(failed("read", file))?;
    if header.is_empty() {
        // A store gets its name when it is whole: an empty file has lost its contents.
        return Err(OpenError::Damaged { file: file.to_owned(), source: None });
    }
    if !header.starts_with(MAGIC) || number_at(&header, 68) != Some(APPLICATION_ID) {
        return Err(OpenError::Foreign { file: file.to_owned() });
    }
    match number_at(&header, 60) {
        Some(FORMAT) => Ok(()),
        Some(found) if found > FORMAT => {
            Err(OpenError::Newer { file: file.to_owned(), found, known: FORMAT })
        }
        _ => Err(OpenError::Damaged { file: file.to_owned(), source: None }),
    }
}

fn number_at(header: &[u8], offset: usize) -> Option<u32> {
    let (_, from) = header.split_at_checked(offset)?;
    from.first_chunk().copied().map(u32::from_be_bytes)
}
