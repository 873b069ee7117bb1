//! EFT.

use std::time::Duration;

use crate::api::Api;

const EFT: &str = "/transaction-service-vt/eft";

fn balance(api: &Api) -> String {
    api.get(&format!("{EFT}/balance")).field("available_balance")
}

#[test]
fn a_request_is_pending_until_the_payer_acts() {
    let mut api = Api::new();
    let customer = api.customer("a@b.c");
    let path = format!("{EFT}/request/{customer}");
    let reply = api.post(&path, r#"{"amount": 1, "description": "rent"}"#);
    reply.is(200, r#""transaction_success":false,"transaction_result":"PENDING""#);
    assert_eq!(reply.field("email"), "a@b.c");
    assert_eq!(reply.field("description"), "rent");
    let declined = api.post(&path, r#"{"amount": 2}"#).field("id");
    let read = |api: &Api, id: &str| {
        let path = format!("/transaction-service/transaction/{id}");
        api.get(&path).field("transaction_result")
    };
    assert_eq!(read(&api, &reply.field("id")), "PENDING");
    assert_eq!(balance(&api), "1000");
    api.sandbox.advance(Duration::from_secs(3_600));
    api.login();
    assert_eq!(read(&api, &reply.field("id")), "APPROVED");
    assert_eq!(read(&api, &declined), "DECLINED");
    assert_eq!(balance(&api), "1001");
    let ledger = api.sandbox.ledger();
    assert_eq!(ledger.count("eft_request"), 2);
    assert_eq!(ledger.count("eft_request_settled"), 1);
    assert_eq!(ledger.count("eft_request_declined"), 1);

    let third = api.post(&path, r#"{"amount": 3}"#).field("id");
    api.sandbox.payfirma().settle_eft();
    assert_eq!(read(&api, &third), "APPROVED");
}

#[test]
fn money_goes_out_as_far_as_the_balance() {
    let api = Api::new();
    api.post(&format!("{EFT}/deposit"), r#"{"amount": 501.25}"#).is(200, "APPROVED");
    assert_eq!(balance(&api), "498.75");
    api.post(&format!("{EFT}/deposit"), r#"{"amount": 501}"#).is(402, "available balance");
    let send = format!("{EFT}/send");
    api.post(&send, r#"{"amount": 1}"#).is(400, "email");
    api.post(&send, r#"{"amount": 1, "email": "a@b.c"}"#).is(200, "APPROVED");
    assert_eq!(balance(&api), "497.75");
    assert_eq!(api.sandbox.ledger().count("eft_send"), 1);
}

#[test]
fn others_ask_for_money_too() {
    let api = Api::new();
    api.get(&format!("{EFT}/incoming-requests")).is(200, r#"{"incoming_requests":[]}"#);
    let payfirma = api.sandbox.payfirma();
    payfirma.add_incoming_eft_request("13.36".parse().unwrap(), "x@y.z", "rent");
    let reply = api.get(&format!("{EFT}/incoming-requests"));
    reply.is(200, r#"{"incoming_requests":[{"amount":13.36,"#);
    reply.is(200, r#""status":"PENDING""#);
    reply.is(200, r#""date":"6/15/2026 12:00:00 AM""#);
}
