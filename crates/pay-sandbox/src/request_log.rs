//! Which requests came, without what must not be kept.

use serde::Serialize;

/// One request that the sandbox read or, without sockets, could have read. No header, no query and no body is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Counts up from 1.
    pub serial: u64,
    /// When, in epoch milliseconds of the sandbox's clock.
    pub at_ms: i64,
    /// The operation, such as `payfirma.transactions.sale`; `None` where no route fits.
    pub operation: Option<String>,
    /// The method.
    pub method: String,
    /// The path; long runs of digits, which could be card numbers, are starred out.
    pub path: String,
    /// The status that was (or would have been) answered; `None` where the request was dropped
    /// before it had an effect.
    pub status: Option<u16>,
    /// The fault that was applied, by its number.
    pub fault: Option<u64>,
    /// The request's `x-sandbox-tag` header.
    pub tag: Option<String>,
}

/// Hides runs of 12 and more digits.
pub(crate) fn without_card_numbers(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut digits = String::new();
    for c in path.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if digits.len() >= 12 {
            out.push_str("****");
        } else {
            out.push_str(&digits);
        }
        digits.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_starred_out() {
        assert_eq!(without_card_numbers("/a/4111111111111111/b/123"), "/a/****/b/123");
        assert_eq!(without_card_numbers("/a/4111111111111111"), "/a/****");
    }
}
