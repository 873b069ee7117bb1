//! Paying with stored cards.

use std::time::Duration;

use pay_sandbox::payfirma::switches::StoredCardReferences;

use crate::api::{Api, CARD};

#[test]
fn the_default_card_or_a_chosen_one_pays() {
    let api = Api::new();
    let customer = api.customer("brandon@stark.com");
    let path = format!("/transaction-service/sale/customer/{customer}");
    let one = r#"{"amount": 1}"#;
    api.post(&path, one).is(400, "no card");
    api.card(&customer);
    let second = r#"{"card_number": "5555555555554444", "card_expiry_month": "08",
                     "card_expiry_year": "29", "cvv2": "123"}"#;
    api.post(&format!("/customer-service/customer/{customer}/card"), second);
    let cards = api.get(&format!("/customer-service/customer/{customer}")).json();
    let second = cards["cards"][1]["lookup_id"].as_str().unwrap();

    api.post(&path, one).is(200, r#""card_suffix":"1111""#);
    let chosen = api.post(&format!("{path}/card/{second}"), one);
    chosen.is(200, r#""card_type":"Mastercard""#);
    assert_eq!(chosen.field("email"), "brandon@stark.com");
    assert_eq!(api.post(&format!("{path}/card/nothing"), one).status, 404);
    assert_eq!(api.post("/transaction-service/sale/customer/nobody", one).status, 404);

    let path = format!("/transaction-service/authorize/customer/{customer}");
    api.post(&path, one).is(200, r#""transaction_type":"AUTHORIZATION""#);
    api.post(&format!("{path}/card/{second}"), r#"{"amount": 2}"#).is(402, "DECLINED");
    let ledger = api.sandbox.ledger();
    assert_eq!(ledger.effects_of("sale")[0].parent.as_deref(), Some(customer.as_str()));
}

#[test]
fn a_new_card_can_be_charged_for_a_customer() {
    let api = Api::new();
    let customer = api.customer("a@b.c");
    let path = format!("/transaction-service/sale/customer/{customer}");
    api.post(&path, &format!(r#"{{"amount": 1, {CARD}}}"#)).is(200, "APPROVED");
}

#[test]
fn references_on_a_stored_card_are_a_switch() {
    let api = Api::new();
    let customer = api.customer("a@b.c");
    api.card(&customer);
    let path = format!("/transaction-service/sale/customer/{customer}");
    let body = r#"{"amount": 1, "invoice_id": "i-7"}"#;
    api.post(&path, body).is(200, r#""invoice_id":"i-7""#);
    api.sandbox.set(StoredCardReferences::Ignored);
    let reply = api.post(&path, body);
    assert!(reply.status == 200 && !reply.text.contains("i-7"), "{}", reply.text);
    api.sandbox.set(StoredCardReferences::Refused);
    assert_eq!(api.post(&path, body).status, 400);
    assert_eq!(api.post(&path, r#"{"amount": 1}"#).status, 200);
    assert_eq!(api.sandbox.ledger().referring_to("i-7").len(), 2);
}

#[test]
fn an_expired_card_is_declined() {
    let mut api = Api::new();
    let customer = api.customer("a@b.c");
    api.card(&customer);
    api.sandbox.advance(Duration::from_secs(3 * 366 * 86_400));
    api.login();
    let path = format!("/transaction-service/sale/customer/{customer}");
    api.post(&path, r#"{"amount": 1}"#).is(402, "expired");
}
