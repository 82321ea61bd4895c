//! What revoking answers.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use crate::RawResponse;

/// The tokens of an application are revoked.
///
/// Cloudflare says no more than that. Portcullis says in headers how far it is, and answers 200 only when no gate admits
/// the revoked tokens any more. Against Cloudflare, everything here but [`Self::status`] and
/// [`Self::result`] is `None`.
#[derive(Clone, Debug)]
pub struct RevokedTokens {
    result: Option<Value>,
    status: StatusCode,
    revision: Option<u64>,
    gates: Option<Gates>,
    enforced_within: Option<Duration>,
}

/// How many gates have confirmed a revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gates {
    /// Those that have confirmed it.
    pub confirmed: u64,
    /// Those that are connected.
    pub connected: u64,
}

impl RevokedTokens {
    pub(crate) fn new(result: Option<Value>, raw: &RawResponse) -> Self {
        Self {
            result,
            status: raw.status(),
            revision: raw.header("portcullis-revision").and_then(|text| text.parse().ok()),
            gates: raw.header("portcullis-gates").and_then(parse_gates),
            enforced_within: raw.header("portcullis-enforced-within").and_then(parse_duration),
        }
    }

    /// The `result` of the answer: an empty object, or nothing.
    pub const fn result(&self) -> Option<&Value> {
        self.result.as_ref()
    }

    /// The status: 200 or 202.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether no gate admits the revoked tokens any more.
    ///
    /// `Some(false)` means that it is durable, and that every gate obeys within [`Self::enforced_within`].
    /// `None` means that the server makes no such promise.
    pub fn is_enforced(&self) -> Option<bool> {
        self.revision.map(|_| self.status == StatusCode::OK)
    }

    /// The revision of the revocation: tokens stamped with a lower one are dead.
    pub const fn revision(&self) -> Option<u64> {
        self.revision
    }

    /// How many gates have confirmed it.
    pub const fn gates(&self) -> Option<Gates> {
        self.gates
    }

    /// By when every gate obeys, counted from the answer.
    pub const fn enforced_within(&self) -> Option<Duration> {
        self.enforced_within
    }
}

/// Reads `12/12`.
fn parse_gates(text: &str) -> Option<Gates> {
    let (confirmed, connected) = text.split_once('/')?;
    Some(Gates { confirmed: confirmed.trim().parse().ok()?, connected: connected.trim().parse().ok()? })
}

/// Reads seconds, with or without a unit: `3.75`, `3.75s`, `3750ms`.
fn parse_duration(text: &str) -> Option<Duration> {
    let (number, per_second) = match text.strip_suffix("ms") {
        Some(number) => (number, 1000.0),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    Duration::try_from_secs_f64(number.trim().parse::<f64>().ok()? / per_second).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_every_form() {
        let read = |text| parse_duration(text).map(|duration| duration.as_millis());
        for text in ["3.75", "3.75s", "3750ms", "3.75 s"] {
            assert_eq!(read(text), Some(3750), "{text}");
        }
        for text in ["", "s", "soon", "-1s", "NaN", "1h"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn gates_are_read() {
        assert_eq!(parse_gates("11/12"), Some(Gates { confirmed: 11, connected: 12 }));
        for text in ["", "12", "a/b", "-1/2", "1/2/3"] {
            assert_eq!(parse_gates(text), None, "{text}");
        }
    }
}
