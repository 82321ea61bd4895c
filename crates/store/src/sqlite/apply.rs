//! One transaction within a group: conditions, revision and writes.

use std::collections::BTreeMap;

use portcullis_model::Revision;
use rusqlite::{Connection, params};

use super::query;
use crate::counters::Tally;
use crate::{Change, Commit, Committed, Key, Stored, Transaction};

/// What became of one transaction of a group, as long as the group becomes durable.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A condition did not hold.
    Conflict,
    /// There was nothing to change.
    Unchanged(Committed),
    /// It took a revision.
    Changed(Committed, Commit),
}

/// Where in the history a transaction is applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The commit before it, which may be in the same group.
    pub(super) predecessor: Revision,
    /// The revision that it takes if it changes something.
    pub(super) revision: Revision,
}

/// Applies `transaction` on top of those before it in the group.
pub(super) fn apply(
    connection: &Connection,
    transaction: Transaction,
    place: Place,
    tally: &Tally,
) -> rusqlite::Result<Outcome> {
    let mut current = load(connection, &transaction, tally)?;
    if !transaction.conditions().iter().all(|condition| condition.holds(current.get(condition.key()))) {
        return Ok(Outcome::Conflict);
    }
    let mut previous = BTreeMap::new();
    let mut changes = Vec::new();
    for (key, value) in transaction.into_writes() {
        let before = current.remove(&key);
        let record = value.map(|value| Stored {
            value,
            created: before.as_ref().map_or(place.revision, |stored| stored.created),
            modified: place.revision,
        });
        if before.is_some() || record.is_some() {
            write(connection, &key, record.as_ref())?;
            previous.extend(before.map(|stored| (key.clone(), stored)));
            changes.push(Change { key, record });
        }
    }
    tally.add_written(changes.len());
    Ok(outcome(place, previous, changes))
}

fn outcome(place: Place, previous: BTreeMap<Key, Stored>, changes: Vec<Change>) -> Outcome {
    let Place { predecessor, revision } = place;
    if changes.is_empty() {
        return Outcome::Unchanged(Committed { revision: predecessor, previous });
    }
    Outcome::Changed(Committed { revision, previous }, Commit { revision, predecessor, changes })
}

/// Reads each key that the transaction touches, once.
fn load(
    connection: &Connection,
    transaction: &Transaction,
    tally: &Tally,
) -> rusqlite::Result<BTreeMap<Key, Stored>> {
    let touched = transaction.touched();
    tally.add_read(touched.len());
    let mut current = BTreeMap::new();
    for key in touched {
        current.extend(query::find(connection, key)?.map(|stored| (key.clone(), stored)));
    }
    Ok(current)
}

fn write(connection: &Connection, key: &Key, record: Option<&Stored>) -> rusqlite::Result<()> {
    let Some(record) = record else {
        connection.prepare_cached("DELETE FROM records WHERE key = ?1")?.execute([key.as_bytes()])?;
        return Ok(());
    };
    let mut statement = connection.prepare_cached(
        "INSERT INTO records (key, value, created, modified) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, modified = excluded.modified",
    )?;
    let (created, modified) = (number(record.created)?, number(record.modified)?);
    statement.execute(params![key.as_bytes(), record.value, created, modified])?;
    Ok(())
}

/// Moves the head of the history, and records the revisions that it skips.
pub(super) fn advance(
    connection: &Connection,
    from: Revision,
    first: Revision,
    head: Revision,
) -> rusqlite::Result<()> {
    if first > from.next() {
        let mut statement =
            connection.prepare_cached("INSERT INTO history_gaps (after, until) VALUES (?1, ?2)")?;
        statement.execute([number(from)?, number(first)?])?;
    }
    connection.prepare_cached("UPDATE history SET head = ?1")?.execute([number(head)?])?;
    Ok(())
}

fn number(revision: Revision) -> rusqlite::Result<i64> {
    i64::try_from(revision.get()).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
