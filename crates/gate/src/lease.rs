//! Until when this gate may admit.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use portcullis_model::Moment;

/// The end of the lease, on this machine's own clock that counts through suspension.
///
/// It is compared at each use with a clock read at that use; no timer ends it.
#[derive(Debug, Default)]
pub struct Lease {
    until: AtomicU64,
    closed: AtomicBool,
    waiting: Mutex<Vec<Waker>>,
}

impl Lease {
    /// Whether it runs at `now`.
    pub fn runs_at(&self, now: Moment) -> bool {
        now.nanos() < self.until.load(Ordering::Acquire) && !self.closed.load(Ordering::Acquire)
    }

    /// Lets it run until `until`, or longer if it already does, and wakes what waits for it.
    ///
    /// # Security
    ///
    /// Only the feed's child may call this, with a moment counted from *sending* the request that was
    /// granted, and only in a view at or above the grant's floor.
    pub fn extend(&self, until: Moment) {
        self.until.fetch_max(until.nanos(), Ordering::AcqRel);
        for waker in self.waiting.lock().drain(..) {
            waker.wake();
        }
    }

    /// Ends it at once and for good: nothing is admitted any more, whatever is granted.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// Ready while it runs at `now`; otherwise the task is woken when it is extended.
    pub fn poll_running(&self, now: Moment, context: &mut Context<'_>) -> Poll<()> {
        if self.runs_at(now) {
            return Poll::Ready(());
        }
        self.waiting.lock().push(context.waker().clone());
        // An extension between the first look and the registration woke nobody.
        if self.runs_at(now) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i5_a_lease_that_was_never_granted_does_not_run() {
        assert!(!Lease::default().runs_at(Moment::ZERO));
    }

    #[test]
    fn i5_a_lease_runs_until_its_end_and_not_at_it() {
        let lease = Lease::default();
        lease.extend(Moment::from_nanos(10));
        assert!(lease.runs_at(Moment::from_nanos(9)));
        assert!(!lease.runs_at(Moment::from_nanos(10)));
        lease.extend(Moment::from_nanos(5));
        assert!(lease.runs_at(Moment::from_nanos(9)));
        lease.close();
        lease.extend(Moment::from_nanos(20));
        assert!(!lease.runs_at(Moment::ZERO), "nothing opens it again");
    }
}
