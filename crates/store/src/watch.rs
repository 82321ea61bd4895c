//! The commits as they happen.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::{Stream, StreamExt};
use portcullis_model::Revision;

use crate::{Key, Stored, WatchError};

/// One commit, as a watcher sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its revision.
    pub revision: Revision,
    /// The revision of the commit before it. A watcher that last saw another one has missed something.
    pub predecessor: Revision,
    /// What it changed, in the order of the keys, each once.
    pub changes: Vec<Change>,
}

/// What one commit did to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where the record is.
    pub key: Key,
    /// The record from this commit on, or `None` if it was deleted.
    pub record: Option<Stored>,
}

/// Every commit after some revision.
pub struct Watch {
    commits: Pin<Box<dyn Stream<Item = Result<Arc<Commit>, WatchError>> + Send>>,
    ended: Option<WatchError>,
}

impl Watch {
    /// A watch over these commits; the stream's end counts as the store being closed.
    pub fn new(commits: impl Stream<Item = Result<Arc<Commit>, WatchError>> + Send + 'static) -> Self {
        Self { commits: Box::pin(commits), ended: None }
    }

    /// The next commit.
    ///
    /// After an error the watch is over, and repeats the error.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no commit.
    pub async fn next(&mut self) -> Result<Arc<Commit>, WatchError> {
        if let Some(error) = &self.ended {
            return Err(error.clone());
        }
        let closed = || Err(WatchError::Unavailable(crate::error::Ended::Closed.cause()));
        let next = self.commits.next().await.unwrap_or_else(closed);
        self.ended = next.as_ref().err().cloned();
        next
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("ended", &self.ended).finish_non_exhaustive()
    }
}
