//! Extra fields: appended exactly, or refused with the body untouched.

use std::collections::BTreeMap;

use pay_core::Extra;
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn fields_follow_those_that_are_there() {
    let mut extra = Extra::default();
    let mut body = b" {} ".to_vec();
    extra.write_into(&mut body).unwrap();
    assert_eq!(body, b" {} ", "nothing to add");

    extra.insert("a", "x").unwrap();
    extra.insert("b", [1, 2]).unwrap();
    extra.insert("a", Option::<u8>::None).unwrap();
    extra.write_into(&mut body).unwrap();
    assert_eq!(body, br#" {"a":null,"b":[1,2]}"#);
    assert_eq!(extra.iter().collect::<Vec<_>>(), [("a", "null"), ("b", "[1,2]")]);
}

#[test]
fn a_field_that_is_there_already_is_refused_and_the_body_is_intact() {
    let mut extra = Extra::default();
    extra.insert("order_id", 1).unwrap();
    extra.insert("amount", 2).unwrap();
    for body in [
        r#"{"amount":1}"#,
        r#"{"x":{"order_id":1},"amount":1}"#,
        r#"{"\u0061mount":1}"#,
        r#"{ "amount" : {"deep":[1]} , "x":1 } "#,
    ] {
        let mut bytes = body.as_bytes().to_vec();
        let refused = extra.write_into(&mut bytes).unwrap_err();
        assert_eq!(refused.to_string(), "amount: is an extra field that the request has already");
        assert_eq!(bytes, body.as_bytes());
    }
    let mut nested = br#"{"x":{"amount":1,"order_id":"}"}}"#.to_vec();
    extra.write_into(&mut nested).unwrap();
    assert_eq!(nested, br#"{"x":{"amount":1,"order_id":"}"},"order_id":1,"amount":2}"#);
}

#[test]
fn a_body_that_is_not_one_object_is_refused_and_intact() {
    let mut extra = Extra::default();
    extra.insert("a", 1).unwrap();
    for body in
        ["", "}", "{", "[{}]", "{}{}", "{},{}", "null", "\"{}\"", "{\"b\":1", "a=1&b={}", "{]}"]
    {
        let mut bytes = body.as_bytes().to_vec();
        let refused = extra.write_into(&mut bytes).unwrap_err();
        assert_eq!(refused.to_string(), "body: must be a JSON object", "{body}");
        assert_eq!(bytes, body.as_bytes());
    }
    let mut bytes = vec![b'{', b'"', 0xff, b'"', b':', b'1', b'}'];
    assert!(extra.write_into(&mut bytes).is_err());
}

#[test]
fn values_that_json_cannot_hold_are_refused() {
    let mut extra = Extra::default();
    let keyed_by_lists = BTreeMap::from([(vec![1], 1)]);
    assert_eq!(extra.insert("m", keyed_by_lists).unwrap_err().field(), "m");
    assert_eq!(extra.insert("", 1).unwrap_err().field(), "extra");
    for json in ["", "1 2", "1}", "1,\"b\":2", "{", "01", "'x'"] {
        assert!(extra.insert_json("x", json).is_err(), "{json}");
    }
    assert!(extra.is_empty());
}

#[test]
fn a_body_sized_ahead_does_not_move() {
    let mut extra = Extra::default();
    extra.insert("name\n\u{1}", "value").unwrap();
    extra.insert("tip", 5).unwrap();
    let text = br#"{"card_number":"x"}"#;
    let mut body = Vec::with_capacity(text.len() + extra.encoded_len());
    body.extend_from_slice(text);
    let before = body.as_ptr();
    extra.write_into(&mut body).unwrap();
    assert_eq!(body.as_ptr(), before);
    assert!(body.ends_with(br#","name\n\u0001":"value","tip":5}"#));
}

proptest! {
    #[test]
    fn the_result_is_the_union_of_both(
        present in proptest::collection::btree_map(any::<String>(), any::<String>(), 0..5),
        added in proptest::collection::btree_map(".+", any::<String>(), 0..5),
    ) {
        let mut extra = Extra::default();
        for (name, value) in &added {
            extra.insert(name, value).unwrap();
        }
        let before = serde_json::to_vec(&present).unwrap();
        let mut body = before.clone();
        match extra.write_into(&mut body) {
            Ok(()) => {
                let mut union = present.clone();
                union.extend(added.clone());
                prop_assert_eq!(union.len(), present.len() + added.len());
                prop_assert!(body.len() <= before.len() + extra.encoded_len());
                let read: Value = serde_json::from_slice(&body).unwrap();
                prop_assert_eq!(read, serde_json::to_value(union).unwrap());
            }
            Err(_) => {
                prop_assert!(added.keys().any(|name| present.contains_key(name)));
                prop_assert_eq!(body, before);
            }
        }
    }

    #[test]
    fn a_body_of_any_bytes_is_extended_or_left_alone(bytes in any::<Vec<u8>>()) {
        let mut extra = Extra::default();
        extra.insert("a", 1).unwrap();
        let mut body = bytes.clone();
        if extra.write_into(&mut body).is_err() {
            prop_assert_eq!(body, bytes);
        }
    }
}
