//! The one clock of revocation.

use std::fmt;

use crate::id::{AppKey, ServiceTokenId, SessionNonce, UserId};

/// The number of a commit in the store's one history; it only ever rises.
///
/// Tokens carry the revision of the view on which they were judged, and a revocation sets a
/// watermark to its own revision. No timestamps are compared, so two events in the same second, a
/// skewed clock or a clock that is stepped back cannot change which came first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u64);

impl Revision {
    /// Before every commit.
    pub const ZERO: Self = Self(0);

    /// The revision with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The revision that follows, or itself at the end of the number range.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What a revocation covers: the key of a watermark.
///
/// The watermark's height is the revision of the commit that last put it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Watermark {
    /// Everything. Dropping old watermarks first raises this one, so that forgetting can only kill.
    Floor,
    /// Every token of one application.
    Application(AppKey),
    /// Every token issued to one service token.
    ServiceToken(ServiceTokenId),
    /// Every token and session of one person.
    User(UserId),
    /// Every token of one login.
    Session(SessionNonce),
}
