//! What Cashier refuses, and in which shapes.

use pay_sandbox::cashier::{CashierHandle, switches::*};
use serde_json::{Value, json};

use crate::cashier::{Shop, card, order, sample};

#[test]
fn the_key_is_needed() {
    let calls = [
        ("POST", CashierHandle::HOSTED_PATH, true),
        ("POST", CashierHandle::DIRECT_PATH, true),
        ("POST", CashierHandle::S2S_PATH, true),
        ("POST", CashierHandle::PAYOUT_PATH, false),
        ("POST", CashierHandle::APPROVE_PATH, false),
        ("POST", CashierHandle::REJECT_PATH, false),
        ("GET", CashierHandle::TRANSACTION_PATH, false),
        ("GET", CashierHandle::TRANSACTIONS_PATH, false),
    ];
    let without = Shop { key: None, ..Shop::new() };
    let wrong = Shop { sandbox: without.sandbox.clone(), key: Some("x") };
    for (method, path, _) in calls {
        assert_eq!(without.try_call(method, path, "{}").unwrap().status, 401, "{path}");
    }
    without.sandbox.set(KeyNeeded::WhereMarked);
    without.sandbox.set(AuthStatus::Status403);
    for (method, path, open) in calls {
        let status = if open { 400 } else { 403 };
        assert_eq!(without.try_call(method, path, "{}").unwrap().status, status, "{path}");
        assert_eq!(wrong.try_call(method, path, "{}").unwrap().status, 403, "{path}");
    }
    assert!(without.sandbox.ledger().is_empty());
}

#[test]
fn what_cannot_be_is_refused_by_its_field() {
    let shop = Shop::new();
    let wrong = |path: &str, value: Value| {
        let mut body = sample();
        *body.pointer_mut(path).unwrap() = value;
        let reply = shop.post("/hosted", &body);
        reply.is(400, &path[1..].replace('/', "."));
    };
    for (path, value) in [
        ("/request", json!([])),
        ("/request/mode", json!(5)),
        ("/request/mode", Value::Null),
        ("/request/theme", json!(true)),
        ("/request/settings", json!([])),
        ("/request/user_id", json!(128)),
        ("/request/user_id", json!("")),
        ("/request/tracking_id", Value::Null),
        ("/request/ip", json!("1.2.3")),
        ("/request/amount", json!("10.05")),
        ("/request/amount", json!(0)),
        ("/request/amount", json!(-1)),
        ("/request/amount", json!(1.001)),
        ("/request/currency", json!("eur")),
        ("/request/currency", json!("EURO")),
        ("/request/amount_restricted", json!("true")),
        ("/request/customer", json!("John")),
        ("/request/customer/email", json!("john")),
        ("/request/customer/zip_code", json!(12345)),
        ("/request/customer/dob", json!("2000-03-05")),
        ("/request/customer/country_code", json!("GBR")),
        ("/request/customer/max_deposit_limit", json!("1000")),
        ("/request/customer/phone", json!("0783433252")),
        ("/request/customer/phone/number", json!("783433252")),
        ("/request/customer/phone/prefix", json!(4.4)),
    ] {
        wrong(path, value);
    }
    shop.sandbox.set(Mode::TestOnly);
    wrong("/request/mode", json!("live"));
    shop.sandbox.set(DepositLimit::Enforced);
    wrong("/request/amount", json!(1001));
    shop.try_call("POST", "/hosted", "{").unwrap().is(400, "body");
    assert_eq!(shop.try_call("POST", "/hosted", "a=b").unwrap().status, 415);
    assert_eq!(shop.get("/hosted").status, 405);
    assert_eq!(shop.get("/nothing").status, 404);
    assert!(shop.sandbox.ledger().is_empty());
    assert_eq!(shop.post("/hosted", &order("a", "1")).status, 200);
    shop.sandbox.set(RequiredFields::All);
    shop.post("/hosted", &order("a", "1")).is(400, "request.theme is required");
    assert_eq!(shop.post("/hosted", &sample()).status, 200);
}

#[test]
fn cards_that_cannot_be_are_refused_without_repeating_them() {
    let shop = Shop::new();
    for (field, value) in [
        ("card_number", json!("4111111111111112")),
        ("card_number", json!(4111111111111111_u64)),
        ("card_number", json!("41111")),
        ("cvc", json!("4444444")),
        ("cvc", json!("9x7")),
        ("cvc", Value::Null),
        ("exp_month", json!("5")),
        ("exp_month", json!("13")),
        ("exp_year", json!("28")),
        ("exp_year", json!("20x8")),
        ("holder_name", Value::Null),
    ] {
        let mut body = order("a", "11");
        body["request"]["routing_id"] = json!(210);
        body["card_details"] = card("4111111111111111");
        body["card_details"][field] = value.clone();
        let reply = shop.post("/s2s", &body);
        reply.is(400, &format!("card_details.{field} "));
        let sent = value.as_str().unwrap_or("4111");
        assert!(!reply.text.contains(sent) || sent == "5", "{}", reply.text);
    }
    assert!(shop.sandbox.ledger().is_empty());
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
    let shown = [
        format!("{:?}", shop.sandbox.cashier()),
        shop.sandbox.ledger().to_json(),
        shop.get("/transactions").text,
        format!("{:?}", shop.sandbox.requests()),
    ];
    for text in shown {
        assert!(
            !text.contains(CashierHandle::FRICTIONLESS_CARD) && !text.contains("444"),
            "{text}"
        );
    }
}

#[test]
fn errors_take_every_shape() {
    let shop = Shop::new();
    let wrong = || shop.post("/hosted", &order("a", "0"));
    let rule = "request.amount must be greater than 0, with at most two decimals";
    assert_eq!(wrong().json(), json!({"message": rule}));
    shop.sandbox.set(InvalidStatus::Status422);
    assert_eq!(wrong().status, 422);
    for (shape, body) in [
        (ErrorShape::Error, json!({"error": rule}).to_string()),
        (
            ErrorShape::Fields,
            format!(r#"{{"message":"{rule}","errors":{{"request.amount":["{rule}"]}}}}"#),
        ),
        (ErrorShape::PlainText, rule.to_owned()),
        (ErrorShape::Empty, String::new()),
    ] {
        shop.sandbox.set(shape);
        assert_eq!(wrong().text, body);
    }
}
