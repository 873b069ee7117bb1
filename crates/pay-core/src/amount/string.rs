//! Serde's `with` module for an amount as a JSON string: `"10.90"`.
//!
//! Reading takes a JSON number as well. What [`number`](super::number) says of `flatten` and its
//! kin holds here too.

use serde::{Deserializer, Serializer};

use super::{Amount, raw};

/// Writes a JSON string with exactly the amount's digits.
pub fn serialize<S: Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

/// Reads a JSON string or a JSON number.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
    raw::deserialize(deserializer)
}

/// The same for an `Option<Amount>`: null and an empty string are `None`. For a field that may be
/// absent, add `default`.
pub mod option {
    use serde::{Deserializer, Serializer};

    use super::{Amount, raw};

    /// Writes a JSON string, or null.
    pub fn serialize<S: Serializer>(
        amount: &Option<Amount>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => super::serialize(amount, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a JSON string, a JSON number or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Amount>, D::Error> {
        raw::deserialize_option(deserializer)
    }
}
