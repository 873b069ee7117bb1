//! Serde's `with` module for an `Option<Currency>` in a reply: whatever is not a code of three
//! letters is `None` instead of an error.
//!
//! Put `#[serde(default, with = "pay_core::currency::lenient")]` on the field.

use std::fmt;

use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize, Serializer};

use super::Currency;

/// Writes the code, or null.
pub fn serialize<S: Serializer>(
    currency: &Option<Currency>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    currency.serialize(serializer)
}

/// Reads any JSON value; `Some` only for a text of three letters.
pub fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Currency>, D::Error> {
    deserializer.deserialize_any(AnyValue)
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Option<Currency>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text.parse().ok())
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserialize(deserializer)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Reply {
        #[serde(default, with = "crate::currency::lenient")]
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
    fn codes_go_both_ways() {
        let reply: Reply = serde_json::from_str(r#"{"currency":"cad","next":1}"#).unwrap();
        assert_eq!(reply.currency, Some(Currency::CAD));
        assert_eq!(serde_json::to_string(&reply).unwrap(), r#"{"currency":"CAD","next":1}"#);
    }
}
