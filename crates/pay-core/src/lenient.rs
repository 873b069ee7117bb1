//! Serde's `with` module for an optional value in a reply: what cannot be read is `None` instead
//! of an error, so that one odd field does not lose the whole reply.
//!
//! Works for [`Currency`](crate::Currency), [`Date`](crate::Date),
//! [`EpochMillis`](crate::EpochMillis), [`Email`](crate::Email) and all else that is read with
//! `FromStr`; strings, numbers and booleans are tried as text. Not for an
//! [`Amount`](crate::Amount), which must not pass through a float, nor where absent and odd mean
//! different things: the raw body of the response still has what came.
//!
//! ```
//! use pay_core::{Currency, EpochMillis};
//!
//! #[derive(serde::Deserialize)]
//! struct Reply {
//!     #[serde(default, with = "pay_core::lenient")]
//!     currency: Option<Currency>,
//!     #[serde(default, with = "pay_core::lenient")]
//!     transaction_time: Option<EpochMillis>,
//! }
//!
//! let reply: Reply = serde_json::from_str(
//!     r#"{"currency": "CA$", "transaction_time": "1551297351000"}"#,
//! )?;
//! assert_eq!(reply.currency, None);
//! assert_eq!(reply.transaction_time, Some(EpochMillis(1_551_297_351_000)));
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::str::FromStr;

use serde::{Deserializer, Serialize, Serializer};

use crate::scalar::Scalar;

/// Writes the value, or null.
pub fn serialize<T: Serialize, S: Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

/// Reads any JSON value; `Some` only if its text can be parsed.
pub fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = Scalar::read(deserializer)?.into_text();
    Ok(text.and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use crate::Currency;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Reply {
        #[serde(default, with = "crate::lenient")]
        currency: Option<Currency>,
        next: u8,
    }

    #[test]
    fn odd_values_are_none_and_the_rest_of_the_reply_is_read() {
        for odd in [
            r#""CA$""#,
            r#""""#,
            "null",
            "124",
            "-1",
            "1.5",
            "true",
            "[1,[2]]",
            r#"{"code":"CAD"}"#,
        ] {
            let reply: Reply =
                serde_json::from_str(&format!(r#"{{"currency":{odd},"next":1}}"#)).unwrap();
            assert_eq!(reply, Reply { currency: None, next: 1 }, "{odd}");
        }
        let absent: Reply = serde_json::from_str(r#"{"next":1}"#).unwrap();
        assert_eq!(absent.currency, None);
    }

    #[test]
    fn values_go_both_ways() {
        let reply: Reply = serde_json::from_str(r#"{"currency":"cad","next":1}"#).unwrap();
        assert_eq!(reply.currency, Some(Currency::CAD));
        assert_eq!(serde_json::to_string(&reply).unwrap(), r#"{"currency":"CAD","next":1}"#);
    }
}
