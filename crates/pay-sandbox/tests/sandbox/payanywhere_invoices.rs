//! Payanywhere: invoices, charges of card tokens, notifications.

use pay_sandbox::payanywhere::switches::*;
use serde_json::{Value, json};

use crate::payanywhere::{Merchant, invoice};

#[test]
fn an_invoice_is_made_and_paid() {
    let merchant = Merchant::new();
    let reply = merchant.post(&merchant.own("/invoices"), &invoice());
    assert_eq!(reply.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["url"]);
    let url = reply.field("url");
    let payanywhere = merchant.sandbox.payanywhere();
    assert!(url.starts_with(&payanywhere.base_url()));
    assert_eq!(merchant.sandbox.ledger().referring_to("INV-7").len(), 1);
    let sale = payanywhere.pay_invoice(&url).unwrap().unwrap();
    assert_eq!(merchant.item(sale)["amount"], "101.10");
    assert!(payanywhere.pay_invoice(&url).is_err());
    assert!(payanywhere.pay_invoice("http://nowhere").is_err());
    let ledger = merchant.sandbox.ledger();
    let effect = ledger.effects_of("sale")[0];
    assert_eq!(effect.invoice_id.as_deref(), Some("INV-7"));
    let invoice = payanywhere.invoice_at(&url).unwrap().to_string();
    assert_eq!(ledger.effects_of("invoice_created")[0].id, invoice);
    assert_eq!(effect.parent, Some(invoice));
    assert_eq!(payanywhere.invoice_at("http://nowhere"), None);
}

#[test]
fn taxes_are_added_as_switched_and_even_totals_declined() {
    let merchant = Merchant::new();
    let payanywhere = merchant.sandbox.payanywhere();
    let pay = |setting: TaxRate| {
        merchant.sandbox.set(setting);
        let url = merchant.post(&merchant.own("/invoices"), &invoice()).field("url");
        let paid = payanywhere.pay_invoice(&url).unwrap();
        paid.map(|sale| merchant.item(sale)["amount"].as_str().unwrap().to_owned())
    };
    assert_eq!(pay(TaxRate::Percent).as_deref(), Some("101.20"));
    assert_eq!(pay(TaxRate::Fraction).as_deref(), Some("111.21"));
    let mut even = invoice();
    even["invoice"]["amount"] = json!(100);
    merchant.sandbox.set(TaxRate::Included);
    let url = merchant.post(&merchant.own("/invoices"), &even).field("url");
    // The payer may try again.
    assert_eq!(payanywhere.pay_invoice(&url), Ok(None));
    assert_eq!(payanywhere.pay_invoice(&url), Ok(None));
    assert_eq!(merchant.sandbox.ledger().count("sale_declined"), 2);
}

#[test]
fn what_is_no_invoice_is_refused() {
    let merchant = Merchant::new();
    let path = merchant.own("/invoices");
    for (pointer, value) in [
        ("/type", json!("recurring")),
        ("/qrcode", json!("yes")),
        ("/invoice", Value::Null),
        ("/invoice/customer", json!("Ann")),
        ("/invoice/customer/first_name", Value::Null),
        ("/invoice/name", json!("")),
        ("/invoice/number", json!(7)),
        ("/invoice/amount", json!("101.10")),
        ("/invoice/amount", json!(0)),
        ("/invoice/amount", json!(1.001)),
        ("/invoice/tax_rate", json!(-1)),
    ] {
        let mut body = invoice();
        *body.pointer_mut(pointer).unwrap() = value;
        merchant.post(&path, &body).is(400, "Invalid Post Data");
    }
    assert!(merchant.sandbox.ledger().is_empty());
    merchant.sandbox.set(InvoiceStatus::Created);
    merchant.sandbox.set(InvoiceAnswer::More);
    merchant.post(&path, &invoice()).is(201, r#""number":"INV-7""#);
}

#[test]
fn a_card_token_is_charged_once() {
    let merchant = Merchant::new();
    let token = merchant.card_token();
    let reply = merchant.charge(&token, "11.00");
    let json = reply.json();
    assert_eq!((reply.status, &json["status_code"]), (200, &json!("00")));
    let item = merchant.item(json["id"].as_u64().unwrap());
    assert_eq!((&item["cc_last4"], &item["txn_source"]), (&json!("1111"), &json!("PA-JS-SDK")));
    merchant.charge(&token, "11.00").is(400, "token is not known");
    // A declined one is used up as well.
    let token = merchant.card_token();
    merchant.charge(&token, "10.00").is(200, r#""status_code":"05""#);
    merchant.charge(&token, "11.00").is(400, "token is not known");
    let ledger = merchant.sandbox.ledger();
    assert_eq!((ledger.count("sale"), ledger.count("sale_declined")), (1, 1));
    merchant.sandbox.set(CardTokenUse::Reusable);
    let token = merchant.card_token();
    merchant.sandbox.set(ChargeAnswer::Transaction);
    assert_eq!(merchant.charge(&token, "11.00").json()["amount"], "11.00");
    merchant.sandbox.set(ChargeAnswer::Wrapped);
    let json = merchant.charge(&token, "11.00").json();
    assert_eq!(
        (&json["transaction"]["amount"], &json["status_code"]),
        (&json!("11.00"), &json!("00"))
    );
    merchant.charge(&token, "1.001").is(400, "two decimals");
    let path = "/mids/8788290000017/gateways/payment";
    let body = json!({"token": token, "amount": "11.00", "gateway_public_key": "x"});
    merchant.post(path, &body).is(400, "gateway_public_key");
}

#[test]
fn a_terminal_is_notified() {
    let merchant = Merchant::new();
    let path = merchant.own("/notification");
    let notify = || merchant.post(&path, &json!({"type": "sales"}));
    notify().is(200, "message");
    merchant.post(&path, &json!({})).is(400, "type is required");
    merchant.sandbox.set(NotificationAnswer::EmptyObject);
    assert_eq!(notify().text, "{}");
    merchant.sandbox.set(NotificationAnswer::Empty);
    assert_eq!(notify().status, 204);
    assert_eq!(merchant.sandbox.ledger().count("notification_sent"), 3);
}
