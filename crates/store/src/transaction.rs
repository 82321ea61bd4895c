//! What a commit does, and what it answers.

use std::collections::{BTreeMap, BTreeSet};

use portcullis_model::Revision;

use crate::{Key, Stored};

/// What must hold, at the instant of the commit, for a transaction to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// There is no record with this key.
    Absent(Key),
    /// There is a record with this key.
    Present(Key),
    /// The record with this key was last put by exactly this commit.
    ModifiedAt(Key, Revision),
}

impl Condition {
    pub(crate) fn key(&self) -> &Key {
        match self {
            Self::Absent(key) | Self::Present(key) | Self::ModifiedAt(key, _) => key,
        }
    }

    pub(crate) fn holds(&self, current: Option<&Stored>) -> bool {
        match self {
            Self::Absent(_) => current.is_none(),
            Self::Present(_) => current.is_some(),
            Self::ModifiedAt(_, revision) => current.is_some_and(|stored| stored.modified == *revision),
        }
    }
}

/// Conditions and writes that take effect together, as one revision, or not at all.
///
/// A transaction writes each key at most once: a later `put` or `delete` of the same key replaces
/// the earlier one. Keep it small (at most about a hundred keys): etcd refuses more than 128
/// operations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a transaction does nothing until it is committed"]
pub struct Transaction {
    conditions: Vec<Condition>,
    writes: BTreeMap<Key, Option<Vec<u8>>>,
}

impl Transaction {
    /// The transaction that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition; all of them must hold.
    pub fn require(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    /// Puts `value` at `key`, whether or not there was a record.
    pub fn put(mut self, key: Key, value: impl Into<Vec<u8>>) -> Self {
        self.writes.insert(key, Some(value.into()));
        self
    }

    /// Deletes the record at `key`, if there is one.
    pub fn delete(mut self, key: Key) -> Self {
        self.writes.insert(key, None);
        self
    }

    /// What must hold.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// What is written: `Some` is put, `None` deleted.
    pub fn writes(&self) -> &BTreeMap<Key, Option<Vec<u8>>> {
        &self.writes
    }

    /// Every key that the transaction looks at or writes.
    pub(crate) fn touched(&self) -> BTreeSet<&Key> {
        self.conditions.iter().map(Condition::key).chain(self.writes.keys()).collect()
    }

    /// Takes the writes, to move their values to where they are kept.
    pub(crate) fn into_writes(self) -> BTreeMap<Key, Option<Vec<u8>>> {
        self.writes
    }
}

/// The answer to a commit that is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The revision of the commit; if the transaction changed nothing, that of the head.
    pub revision: Revision,
    /// What the written keys held just before, for those that held something.
    pub previous: BTreeMap<Key, Stored>,
}
