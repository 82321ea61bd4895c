//! The one place where the time is read.

use std::time::{SystemTime, UNIX_EPOCH};

use portcullis_model::{Clock, Moment, Now, Timestamp};
use rustix::time::{ClockId, clock_gettime};

/// This machine's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Now {
        Now { wall: Timestamp::from_unix(since_1970().as_secs().cast_signed()), boot: self.boot() }
    }

    /// `CLOCK_BOOTTIME`: monotonic, and it goes on while the machine is suspended.
    fn boot(&self) -> Moment {
        let time = clock_gettime(ClockId::Boottime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        let nanos = u64::try_from(time.tv_nsec).unwrap_or_default();
        Moment::from_nanos(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
    }
}

/// Microseconds since 1970: where the embedded store continues its revisions from.
pub(crate) fn unix_micros() -> u64 {
    u64::try_from(since_1970().as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place where the calendar is read")]
fn since_1970() -> std::time::Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
