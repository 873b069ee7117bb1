//! The card terminal.

use pay_sandbox::payfirma::switches::TerminalCaptureVerb;

use crate::api::Api;

fn body(amount: &str) -> String {
    format!(
        r#"{{"amount": {amount}, "first_name": "Ana", "bcc_emails": null, "card_expiry_month": "/",
            "card_expiry_year": "", "card_number": "", "is_card_terminal_transaction": true,
            "processor_id": 12, "currency": "CAD", "invoice_id": "i-1"}}"#
    )
}

#[test]
fn a_sale_reads_like_the_documents_sample() {
    let api = Api::new();
    let reply = api.post("/transaction-service-vt/sale/terminal", &body("\"1.00\""));
    reply.is(200, r#""amount":1,"#);
    let json = reply.json();
    assert_eq!(json["card_type"], "OTHER");
    assert_eq!(json["card_suffix"], "1933");
    assert_eq!(json["transaction_type"], "SALE");
    assert_eq!(json["transaction_source"], "CARD_TERMINAL");
    let path = format!("/transaction-service-vt/refund/{}", reply.field("transaction_id"));
    api.post(&path, &body("1")).is(200, "REFUND");
}

#[test]
fn a_sale_for_a_customer_needs_one() {
    let api = Api::new();
    let customer = api.customer("a@b.c");
    let path = "/transaction-service-vt/sale/terminalcustomer";
    api.post(&format!("{path}/{customer}"), &body("1")).is(200, "APPROVED");
    assert_eq!(api.post(&format!("{path}/nobody"), &body("1")).status, 404);
    let without = r#"{"amount": 1, "is_card_terminal_transaction": true}"#;
    api.post("/transaction-service-vt/sale/terminal", without).is(400, "processor_id");
    api.post("/transaction-service-vt/sale/terminal", r#"{"amount": 1}"#).is(400, "terminal");
}

#[test]
fn a_hold_is_captured_by_the_verb_that_is_switched_on() {
    let api = Api::new();
    let hold = api.post("/transaction-service-vt/authorize/terminal", &body("11"));
    hold.is(200, r#""transaction_type":"AUTHORIZE""#);
    let path = format!("/transaction-service-vt/capture/{}", hold.field("id"));
    for (setting, post, get) in [
        (TerminalCaptureVerb::Post, 200, 405),
        (TerminalCaptureVerb::Get, 405, 200),
        (TerminalCaptureVerb::Either, 200, 200),
    ] {
        api.sandbox.set(setting);
        assert_eq!(api.call("POST", &path, &body("1")).status, post, "{setting:?}");
        assert_eq!(api.call("GET", &path, &body("1")).status, get, "{setting:?}");
    }
    assert_eq!(api.sandbox.ledger().total("capture").to_string(), "4");
}
