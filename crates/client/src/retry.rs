//! What is repeated, how often and when.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use url::Url;

use crate::server_delay;

type Hook = dyn Fn(&Retry<'_>) + Send + Sync;

/// What is repeated, how often and when.
///
/// Repeated is what failed with 408, 409, 429, 5xx or without an answer. The server can overrule that with
/// `x-should-retry: true` or `false`. Calls that are not safe to repeat (creating something) are only
/// repeated if they certainly were not done: the connection was never made, or the answer is 429, or the
/// server says that they should be. Revoking is safe to repeat.
///
/// The wait is what the server asks for in `Retry-After-Ms` or `Retry-After`, if that is not too long, or else
/// doubles from `base` up to `cap`, less a random part.
///
/// ```
/// use std::time::Duration;
///
/// use portcullis_client::{Client, RetryPolicy};
///
/// let patient = RetryPolicy::default()
///     .max_retries(10)
///     .cap(Duration::from_secs(30))
///     .on_retry(|retry| eprintln!("{} {}: again in {:?}", retry.method, retry.url, retry.delay));
/// let client = Client::builder().api_token("token").retry(patient).build()?;
/// # Ok::<(), portcullis_client::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct RetryPolicy {
    max_retries: u32,
    base: Duration,
    cap: Duration,
    jitter: f64,
    max_server_delay: Duration,
    retry_non_idempotent: bool,
    on_retry: Option<Arc<Hook>>,
}

/// A repetition that is about to be waited for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Retry<'a> {
    /// Which repetition it will be, counted from 1.
    pub retries: u32,
    /// How long is waited.
    pub delay: Duration,
    /// The status of the answer, if there was one.
    pub status: Option<StatusCode>,
    /// The request's method.
    pub method: &'a Method,
    /// The request's address.
    pub url: &'a Url,
}

/// How an attempt failed.
pub(crate) enum Outcome<'a> {
    /// The connection was not made, so the server has done nothing.
    NeverSent,
    /// There is no answer, so the server may have done anything.
    Lost,
    /// There is an answer.
    Answered(StatusCode, &'a HeaderMap),
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 2,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            jitter: 0.25,
            max_server_delay: Duration::from_mins(1),
            retry_non_idempotent: false,
            on_retry: None,
        }
    }
}

impl RetryPolicy {
    /// Nothing is repeated.
    pub fn none() -> Self {
        Self::default().max_retries(0)
    }

    /// How often a call is repeated at most; 2 by default.
    pub const fn max_retries(mut self, max_retries: u32) -> Self {
        self.max_retries = max_retries;
        self
    }

    /// The wait before the first repetition; half a second by default.
    pub const fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest wait that is not asked for by the server; 8 seconds by default.
    pub const fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// Which part of a wait may be taken off at random, 0 to 1; a quarter by default.
    pub const fn jitter(mut self, jitter: f64) -> Self {
        self.jitter = jitter.clamp(0.0, 1.0);
        self
    }

    /// The longest wait that the server can ask for; a minute by default. A longer one is ignored.
    pub const fn max_server_delay(mut self, max_server_delay: Duration) -> Self {
        self.max_server_delay = max_server_delay;
        self
    }

    /// Repeats calls that are not safe to repeat like all others. Something may be created twice.
    pub const fn retry_non_idempotent(mut self, retry: bool) -> Self {
        self.retry_non_idempotent = retry;
        self
    }

    /// Is called before each wait.
    pub fn on_retry(mut self, hook: impl Fn(&Retry<'_>) + Send + Sync + 'static) -> Self {
        self.on_retry = Some(Arc::new(hook));
        self
    }

    pub(crate) const fn limit(&self) -> u32 {
        self.max_retries
    }

    pub(crate) fn notify(&self, retry: &Retry<'_>) {
        if let Some(hook) = &self.on_retry {
            hook(retry);
        }
    }

    /// How long to wait before the next attempt; `None` if there should be none.
    pub(crate) fn delay(&self, outcome: &Outcome<'_>, repeatable: bool, retries: u32) -> Option<Duration> {
        if !should_repeat(outcome, repeatable || self.retry_non_idempotent) {
            return None;
        }
        let asked = match outcome {
            Outcome::Answered(_, headers) => server_delay::read(headers),
            Outcome::NeverSent | Outcome::Lost => None,
        };
        let asked = asked.filter(|delay| *delay <= self.max_server_delay);
        Some(asked.unwrap_or_else(|| self.backoff(retries, random_part())))
    }

    /// `random` is from 0 to 1.
    fn backoff(&self, retries: u32, random: f64) -> Duration {
        let doubled = self.base.saturating_mul(2_u32.saturating_pow(retries));
        doubled.min(self.cap).mul_f64(1.0 - self.jitter * random)
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("max_retries", &self.max_retries)
            .field("base", &self.base)
            .field("cap", &self.cap)
            .field("jitter", &self.jitter)
            .field("max_server_delay", &self.max_server_delay)
            .field("retry_non_idempotent", &self.retry_non_idempotent)
            .finish_non_exhaustive()
    }
}

fn should_repeat(outcome: &Outcome<'_>, repeatable: bool) -> bool {
    match outcome {
        Outcome::NeverSent => true,
        Outcome::Lost => repeatable,
        Outcome::Answered(status, headers) => match headers.get("x-should-retry").map(AsRef::as_ref) {
            Some(b"true") => true,
            Some(b"false") => false,
            _ if *status == StatusCode::TOO_MANY_REQUESTS => true,
            _ => repeatable && is_passing(*status),
        },
    }
}

/// Whether the same call may succeed a moment later.
fn is_passing(status: StatusCode) -> bool {
    matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT) || status.is_server_error()
}

/// From 0 to 1. It spreads clients out and protects nothing, so the seed of a hash table will do.
fn random_part() -> f64 {
    let bits = RandomState::new().hash_one(()) >> 32;
    f64::from(u32::try_from(bits).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_to_the_cap_and_loses_a_quarter_at_most() {
        let policy = RetryPolicy::default();
        let longest: Vec<_> = (0..6).map(|retries| policy.backoff(retries, 0.0).as_millis()).collect();
        let shortest: Vec<_> = (0..6).map(|retries| policy.backoff(retries, 1.0).as_millis()).collect();
        assert_eq!(longest, [500, 1000, 2000, 4000, 8000, 8000]);
        assert_eq!(shortest, [375, 750, 1500, 3000, 6000, 6000]);
        assert_eq!(policy.backoff(u32::MAX, 0.0).as_millis(), 8000);
    }

    #[test]
    fn the_random_part_is_a_part() {
        assert!((0..100).all(|_| (0.0..=1.0).contains(&random_part())));
    }
}
