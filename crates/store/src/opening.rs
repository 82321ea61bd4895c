//! How a store is opened.

use portcullis_model::{Incarnation, Revision};

/// How many bytes of recent commits are kept for watchers unless told otherwise.
pub const WATCH_HISTORY_BYTES: usize = 16 << 20;

/// What opening a store needs to be told: the store itself reads no clock and makes no ids.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The incarnation of a store that does not exist yet; one that exists keeps its own.
    pub incarnation: Incarnation,
    /// The time, in microseconds since 1970. The first commit has at least this revision.
    pub unix_us: u64,
    /// How many bytes of recent commits to keep for watchers.
    pub watch_history_bytes: usize,
}

impl Opening {
    /// An opening at this time, with [`WATCH_HISTORY_BYTES`] of history.
    pub fn new(incarnation: Incarnation, unix_us: u64) -> Self {
        Self { incarnation, unix_us, watch_history_bytes: WATCH_HISTORY_BYTES }
    }

    /// The revision of the first commit on top of `head`.
    ///
    /// Every start jumps to the present, so that a file that was copied back, and then opened, never
    /// hands out the numbers of the history that it lost. A clock that was stepped back does not matter.
    pub(crate) fn first_revision(&self, head: Revision) -> Revision {
        head.next().max(Revision::new(self.unix_us))
    }
}
