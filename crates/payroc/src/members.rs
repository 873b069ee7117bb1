//! The objects within a request: their own members, and behind them those that the caller adds.
//!
//! The document does not expand these objects, so a way to add what is missing is needed in each.

use pay_core::{Extra, Invalid};
use serde::ser::{Error as _, SerializeMap};
use serde_json::value::RawValue;

/// Writes the caller's members.
pub(crate) fn write_extra<M: SerializeMap>(map: &mut M, extra: &Extra) -> Result<(), M::Error> {
    for (name, json) in extra.iter() {
        let value: &RawValue = serde_json::from_str(json).map_err(M::Error::custom)?;
        map.serialize_entry(name, value)?;
    }
    Ok(())
}

/// A member that has a setter must not be there twice. The provider matches names whatever their
/// case, so `SSN` is `ssn`.
pub(crate) fn check_extra(extra: &Extra, own: &[&str]) -> Result<(), Invalid> {
    match extra.iter().find(|(name, _)| own.iter().any(|own| own.eq_ignore_ascii_case(name))) {
        Some((name, _)) => {
            Err(Invalid::new(name.to_owned(), "is an extra field that has a setter of its own"))
        }
        None => Ok(()),
    }
}
