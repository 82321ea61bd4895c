//! The time of the tests.

use std::time::Duration;

use parking_lot::Mutex;
use portcullis_model::{Clock, Moment, Now, Timestamp};
use tokio::time::Instant;

/// A calendar that stands still until a test moves it, beside tokio's own clock, which the tests pause.
pub(crate) struct TestClock {
    wall: Mutex<Timestamp>,
    started: Instant,
}

impl TestClock {
    pub(crate) fn new() -> Self {
        Self { wall: Mutex::new("2025-03-19T20:20:42Z".parse().unwrap()), started: Instant::now() }
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut wall = self.wall.lock();
        *wall = wall.plus(by);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Now {
        Now { wall: *self.wall.lock(), boot: Moment::from_nanos(1).plus(self.started.elapsed()) }
    }
}
