//! Serde's `with` module for an amount as a JSON number: `10.90`.
//!
//! The digits are written and read as text, never through a float, so that all 28 arrive, the
//! trailing zeros too. Reading takes a JSON string as well, and exact exponents (`1.5E+1`).
//!
//! This needs serde_json on both sides, and the field in a plain struct. Under
//! `#[serde(flatten)]`, `untagged` or an internal tag, serde buffers the value and reading is an
//! error. `serde_json::Value` is worse: it has made a float of the number by the time we see it,
//! so amounts stay away from `to_value` and `from_value`.
//!
//! ```
//! use pay_core::Amount;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Sale {
//!     #[serde(with = "pay_core::amount::number")]
//!     amount: Amount,
//!     #[serde(default, with = "pay_core::amount::number::option")]
//!     #[serde(skip_serializing_if = "Option::is_none")]
//!     tip: Option<Amount>,
//! }
//!
//! let sale: Sale = serde_json::from_str(r#"{"amount":10.90}"#)?;
//! assert_eq!(serde_json::to_string(&sale)?, r#"{"amount":10.90}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde::ser::Error as _;
use serde::{Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Amount, raw};

/// Writes a JSON number with exactly the amount's digits.
pub fn serialize<S: Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(amount.to_string()).map_err(S::Error::custom)?.serialize(serializer)
}

/// Reads a JSON number or a JSON string.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
    raw::deserialize(deserializer)
}

/// The same for an `Option<Amount>`: null and an empty string are `None`. For a field that may be
/// absent, add `default`.
pub mod option {
    use serde::{Deserializer, Serializer};

    use super::{Amount, raw};

    /// Writes a JSON number, or null.
    pub fn serialize<S: Serializer>(
        amount: &Option<Amount>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => super::serialize(amount, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a JSON number, a JSON string or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Amount>, D::Error> {
        raw::deserialize_option(deserializer)
    }
}
