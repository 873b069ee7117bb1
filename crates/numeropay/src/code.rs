use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

/// A value that the document names and the sample sends as a number: kept as it came.
///
/// ```
/// use numeropay::Code;
///
/// let code: Code = serde_json::from_str("1")?;
/// assert_eq!(code, Code::Number(1));
/// assert_ne!(code, Code::from("1"));
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A whole number.
    Number(i64),
    /// A name.
    Text(String),
}

impl Code {
    /// What JSON text says: `None` for null, an array or an object. Any other scalar is kept as
    /// its text.
    pub(crate) fn read(json: &str) -> Option<Self> {
        match json.as_bytes().first()? {
            b'"' => serde_json::from_str(json).ok().map(Self::Text),
            b'n' | b'[' | b'{' => None,
            _ => Some(json.parse().map_or_else(|_| Self::Text(json.to_owned()), Self::Number)),
        }
    }
}

impl From<i64> for Code {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Code {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Code {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => fmt::Display::fmt(number, f),
            Self::Text(text) => f.pad(text),
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::read(raw.get()).ok_or_else(|| de::Error::custom("expected a number or a name"))
    }
}

/// Serde's `with` module for a value of a reply that is made from a code: what is neither a number
/// nor a name is `None`, so that one odd field does not lose the reply.
pub(crate) mod optional {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::value::RawValue;

    use super::Code;

    pub(crate) fn serialize<T: Serialize, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: From<Code>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
        Ok(raw.and_then(|raw| Code::read(raw.get())).map(T::from))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_and_its_text_stay_apart() {
        for (json, code) in [
            ("0", Code::Number(0)),
            ("-7", Code::Number(-7)),
            (r#""0""#, Code::Text("0".into())),
            (r#""\u0043REATED""#, Code::Text("CREATED".into())),
            (r#""""#, Code::Text(String::new())),
            ("1.50", Code::Text("1.50".into())),
            ("true", Code::Text("true".into())),
            ("18446744073709551615", Code::Text("18446744073709551615".into())),
        ] {
            assert_eq!(serde_json::from_str::<Code>(json).unwrap(), code, "{json}");
        }
        for json in ["null", "[0]", r#"{"a":1}"#] {
            assert!(serde_json::from_str::<Code>(json).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn round_trips(number in any::<i64>(), text in any::<String>()) {
            for code in [Code::Number(number), Code::Text(text)] {
                let json = serde_json::to_string(&code).unwrap();
                prop_assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), code);
            }
        }
    }
}
