use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A reply that must be a JSON object. A type whose fields are all optional would be read from an
/// array too, and make a success of what cannot be understood.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Invoice;

    #[test]
    fn only_an_object_is_read_and_its_amounts_stay_exact() {
        let exact = "7922816251426433759354395.033";
        let read = |body: &str| serde_json::from_str::<Object<Invoice>>(body);
        let body = format!(r#"{{"total":{exact},"items":[{{"amount":{exact}}}]}}"#);
        let Object(invoice) = read(&body).unwrap();
        assert_eq!(invoice.total.unwrap().to_string(), exact);
        assert_eq!(invoice.items[0].amount.unwrap().to_string(), exact);
        assert!(read("{}").is_ok());
        for body in ["[]", "null", "7", "true", r#""created""#, "", "<html>"] {
            assert!(read(body).is_err(), "{body}");
        }
    }
}
