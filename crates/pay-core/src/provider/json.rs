//! Reading JSON where an array is no object.
//!
//! Serde's derived structs are read from an array too, field by field in order: `["x"]` would pass
//! for an object whose first member is `x`, and `[]` for one in which nothing is set. An answer like
//! that cannot be understood, and must not become a success. Here it is an error, at every depth.
//! Amounts stay exact, as with `serde_json` itself.
//!
//! What is kept as a [`RawValue`](serde_json::value::RawValue) is not looked into: read it with
//! [`from_str`] when its time comes. Structs with `#[serde(flatten)]` never took an array.

mod strict;

use serde::Deserialize;
use serde_json::{
    Deserializer, Result,
    de::{Read, SliceRead, StrRead},
};

use self::strict::Strict;

/// Reads the JSON of a body.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Reply {
///     id: Option<String>,
/// }
///
/// use pay_core::provider::json;
/// assert!(serde_json::from_slice::<Reply>(b"[null]").is_ok());
/// assert!(json::from_slice::<Reply>(b"[null]").is_err());
/// assert!(json::from_slice::<Vec<Reply>>(br#"[{"id":"1"}]"#).is_ok());
/// ```
///
/// # Errors
///
/// It is not JSON, or no `T`.
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T> {
    read(SliceRead::new(json))
}

/// Reads a JSON text.
///
/// # Errors
///
/// It is not JSON, or no `T`.
pub fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T> {
    read(StrRead::new(json))
}

fn read<'de, T: Deserialize<'de>>(source: impl Read<'de>) -> Result<T> {
    let mut reader = Deserializer::new(source);
    let value = T::deserialize(Strict(&mut reader))?;
    reader.end()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, collections::BTreeMap};

    use proptest::prelude::*;
    use serde::de::DeserializeOwned;
    use serde_json::value::RawValue;

    use super::*;
    use crate::Amount;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Leaf {
        name: Option<String>,
        #[serde(with = "crate::amount::number::option")]
        amount: Option<Amount>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Shape {
        Unit,
        Newtype(Leaf),
        Struct { name: String },
        Tuple(u8, u8),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Newtype(Leaf);

    #[track_caller]
    fn is_refused<T: DeserializeOwned>(json: &str) {
        assert!(serde_json::from_str::<T>(json).is_ok(), "serde takes {json}");
        assert!(from_str::<T>(json).is_err(), "{json}");
        assert!(from_slice::<T>(json.as_bytes()).is_err(), "{json}");
    }

    #[test]
    fn an_array_is_no_object_at_any_depth() {
        for array in ["[]", r#"["x"]"#, r#"["x",1.50]"#, "[null,null]"] {
            is_refused::<Leaf>(array);
            is_refused::<Option<Leaf>>(array);
            is_refused::<Newtype>(array);
            is_refused::<Box<Leaf>>(array);
            is_refused::<Vec<Leaf>>(&format!("[{{}},{array}]"));
            is_refused::<(u8, Leaf)>(&format!("[1,{array}]"));
            is_refused::<BTreeMap<String, Vec<Option<Leaf>>>>(&format!(r#"{{"a":[{array}]}}"#));
            is_refused::<Shape>(&format!(r#"{{"Newtype":{array}}}"#));
        }
        is_refused::<Shape>(r#"{"Struct":["x"]}"#);
    }

    #[test]
    fn all_else_is_read_as_ever() {
        #[track_caller]
        fn is_same<T: DeserializeOwned + PartialEq + std::fmt::Debug>(json: &str) {
            let told = serde_json::from_str::<T>(json).unwrap();
            assert_eq!(from_str::<T>(json).unwrap(), told, "{json}");
            assert_eq!(from_slice::<T>(json.as_bytes()).unwrap(), told, "{json}");
        }
        is_same::<Leaf>(r#" {"name":"a\"b","more":[[1],{"x":[]}]} "#);
        is_same::<Vec<Leaf>>("[{},{}]");
        is_same::<Option<Leaf>>("null");
        is_same::<(u8, String)>(r#"[1,"x"]"#);
        is_same::<[i64; 2]>("[-1,2]");
        is_same::<Vec<Shape>>(r#"["Unit",{"Newtype":{}},{"Struct":{"name":"x"}},{"Tuple":[1,2]}]"#);
        is_same::<BTreeMap<String, f64>>(r#"{"a":1.5}"#);
        is_same::<BTreeMap<u64, bool>>(r#"{"1":true}"#);
        is_same::<(char, u128, i128)>(r#"["é",340282366920938463463374607431768211455,-1]"#);
        is_same::<serde_json::Value>(r#"{"a":[1,2.5,"x",null,{"b":[]}]}"#);
        is_same::<()>("null");
    }

    #[test]
    fn text_is_borrowed_and_raw_values_keep_every_letter() {
        #[derive(Deserialize)]
        struct Borrowed<'a> {
            #[serde(borrow)]
            raw: &'a RawValue,
            text: &'a str,
            #[serde(borrow)]
            cow: Option<Cow<'a, str>>,
        }
        let json = r#"{"raw": [ 1.50,{"a" : []}],"text":"x","cow":"y"}"#;
        let read: Borrowed<'_> = from_slice(json.as_bytes()).unwrap();
        assert_eq!(read.raw.get(), r#"[ 1.50,{"a" : []}]"#);
        assert!(json.as_bytes().as_ptr_range().contains(&read.raw.get().as_ptr()));
        assert_eq!((read.text, read.cow.as_deref()), ("x", Some("y")));
    }

    #[test]
    fn what_follows_a_value_is_an_error_with_its_place() {
        for json in ["{} x", "{}{}", "", "{", "<html>"] {
            assert!(from_str::<Leaf>(json).is_err(), "{json}");
        }
        let error = from_str::<Vec<Leaf>>("[{},\n []]").unwrap_err();
        assert_eq!((error.line(), error.is_data()), (2, true));
    }

    proptest! {
        #[test]
        fn amounts_are_exact_to_28_digits(digits in 1_u128..10_u128.pow(28), decimals in 0_u32..=28) {
            let exact = rust_decimal::Decimal::from_i128_with_scale(
                i128::try_from(digits).unwrap(),
                decimals,
            )
            .to_string();
            let json = format!(r#"[{{"Newtype":{{"amount":{exact}}}}}]"#);
            let read: Vec<Shape> = from_str(&json).unwrap();
            let [Shape::Newtype(leaf)] = read.as_slice() else { panic!("{read:?}") };
            prop_assert_eq!(leaf.amount.unwrap().to_string(), exact);
        }
    }
}
