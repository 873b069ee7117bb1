use std::time::Duration;

use http::{HeaderMap, header};
use time::OffsetDateTime;

/// No provider means more, and a clock that is far off must not make us wait for it.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long an answer asks to wait: seconds, or a date. Never negative, at most a day.
pub(super) fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a number holds is still a number.
        let wait = text.parse().map_or(LONGEST, Duration::from_secs);
        return Some(wait.min(LONGEST));
    }
    let at = OffsetDateTime::from(httpdate::parse_http_date(text).ok()?);
    let wait = Duration::try_from(at - now).unwrap_or(Duration::ZERO);
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_wait_is_seconds_or_a_date_and_nothing_else() {
        let now = datetime!(2026-03-01 12:00:00 UTC);
        let day = Some(LONGEST);
        for (text, wait) in [
            ("0", Some(Duration::ZERO)),
            ("7", Some(Duration::from_secs(7))),
            (" 7 ", Some(Duration::from_secs(7))),
            ("86401", day),
            ("99999999999999999999999999", day),
            ("Sun, 01 Mar 2026 12:00:09 GMT", Some(Duration::from_secs(9))),
            ("Sunday, 01-Mar-26 12:00:09 GMT", Some(Duration::from_secs(9))),
            ("Sun, 01 Mar 2026 11:59:59 GMT", Some(Duration::ZERO)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(Duration::ZERO)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", day),
            ("", None),
            ("-5", None),
            ("+5", None),
            ("1.5", None),
            ("soon", None),
            ("7 seconds", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(text));
            assert_eq!(retry_after(&headers, now), wait, "{text:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
