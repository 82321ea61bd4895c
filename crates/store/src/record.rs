//! What a read returns.

use portcullis_model::Revision;

use crate::Key;

/// A record as it stood at some revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its bytes.
    pub value: Vec<u8>,
    /// The commit that put it where there was nothing.
    pub created: Revision,
    /// The commit that last put it. The height of a watermark is this number.
    pub modified: Revision,
}

/// The answer to a `get`: every value as of one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The last commit that the values include.
    pub revision: Revision,
    /// One entry for each key that was asked for, in the order asked.
    pub values: Vec<Option<Stored>>,
}

/// The answer to a `scan`: every record of some ranges as of one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// The last commit that the records include.
    pub revision: Revision,
    /// The records in the order of their keys, each once.
    pub records: Vec<(Key, Stored)>,
}
