//! What reading and listing transactions answers.

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use pay_core::provider::json;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::Transaction;

/// A list: under `transactions`, by the only source that shows one, or bare.
pub(super) struct List<T>(pub(super) Vec<T>);

// By hand, since serde's `untagged` would pass amounts through floating point.
impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData)).map(List)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or an object with one")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
        let mut items = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == "transactions" {
                items = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        items.ok_or_else(|| A::Error::custom("an object without a list"))
    }
}

/// One transaction: bare, or under `transaction` or in a list of one. Which, no source says.
pub(super) struct One(pub(super) Transaction);

impl<'de> Deserialize<'de> for One {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let object = inner(&raw).unwrap_or(&raw);
        let transaction =
            json::from_str(object.get()).map_err(|_| D::Error::custom("no transaction"))?;
        Ok(Self(transaction))
    }
}

/// The transaction in an answer that wraps it, as it came.
pub(crate) fn wrapped(body: &Bytes) -> Option<Bytes> {
    let raw: &RawValue = json::from_slice(body).ok()?;
    Some(body.slice_ref(inner(raw)?.get().as_bytes()))
}

fn inner(raw: &RawValue) -> Option<&RawValue> {
    #[derive(Deserialize)]
    struct Wrapper<'a> {
        #[serde(default, borrow)]
        transaction: Option<&'a RawValue>,
        #[serde(default, borrow)]
        transactions: Option<&'a RawValue>,
    }
    let Wrapper { transaction, transactions } = json::from_str(raw.get()).ok()?;
    let only = || match json::from_str::<Vec<&RawValue>>(transactions?.get()) {
        Ok(list) => match list.as_slice() {
            [only] => Some(*only),
            _ => None,
        },
        Err(_) => None,
    };
    let is_object = |value: &&RawValue| value.get().starts_with('{');
    transaction.filter(is_object).or_else(only).filter(is_object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_either_form_and_nothing_else_is_one() {
        let read = |body: &str| json::from_str::<List<Transaction>>(body);
        for body in
            [r#"{"transactions":[{"id":1},{"id":2}],"n":{"x":[]}}"#, r#"[{"id":1},{"id":2}]"#]
        {
            let ids: Vec<_> = read(body).unwrap().0.iter().map(|found| found.id).collect();
            assert_eq!(ids, [Some(1), Some(2)], "{body}");
        }
        for body in ["{}", r#"{"transactions":null}"#, r#"{"message":"no"}"#, "null", "[1]", "[[]]"]
        {
            assert!(read(body).is_err(), "{body}");
        }
        assert!(read(r#"{"transactions":[]}"#).unwrap().0.is_empty());
    }

    #[test]
    fn one_transaction_is_found_in_any_wrapper_with_its_exact_amount() {
        let exact = r#"{"id": 1, "amount": "7922816251426433759354395.033"}"#;
        for body in [
            exact.to_owned(),
            format!(r#"{{"transaction": {exact}}}"#),
            format!(r#"{{"transactions": [{exact}], "count": 1}}"#),
        ] {
            let One(found) = serde_json::from_str(&body).unwrap();
            assert_eq!(found.amount.unwrap().to_string(), "7922816251426433759354395.033");
            let bytes = Bytes::from(body.clone());
            match wrapped(&bytes) {
                Some(object) => assert_eq!(object, exact),
                None => assert_eq!(body, exact),
            }
        }
        for body in ["[]", "[1]", "7", "null", "\"x\""] {
            assert!(serde_json::from_str::<One>(body).is_err(), "{body}");
        }
    }
}
