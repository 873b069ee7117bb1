//! JSON that keeps the order of fields and the very text of numbers.

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Deeper documents are refused: no provider has a body like that.
const MAX_DEPTH: usize = 32;

/// A JSON value. Numbers stay text, so that an amount is never rounded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let raw: &RawValue = serde_json::from_str(text).ok()?;
        Self::from_raw(raw.get(), MAX_DEPTH)
    }

    /// The value as compact JSON text.
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// A field of an object. Of a field that is there twice, the last one counts.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Self::Object(fields) => {
                fields.iter().rev().find(|(key, _)| key == name).map(|(_, v)| v)
            }
            _ => None,
        }
    }

    /// What a lenient server takes for text: a string, or a number as it is written.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// Calls `change` for each field of each object, at every depth.
    pub(crate) fn for_each_field(&mut self, change: &mut impl FnMut(&str, &mut Json)) {
        match self {
            Self::Object(fields) => {
                for (name, value) in fields {
                    change(name, value);
                    value.for_each_field(change);
                }
            }
            Self::Array(items) => items.iter_mut().for_each(|item| item.for_each_field(change)),
            _ => {}
        }
    }

    fn from_raw(text: &str, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        Some(match text.bytes().next()? {
            b'n' => Self::Null,
            b't' => Self::Bool(true),
            b'f' => Self::Bool(false),
            b'"' => Self::Text(serde_json::from_str(text).ok()?),
            b'[' => {
                let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
                Self::Array(
                    items
                        .iter()
                        .map(|item| Self::from_raw(item.get(), depth))
                        .collect::<Option<_>>()?,
                )
            }
            b'{' => {
                let fields =
                    serde_json::Deserializer::from_str(text).deserialize_map(Fields).ok()?;
                Self::Object(
                    fields
                        .into_iter()
                        .map(|(name, raw)| Some((name, Self::from_raw(raw.get(), depth)?)))
                        .collect::<Option<_>>()?,
                )
            }
            _ => Self::Number(text.to_owned()),
        })
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) => write_text(text, out),
            Self::Array(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (place, (name, value)) in fields.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<crate::money::Money> for Json {
    fn from(amount: crate::money::Money) -> Self {
        Self::Number(amount.to_string())
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Self::Array(items)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object.fields)
    }
}

/// Builds an object field by field.
#[derive(Debug, Default)]
pub(crate) struct Object {
    fields: Vec<(String, Json)>,
    null_when_unset: bool,
}

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Unset fields are written as `null` instead of being left out.
    pub(crate) fn null_when_unset(mut self, yes: bool) -> Self {
        self.null_when_unset = yes;
        self
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn with_optional(self, name: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None if self.null_when_unset => self.with(name, Json::Null),
            None => self,
        }
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }
}

fn write_text(text: &str, out: &mut String) {
    // Writing a string to a string cannot fail; an empty one would only ever stand for a bug.
    out.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_order_survive() {
        let text = r#"{"z":1.10,"a":[12345678901234567890.12345678,"x\"y",null],"b":{"t":true}}"#;
        assert_eq!(Json::parse(text.as_bytes()).unwrap().render(), text);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in ["", "{", "{\"a\":1,}", "01", "{} {}", "\u{0}"] {
            assert!(Json::parse(text.as_bytes()).is_none(), "{text}");
        }
        assert!(Json::parse(&[b'"', 0xff, b'"']).is_none());
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(Json::parse(deep.as_bytes()).is_none());
    }

    #[test]
    fn white_space_around_is_no_matter() {
        let json = Json::parse(b" { \"a\" : [ 1 , 2 ] } \n").unwrap();
        assert_eq!(json.render(), "{\"a\":[1,2]}");
    }
}
