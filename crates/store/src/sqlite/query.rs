//! What is read from the file.

use portcullis_model::{Incarnation, Revision};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::{HistoryGap, HistoryGaps, Key, KeyRange, Read, Scan, Stored};

/// Fails unless the tables are there, with their columns.
pub(super) fn require_tables(connection: &Connection) -> rusqlite::Result<()> {
    for statement in [FIND, SCAN, GAPS] {
        connection.prepare(statement)?;
    }
    Ok(())
}

/// Which history this is, and its last commit.
pub(super) fn history(connection: &Connection) -> rusqlite::Result<(Incarnation, Revision)> {
    let mut statement = connection.prepare_cached("SELECT incarnation, head FROM history")?;
    statement.query_one([], |row| Ok((Incarnation::from_bytes(row.get(0)?), revision_in(row, 1)?)))
}

/// The values of these keys.
pub(super) fn get(snapshot: &Connection, keys: &[Key]) -> rusqlite::Result<Read> {
    let (_, revision) = history(snapshot)?;
    let values = keys.iter().map(|key| find(snapshot, key)).collect::<Result<_, _>>()?;
    Ok(Read { revision, values })
}

const FIND: &str = "SELECT value, created, modified FROM records WHERE key = ?1";

/// The record with this key.
pub(super) fn find(connection: &Connection, key: &Key) -> rusqlite::Result<Option<Stored>> {
    let mut statement = connection.prepare_cached(FIND)?;
    statement.query_row([key.as_bytes()], stored).optional()
}

const SCAN: &str =
    "SELECT value, created, modified, key FROM records WHERE key >= ?1 AND key < ?2 ORDER BY key";
const SCAN_TO_END: &str = "SELECT value, created, modified, key FROM records WHERE key >= ?1 ORDER BY key";

/// The records in these ranges, which are in order and do not overlap.
pub(super) fn scan(snapshot: &Connection, ranges: &[KeyRange]) -> rusqlite::Result<Scan> {
    let (_, revision) = history(snapshot)?;
    let mut records = Vec::new();
    for range in ranges {
        scan_range(snapshot, range, &mut records)?;
    }
    Ok(Scan { revision, records })
}

fn scan_range(
    snapshot: &Connection,
    range: &KeyRange,
    records: &mut Vec<(Key, Stored)>,
) -> rusqlite::Result<()> {
    let keyed = |row: &Row<'_>| Ok((Key::new(row.get::<_, Vec<u8>>(3)?), stored(row)?));
    let end = range.end();
    let mut statement = snapshot.prepare_cached(if end.is_some() { SCAN } else { SCAN_TO_END })?;
    let found = match &end {
        Some(end) => statement.query_map([range.start(), end], keyed)?,
        None => statement.query_map([range.start()], keyed)?,
    };
    for record in found {
        records.push(record?);
    }
    Ok(())
}

const GAPS: &str = "SELECT after, until FROM history_gaps ORDER BY after";

/// Every jump that the revisions made.
pub(super) fn history_gaps(snapshot: &rusqlite::Transaction<'_>) -> rusqlite::Result<HistoryGaps> {
    let (_, head) = history(snapshot)?;
    let mut statement = snapshot.prepare_cached(GAPS)?;
    let gap = |row: &Row<'_>| Ok(HistoryGap { after: revision_in(row, 0)?, until: revision_in(row, 1)? });
    let gaps = statement.query_map([], gap)?.collect::<Result<_, _>>()?;
    Ok(HistoryGaps { head, gaps })
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored { value: row.get(0)?, created: revision_in(row, 1)?, modified: revision_in(row, 2)? })
}

/// A revision as SQLite holds it: signed, and never negative.
fn revision_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Revision> {
    let number = row.get::<_, i64>(column)?;
    let number = u64::try_from(number)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error)))?;
    Ok(Revision::new(number))
}
