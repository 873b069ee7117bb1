use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A reply that must be a JSON object. A struct alone is also read from an array, field by field
/// in order: an empty list would pass for an answer without attributes.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use pay_core::Amount;

    use super::*;

    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, with = "pay_core::amount::number::option")]
        amount: Option<Amount>,
    }

    #[test]
    fn an_object_is_read_exactly_and_nothing_else_at_all() {
        let exact = "7922816251426433759354395.033";
        let reply: Object<Reply> =
            serde_json::from_str(&format!(r#"{{"amount":{exact},"x":[]}}"#)).unwrap();
        assert_eq!(reply.0.amount.unwrap().to_string(), exact);
        assert!(serde_json::from_str::<Object<Reply>>("{}").is_ok());
        for body in ["[]", "[1]", "null", "1", "\"x\"", "true", ""] {
            assert!(serde_json::from_str::<Object<Reply>>(body).is_err(), "{body}");
        }
    }
}
