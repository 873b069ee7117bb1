//! Lists as Payfirma sends them. Which envelope the transaction list has is unknown, so each that
//! any client reads is read: `entities` or a named list with `paging`, or a bare array.

use std::{fmt, marker::PhantomData};

use pay_core::{Page, provider::scalar_text};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

/// The page in a reply.
pub(crate) struct ListReply<T> {
    items: Vec<T>,
    paging: Paging,
}

impl<T> ListReply<T> {
    pub(crate) fn into_page(self) -> Page<T> {
        Page::new(self.items, self.paging.cursor("after"))
            .with_previous(self.paging.cursor("before"))
    }
}

// By hand, since serde's `untagged` would pass amounts through floating point.
impl<'de, T: DeserializeOwned> Deserialize<'de> for ListReply<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for ListVisitor<T> {
    type Value = ListReply<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or an object with one")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(ListReply { items, paging: Paging::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut items = None;
        let mut paging = Paging::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "entities" | "transactions" | "customers" | "plans" | "invoices" => {
                    items = Some(map.next_value()?);
                }
                "paging" => paging = map.next_value::<Option<Paging>>()?.unwrap_or_default(),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let items = items.ok_or_else(|| serde::de::Error::custom("an object without a list"))?;
        Ok(ListReply { items, paging })
    }
}

/// `cursors` by the document; `cursor`, or the cursors right here, by what clients accept.
#[derive(Default, Deserialize)]
struct Paging {
    #[serde(default)]
    cursors: Value,
    #[serde(default)]
    cursor: Value,
    #[serde(default)]
    after: Value,
    #[serde(default)]
    before: Value,
}

impl Paging {
    fn cursor(&self, name: &str) -> Option<String> {
        let here = if name == "after" { &self.after } else { &self.before };
        let single = if name == "after" && !self.cursor.is_object() { &self.cursor } else { here };
        [self.cursors.get(name), self.cursor.get(name), Some(single), Some(here)]
            .into_iter()
            .flatten()
            .find_map(scalar_text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_envelope_gives_its_items_and_cursor() {
        for (body, next) in [
            (r#"{"entities":[1,2],"paging":{"cursors":{"before":"b","after":"a"}}}"#, Some("a")),
            (r#"{"transactions":[1,2],"paging":{"cursor":{"after":"a"}}}"#, Some("a")),
            (r#"{"paging":{"cursor":"a"},"customers":[1,2]}"#, Some("a")),
            (r#"{"entities":[1,2],"paging":{"after":7}}"#, Some("7")),
            (r#"{"entities":[1,2],"paging":{"cursors":{"after":null}}}"#, None),
            (r#"{"entities":[1,2],"paging":{"cursors":{"after":""}}}"#, None),
            (r#"{"entities":[1,2],"paging":null}"#, None),
            (r#"{"entities":[1,2],"new":{"x":[3]}}"#, None),
            ("[1,2]", None),
        ] {
            let reply: ListReply<u8> = serde_json::from_str(body).unwrap();
            let page = reply.into_page();
            assert_eq!(page.items, [1, 2], "{body}");
            assert_eq!(page.next.as_deref(), next, "{body}");
        }
    }

    #[test]
    fn what_holds_no_list_is_no_empty_list() {
        for body in ["{}", r#"{"error":"x"}"#, r#"{"entities":null}"#, "null", "7", "\"x\""] {
            assert!(serde_json::from_str::<ListReply<u8>>(body).is_err(), "{body}");
        }
    }

    #[test]
    fn amounts_in_lists_are_exact() {
        #[derive(Deserialize)]
        struct Item {
            #[serde(with = "pay_core::amount::number")]
            amount: pay_core::Amount,
        }
        let exact = "7922816251426433759354395.033";
        for body in [
            format!(r#"{{"entities":[{{"amount":{exact}}}]}}"#),
            format!(r#"[{{"amount":{exact}}}]"#),
        ] {
            let page = serde_json::from_str::<ListReply<Item>>(&body).unwrap().into_page();
            assert_eq!(page.items[0].amount.to_string(), exact);
        }
    }
}
