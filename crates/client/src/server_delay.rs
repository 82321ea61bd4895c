//! How long the server asks to wait.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// Reads `Retry-After-Ms`, or else `Retry-After` as seconds or as a date.
///
/// A date is compared with the answer's own `Date`, not with the clock here, which may differ.
pub(crate) fn read(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(milliseconds) = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok()) {
        return Duration::try_from_secs_f64(milliseconds / 1000.0).ok();
    }
    let retry_after = text(RETRY_AFTER.as_str())?;
    if let Ok(seconds) = retry_after.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let then = httpdate::parse_http_date(retry_after).ok()?;
    let sent = httpdate::parse_http_date(text(DATE.as_str())?).ok()?;
    then.duration_since(sent).ok()
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn delay(headers: &[(&'static str, &'static str)]) -> Option<u128> {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        read(&headers).map(|delay| delay.as_millis())
    }

    #[test]
    fn every_form_is_read() {
        const SENT: (&str, &str) = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(delay(&[]), None);
        assert_eq!(delay(&[("retry-after", "2")]), Some(2000));
        assert_eq!(delay(&[("retry-after", "0.25")]), Some(250));
        assert_eq!(delay(&[("retry-after", "0")]), Some(0));
        assert_eq!(delay(&[("retry-after", "2"), ("retry-after-ms", "70")]), Some(70));
        assert_eq!(delay(&[("retry-after", "2"), ("retry-after-ms", "soon")]), Some(2000));
        assert_eq!(delay(&[("retry-after", "Wed, 21 Oct 2015 07:28:07 GMT"), SENT]), Some(7000));
    }

    #[test]
    fn what_is_no_delay_is_none() {
        const SENT: (&str, &str) = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
        for text in ["-1", "NaN", "inf", "1e300", "soon", ""] {
            assert_eq!(delay(&[("retry-after", text)]), None, "{text}");
        }
        assert_eq!(delay(&[("retry-after", "Wed, 21 Oct 2015 07:27:59 GMT"), SENT]), None, "in the past");
        assert_eq!(delay(&[("retry-after", "Wed, 21 Oct 2015 07:28:07 GMT")]), None, "no `Date` to compare");
    }
}
