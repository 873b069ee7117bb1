//! `status_code`, the one verdict that North's answers are known to have: "00" is approved.
//!
//! It is text. A number is no code: 0 is not "00", and 7 may be anything.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// Writes the code, or null. With [`deserialize`] for serde's `with`.
pub(crate) fn serialize<S: Serializer>(
    code: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    code.serialize(serializer)
}

/// Reads a code that is text; anything else is none.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(code) => Some(code),
        _ => None,
    })
}

/// What a `status_code` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusCode {
    /// "00".
    Approved,
    /// A code of a card issuer, such as "05".
    Declined,
    /// Nothing that is known: nothing happened, or all of it.
    Unclear,
}

impl StatusCode {
    /// Any other code than "00" is a decline, if it is a code: not where it is empty, a word, zero in
    /// another spelling, or a number of three digits, which is HTTP's status told once more.
    pub(crate) fn read(code: &str) -> Self {
        let digits = code.bytes().all(|b| b.is_ascii_digit());
        let is_code = (1..=8).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_alphanumeric())
            && code.bytes().any(|b| b.is_ascii_digit());
        let is_http = digits && code.len() == 3;
        match code {
            "00" => Self::Approved,
            _ if !is_code || is_http || code.bytes().all(|b| b == b'0') => Self::Unclear,
            _ => Self::Declined,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_two_zeros_approve_and_only_codes_decline() {
        assert_eq!(StatusCode::read("00"), StatusCode::Approved);
        for code in ["05", "51", "5", "N7", "A1", "10", "1000", "85", "01"] {
            assert_eq!(StatusCode::read(code), StatusCode::Declined, "{code}");
        }
        for code in ["", "0", "000", "200", "201", "400", "404", "500", "OK", "true", "0.5", " 00"]
        {
            assert_eq!(StatusCode::read(code), StatusCode::Unclear, "{code}");
        }
    }

    proptest! {
        #[test]
        fn nothing_but_two_zeros_approves(code in ".{0,6}") {
            prop_assert_eq!(StatusCode::read(&code) == StatusCode::Approved, code == "00");
        }
    }
}
