//! Application tokens: issued, verified, and the keys and secrets behind them.
//!
//! Everything here is synchronous and a function of its arguments: no files, no sockets, no clock.
//! Randomness comes from one place, [`random`] (and, inside aws-lc-rs, from the same generator, where keys and
//! nonces are made). All cryptography is that of aws-lc-rs.
//!
//! | module | what it does |
//! |---|---|
//! | [`keys`] | the RSA keys that sign and verify |
//! | [`claims`] | what a token says |
//! | [`issue`](mod@issue) | claims and a key become a token |
//! | [`verify`](mod@verify) | bytes become a [`VerifiedAppToken`], or a reason why not |
//! | [`certs`] | the document from which everybody else learns the keys |
//! | [`seal`] | private keys at rest |
//! | [`secret`] | random secrets, and what is kept of them |

pub mod certs;
pub mod claims;
mod encoding;
pub mod issue;
mod json;
pub mod keys;
pub mod random;
pub mod seal;
pub mod secret;
pub mod verify;

pub use certs::{CertsDocument, PublishedKey};
pub use claims::{AppClaims, Subject};
pub use issue::{IssueError, issue};
pub use keys::{KeyError, SigningKey, VerifyingKey};
pub use random::RandomError;
pub use seal::{KeyEncryptionKey, OpenError, SealError};
pub use secret::{HashKey, SecretHasher};
pub use verify::{Expired, RawAppToken, VerifiedAppToken, VerifyError, verify};

/// The longest token that is issued, and that is looked at, in bytes.
///
/// Browsers keep 4 KiB of a cookie, and servers take 8 KiB of headers: nothing longer was ever issued, so
/// nothing longer is worth hashing.
pub const TOKEN_BYTES_MAX: usize = 8 * 1024;
