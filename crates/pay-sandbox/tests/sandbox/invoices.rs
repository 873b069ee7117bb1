//! Invoices.

use crate::api::Api;

const INVOICE: &str = r#"{"currency": "CAD", "recipient_email": "a@b.c", "description": "Work",
    "due_date": "2026-07-01T00:00:00.000Z",
    "items": [{"item": "hour", "price": 10.10, "quantity": 3, "discount": false,
               "tax1": {"percentile": true, "amount": 5}}]}"#;

#[test]
fn an_invoice_is_made_read_listed_and_sent() {
    let api = Api::new();
    let reply = api.post("/invoice", INVOICE);
    reply.is(200, r#""items":[{"item":"hour","price":10.10,"quantity":3,"discount":false,"#);
    reply.is(200, r#""sub_total":30.3,"total":30.3"#);
    let id = reply.field("lookup_id");
    assert_eq!(api.get(&format!("/invoice/{id}")).json(), reply.json());
    api.post("/invoice", INVOICE);
    let listed = |path: &str| api.get(path).json()["invoices"].as_array().unwrap().len();
    assert_eq!((listed("/invoice"), listed("/invoice?limit=1")), (2, 1));

    let sent = api.post(&format!("/invoice/{id}/send/x%40y.z"), "");
    sent.is(200, r#""status":"SENT""#);
    api.post(&format!("/invoice/{id}/send"), r#"{"email_address": "x@y.z"}"#).is(200, "SENT");
    api.post(&format!("/invoice/{id}/send/nobody"), "").is(400, "e-mail");
    assert_eq!(api.sandbox.ledger().count("invoice_sent"), 2);
    assert_eq!(api.get("/invoice/nothing").status, 404);
}

#[test]
fn a_draft_needs_less() {
    let api = Api::new();
    let draft = r#"{"currency": "CAD", "total": 5}"#;
    api.post("/invoice/draft", draft).is(200, r#""status":"DRAFT""#);
    api.post("/invoice", draft).is(400, "recipient_email");
    api.post("/invoice", r#"{"recipient_email": "a@b.c", "total": 5}"#).is(400, "currency");
    api.post("/invoice/draft", r#"{"currency": "CAD"}"#).is(400, "total");
}

#[test]
fn those_of_one_customer() {
    let api = Api::new();
    let customer = api.customer("a@b.c");
    let number = api.get(&format!("/customer-service/customer/{customer}")).field("id");
    api.post("/invoice", INVOICE);
    let by_number = format!(r#"{{"currency": "CAD", "total": 5, "customer_id": {number}}}"#);
    api.post("/invoice/draft", &by_number);
    api.post("/invoice/draft", r#"{"currency": "CAD", "total": 5}"#);
    let reply = api.get(&format!("/invoice/customer/{customer}"));
    assert_eq!(reply.json()["invoices"].as_array().unwrap().len(), 2);
    assert_eq!(api.get("/invoice/customer/nobody").status, 404);
}
