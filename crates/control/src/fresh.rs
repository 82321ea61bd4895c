//! The one place where this crate draws randomness: ids.

use portcullis_token::{RandomError, random};

use crate::commit::CommitFailed;

/// Random bytes for an id.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], CommitFailed> {
    random::bytes().map_err(|error: RandomError| CommitFailed::preparation(error))
}
