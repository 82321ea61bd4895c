//! Tokens whose signature was verified, remembered by their exact bytes.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::quality::RandomState;
use portcullis_token::VerifiedAppToken;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// A token and what its verified claims say.
#[derive(Debug)]
pub struct RememberedToken {
    raw: Box<str>,
    token: VerifiedAppToken,
}

impl RememberedToken {
    /// Keeps `raw`, of which `token` is what was verified; what verifies is ASCII.
    pub(crate) fn new(raw: &[u8], token: VerifiedAppToken) -> Self {
        Self { raw: String::from_utf8_lossy(raw).into(), token }
    }

    /// The token as it was received.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// What was verified of it. Audience, expiry and liveness are asked on every request.
    pub fn token(&self) -> &VerifiedAppToken {
        &self.token
    }
}

#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<u64, Arc<RememberedToken>> for Bytes {
    fn weight(&self, _: &u64, token: &Arc<RememberedToken>) -> u64 {
        // Two counts and a slot of the cache.
        const OVERHEAD: usize = 64;
        (token.raw.len() + token.token.memory_bytes() + OVERHEAD) as u64
    }
}

/// The memory, bounded in bytes.
///
/// # Security
///
/// A hash finds an entry, and only equality of the whole token makes it count: no collision, found or
/// made, gives one token the claims of another. What is remembered is that a signature was right, never
/// that a request was admitted, so there is nothing here to invalidate.
#[derive(Debug)]
pub(crate) struct TokenMemory {
    tokens: Cache<u64, Arc<RememberedToken>, Bytes>,
    hasher: RandomState,
}

impl TokenMemory {
    /// Remembers up to `bytes` bytes of tokens.
    pub(crate) fn new(bytes: u64) -> Self {
        const TYPICAL: u64 = 1024;
        let items = usize::try_from(bytes / TYPICAL).unwrap_or(usize::MAX);
        Self { tokens: Cache::with_weighter(items, bytes, Bytes), hasher: RandomState::default() }
    }

    /// The remembered token that equals `raw`.
    pub(crate) fn find(&self, raw: &[u8]) -> Option<Arc<RememberedToken>> {
        let found = self.tokens.get(&self.hasher.hash_one(raw))?;
        (found.raw.as_bytes() == raw).then_some(found)
    }

    pub(crate) fn remember(&self, token: Arc<RememberedToken>) {
        self.tokens.insert(self.hasher.hash_one(token.raw.as_bytes()), token);
    }
}
