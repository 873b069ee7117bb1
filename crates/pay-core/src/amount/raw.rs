//! Reading an amount from the raw text of a JSON value, before any parser made a float of it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Amount, text};
use crate::Invalid;

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    match read(raw.get()).map_err(D::Error::custom)? {
        Some(amount) => Ok(amount),
        None => Err(D::Error::custom("amount: must be given")),
    }
}

pub(super) fn deserialize_option<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Amount>, D::Error> {
    match Option::<Box<RawValue>>::deserialize(deserializer)? {
        Some(raw) => read(raw.get()).map_err(D::Error::custom),
        None => Ok(None),
    }
}

/// `None` for null and for an empty string.
fn read(json: &str) -> Result<Option<Amount>, Invalid> {
    if json == "null" {
        return Ok(None);
    }
    if !json.starts_with('"') {
        return text::parse_json(json).map(|value| Some(Amount(value)));
    }
    let content: String = serde_json::from_str(json)
        .map_err(|_| Invalid::new("amount", "must be a number or a string"))?;
    if content.is_empty() {
        return Ok(None);
    }
    text::parse_json(&content).map(|value| Some(Amount(value)))
}
