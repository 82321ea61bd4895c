//! The header `Prefer` (RFC 7240): for how long a caller wants to wait for a revocation.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use http::header::HeaderMap;
use http::request::Parts;
use portcullis_control::WaitFor;

/// No barrier is up for longer, so nobody has to wait for longer.
const LONGEST_WAIT_SECONDS: u64 = 24 * 60 * 60;

/// What the caller prefers. Anything malformed or unknown is ignored, as the RFC says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prefer {
    /// `respond-async`: rather an early answer than a complete one.
    pub(crate) respond_async: bool,
    /// `wait=<seconds>`: answer after this long at the latest.
    pub(crate) wait_seconds: Option<u64>,
}

impl Prefer {
    /// For how long to wait for the barrier.
    pub(crate) fn wait(self) -> WaitFor {
        match self.wait_seconds {
            Some(seconds) => WaitFor::AtMost(Duration::from_secs(seconds.min(LONGEST_WAIT_SECONDS))),
            None if self.respond_async => WaitFor::DontWait,
            None => WaitFor::Everyone,
        }
    }

    /// The value of `Preference-Applied`, if any preference was honoured.
    ///
    /// A complete answer honours `wait`, because it came in time; `respond-async` it did not need.
    pub(crate) fn applied(self, complete: bool) -> Option<String> {
        let respond_async = (self.respond_async && !complete).then(|| "respond-async".to_owned());
        let wait = self.wait_seconds.map(|seconds| format!("wait={seconds}"));
        let applied: Vec<String> = respond_async.into_iter().chain(wait).collect();
        (!applied.is_empty()).then(|| applied.join(", "))
    }

    fn parse(headers: &HeaderMap) -> Self {
        let lines = headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok());
        let mut prefer = Self::default();
        for (name, value) in lines.flat_map(preferences) {
            if name.eq_ignore_ascii_case("respond-async") && value.is_empty() {
                prefer.respond_async = true;
            } else if name.eq_ignore_ascii_case("wait") && prefer.wait_seconds.is_none() {
                // The first of several counts (RFC 7240, section 2).
                prefer.wait_seconds = seconds(value);
            }
        }
        prefer
    }
}

/// `delta-seconds`: digits alone. More than a number can hold is as long as it takes.
fn seconds(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

/// The names and values of one header line, without parameters and without what is malformed.
fn preferences(line: &str) -> impl Iterator<Item = (&str, &str)> {
    split_unquoted(line, b',').filter_map(|preference| {
        let preference = split_unquoted(preference, b';').next()?.trim_matches([' ', '\t']);
        let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
        let (name, value) = (name.trim_end_matches([' ', '\t']), value.trim_start_matches([' ', '\t']));
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        is_token(name).then_some((name, value))
    })
}

/// Splits at a separator that does not stand within a quoted string.
fn split_unquoted(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c: char| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => return !quoted && c == char::from(separator),
        }
        false
    })
}

fn is_token(text: &str) -> bool {
    let is_token_char = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token_char)
}

impl<S: Sync> FromRequestParts<S> for Prefer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefer(lines: &[&str]) -> Prefer {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("prefer", line.parse().unwrap());
        }
        Prefer::parse(&headers)
    }

    fn wait(lines: &[&str]) -> WaitFor {
        prefer(lines).wait()
    }

    const fn seconds(seconds: u64) -> WaitFor {
        WaitFor::AtMost(Duration::from_secs(seconds))
    }

    #[test]
    fn wait_and_respond_async_are_read_wherever_they_stand() {
        assert_eq!(wait(&["respond-async"]), WaitFor::DontWait);
        assert_eq!(wait(&["wait=10"]), seconds(10));
        assert_eq!(wait(&["respond-async, wait=10"]), seconds(10));
        assert_eq!(wait(&["return=minimal", "Wait = \"5\"; extra=1"]), seconds(5));
        assert_eq!(wait(&["foo=\"a, wait=1\", RESPOND-ASYNC"]), WaitFor::DontWait);
        assert_eq!(wait(&["wait=3", "wait=4"]), seconds(3));
        assert_eq!(wait(&["wait=0"]), seconds(0));
    }

    #[test]
    fn what_is_malformed_is_ignored() {
        for line in [
            "",
            "wait",
            "wait=",
            "wait=soon",
            "wait=-1",
            "wait=1.5",
            "wait=+1",
            "respond-async=yes",
            "=1",
            ",",
        ] {
            assert_eq!(prefer(&[line]), Prefer::default(), "{line}");
        }
        assert_eq!(wait(&["wait=99999999999999999999999"]), seconds(LONGEST_WAIT_SECONDS));
    }

    #[test]
    fn what_was_honoured_is_said() {
        assert_eq!(Prefer::default().applied(true), None);
        assert_eq!(prefer(&["respond-async"]).applied(true), None);
        assert_eq!(prefer(&["respond-async"]).applied(false).as_deref(), Some("respond-async"));
        assert_eq!(
            prefer(&["respond-async, wait=2"]).applied(false).as_deref(),
            Some("respond-async, wait=2")
        );
        assert_eq!(prefer(&["wait=2"]).applied(true).as_deref(), Some("wait=2"));
    }
}
