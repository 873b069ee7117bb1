use std::fmt;

use pay_core::Invalid;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// The object `settings` of every payment. What may stand in it is unknown (perhaps the URLs to
/// return to), so it is any JSON object. `Debug` hides it.
///
/// ```
/// use cashier::Settings;
/// let settings = Settings::new(&std::collections::BTreeMap::from([("lang", "en")]))?;
/// assert_eq!(settings.as_json(), r#"{"lang":"en"}"#);
/// # Ok::<_, cashier::Invalid>(())
/// ```
#[derive(Clone)]
pub struct Settings(Box<RawValue>);

impl Settings {
    /// Anything that is an object as JSON: a struct, a map, a `serde_json::Value`.
    ///
    /// # Errors
    ///
    /// It is no JSON object.
    pub fn new(value: &(impl Serialize + ?Sized)) -> Result<Self, Invalid> {
        let json = serde_json::value::to_raw_value(value).map_err(|_| not_an_object())?;
        Self::checked(json)
    }

    /// An object that is JSON text already.
    ///
    /// # Errors
    ///
    /// It is no JSON object.
    pub fn from_json(json: impl Into<String>) -> Result<Self, Invalid> {
        Self::checked(RawValue::from_string(json.into()).map_err(|_| not_an_object())?)
    }

    /// The object as JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    fn checked(json: Box<RawValue>) -> Result<Self, Invalid> {
        if json.get().trim_start().starts_with('{') { Ok(Self(json)) } else { Err(not_an_object()) }
    }
}

/// The empty object, as every sample has it.
impl Default for Settings {
    fn default() -> Self {
        // JSON beyond doubt; a test looks.
        Self(RawValue::from_string("{}".to_owned()).unwrap_or_default())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Settings([hidden])")
    }
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

fn not_an_object() -> Invalid {
    Invalid::new("settings", "must be a JSON object")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_are_taken() {
        assert_eq!(Settings::default().as_json(), "{}");
        assert!(Settings::from_json(r#" {"a":[1.10]} "#).is_ok());
        for json in ["", "[]", "null", "1", "\"{}\"", "{", "{}{}"] {
            assert_eq!(Settings::from_json(json).unwrap_err().field(), "settings", "{json}");
        }
        assert!(Settings::new(&[1]).is_err());
        assert!(Settings::new("text").is_err());
    }
}
