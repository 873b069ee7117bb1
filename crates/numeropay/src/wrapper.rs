//! What every answer is wrapped in: `{"success": true, "data": ...}`.

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;

/// An answer of a raw call, with what it holds under `data`. That `success` is `true` has been
/// checked before: anything else is an error.
///
/// ```
/// # async fn example(client: numeropay::Client) -> numeropay::Result<()> {
/// use numeropay::{Effect, Method, Payment, Wrapped};
/// let answer = client
///     .raw(Effect::Read, Method::GET, "/transaction/5CD0RGCKJ")
///     .send::<Wrapped<Payment>>()
///     .await?;
/// println!("{}", answer.data.id);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Wrapped<T> {
    /// What was asked for.
    pub data: T,
}

/// A reply that must be a JSON object: serde would read a struct from an array too, and make a
/// success of what cannot be understood.
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

/// The object in a wrapper, as it came.
pub(crate) fn data(body: &Bytes) -> Option<Bytes> {
    #[derive(Deserialize)]
    struct Data<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    let Object(Data { data }) = serde_json::from_slice(body).ok()?;
    Some(body.slice_ref(data.get().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_found_to_the_letter() {
        let data = |body: &'static str| data(&Bytes::from_static(body.as_bytes()));
        assert_eq!(data(r#"{"success":true,"data":{"a": 1.50}}"#).unwrap(), r#"{"a": 1.50}"#);
        for body in [r#"{"success":false}"#, r#"[{"a":1}]"#, "", "<html>"] {
            assert_eq!(data(body), None, "{body}");
        }
    }
}
