//! The id of an answer, by which a person's complaint is found in the log.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderValue;

/// Gives out ids; they are unique and say nothing, and nothing depends on their being hard to guess.
#[derive(Debug, Default)]
pub(crate) struct Rays {
    hasher: RandomState,
    count: AtomicU64,
}

impl Rays {
    pub(crate) fn next(&self) -> Ray {
        Ray(self.hasher.hash_one(self.count.fetch_add(1, Ordering::Relaxed)))
    }
}

/// One id, sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ray(u64);

impl Ray {
    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_str(&self.to_string()).unwrap_or_else(|_| HeaderValue::from_static("0"))
    }
}

impl fmt::Display for Ray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
