//! Points in time, as values. Reading a clock is somebody else's work.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;

/// A point of the calendar, to the second: expiry of tokens, times in the API.
///
/// It never decides whether something was revoked; see [`Revision`](crate::Revision).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The point this many seconds after 1970-01-01T00:00:00Z.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This much later, in whole seconds.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(duration.as_secs()))
    }
}

/// `2025-03-19T20:20:42Z`, as Cloudflare writes it.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text =
            OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|time| time.format(&Rfc3339).ok());
        f.write_str(text.as_deref().unwrap_or("0000-00-00T00:00:00Z"))
    }
}

/// Text that is not a time of RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the form `2025-03-19T20:20:42Z`")]
pub struct TimestampError;

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimestampError)?;
        Ok(Self(time.unix_timestamp()))
    }
}

/// A point on this machine's monotonic clock that counts through suspension (`CLOCK_BOOTTIME`).
///
/// Leases are measured in it: it cannot be set, and a machine that slept knows that it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(u64);

impl Moment {
    /// Before every other moment.
    pub const ZERO: Self = Self(0);

    /// The moment this many nanoseconds after the machine started.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the machine started.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// This much later.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// How long after `earlier` this is; nothing if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// Both clocks, read once for one decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The calendar.
    pub wall: Timestamp,
    /// The clock of leases.
    pub boot: Moment,
}

/// Where the time comes from. The binary has the real one; tests have one that they move.
pub trait Clock: Send + Sync + 'static {
    /// The time, read at this call and never from a cached tick.
    fn now(&self) -> Now;

    /// The clock of leases alone.
    fn boot(&self) -> Moment {
        self.now().boot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_written_as_cloudflare_does() {
        let time: Timestamp = "2025-03-19T20:20:42Z".parse().unwrap();
        assert_eq!(time.unix(), 1_742_415_642);
        assert_eq!(time.to_string(), "2025-03-19T20:20:42Z");
    }

    #[test]
    fn a_fraction_of_a_second_is_cut_off() {
        assert_eq!(
            "2025-03-19T20:20:42.9Z".parse::<Timestamp>().unwrap().to_string(),
            "2025-03-19T20:20:42Z"
        );
        assert!("2025-03-19".parse::<Timestamp>().is_err());
    }
}
