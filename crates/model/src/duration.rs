//! Session durations in Go's notation, kept as they were written.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A duration such as `24h`, `2h45m` or `300ms`, with the text that it came from.
///
/// The text is kept because the API gives back what was sent: `24h` and `1440m` are the same
/// length, and a client that sent one sees a difference in the other.
/// Units: `ns us µs ms s m h`, as Go's `time.ParseDuration`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionDuration {
    text: String,
    length: Duration,
}

/// Text that is not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a duration such as `24h`, `2h45m` or `300ms`")]
pub struct DurationError;

impl SessionDuration {
    /// The longest that is taken: ten years. Longer ones would outlive every key that could sign them.
    pub const MAX: Duration = Duration::from_hours(87840);

    /// How long it is.
    pub const fn length(&self) -> Duration {
        self.length
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Default for SessionDuration {
    /// `24h`, Cloudflare's default.
    fn default() -> Self {
        Self { text: "24h".into(), length: Duration::from_hours(24) }
    }
}

impl fmt::Display for SessionDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for SessionDuration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let length = parse_go_duration(text).filter(|length| *length <= Self::MAX).ok_or(DurationError)?;
        Ok(Self { text: text.into(), length })
    }
}

fn parse_go_duration(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(unit_at);
        let number: f64 = number.parse().ok()?;
        let unit_end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let seconds = match unit {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        total = total.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
        rest = tail;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_durations_are_read() {
        for (text, seconds) in
            [("24h", 86400.0), ("2h45m", 9900.0), ("300ms", 0.3), ("1.5h", 5400.0), ("0", 0.0), ("0s", 0.0)]
        {
            let duration: SessionDuration = text.parse().unwrap();
            assert!((duration.length().as_secs_f64() - seconds).abs() < 1e-6, "{text}");
            assert_eq!(duration.as_str(), text);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "24", "h", "1d", "-1h", "1h ", " 1h", "1..5h", "99999999h", "1e9h", "infh", "NaNs"] {
            assert!(text.parse::<SessionDuration>().is_err(), "{text}");
        }
    }
}
