//! Sales, authorizations, captures and refunds.

use pay_sandbox::{
    Sandbox,
    payfirma::switches::{
        CapturedField, DeclineShape, ErrorShape, EvenRefund, ExtraDecimals, PathId,
        PaymentTokenUse, SeveralCaptures, ZeroAmount,
    },
};

use crate::api::{Api, CARD};

#[test]
fn a_sale_has_the_documented_shape() {
    let api = Api::new();
    let body = format!(
        r#"{{"amount": 11.10, "currency": "CAD", {CARD}, "email": "a@b.c", "custom_id": "c-1",
            "invoice_id": "i-1", "description": "d-1", "first_name": "Ana"}}"#
    );
    let reply = api.post("/transaction-service/sale", &body);
    let json = reply.json();
    assert!(json["id"].is_u64());
    assert_eq!(reply.field("transaction_id").len(), 20);
    for (name, value) in [
        ("transaction_type", "SALE"),
        ("transaction_result", "APPROVED"),
        ("card_type", "Visa"),
        ("card_suffix", "1111"),
        ("card_expiry", "11/28"),
        ("email", "a@b.c"),
        ("first_name", "Ana"),
        ("custom_id", "c-1"),
        ("invoice_id", "i-1"),
        ("description", "d-1"),
        ("transaction_source", "E_COMMERCE"),
    ] {
        assert_eq!(json[name], value, "{name}");
    }
    assert_eq!(json["transaction_success"], true);
    assert_eq!(json["transaction_time"], crate::api::NOW);
    assert!(reply.text.contains(r#""amount":11.1,"#), "{}", reply.text);
    assert!(json.get("last_name").is_none());
    assert!(json.get("currency").is_none());
    assert_eq!(reply.headers["x-request-id"].len(), 36);
    let effect = api.sandbox.ledger().effects()[0].clone();
    assert_eq!(effect.currency.as_deref(), Some("CAD"));
    assert_eq!(effect.invoice_id.as_deref(), Some("i-1"));
}

#[test]
fn odd_dollars_are_approved_and_even_ones_declined() {
    let api = Api::new();
    for amount in ["1", "1.00", "11.98", "\"3.00\"", "1e0", "99999.01"] {
        api.sale(amount).is(200, "APPROVED");
    }
    for amount in ["2", "10.99", "\"4\"", "0", "0.50", "100"] {
        api.sale(amount).is(402, "DECLINED");
    }
    for (amount, reason) in [
        ("2.10", "Failed to tokenize card information."),
        ("2.20", "Email is required."),
        ("2.3", "Missing mandatory card information field(s) in the request."),
        ("2.40", "Transaction Not Supported."),
        ("2.50", "Failed to de-tokenize card information."),
        ("2.60", "Failed to authorize."),
    ] {
        api.sale(amount).is(402, reason);
    }
    assert_eq!(api.sandbox.ledger().count("sale"), 6);
    assert_eq!(api.sandbox.ledger().count("sale_declined"), 12);
}

#[test]
fn amounts_are_exact() {
    let api = Api::with(Sandbox::builder().switch(ExtraDecimals::Kept));
    let amount = "12345678901234567891.12345678";
    api.sale(amount).is(200, &format!(r#""amount":{amount},"#));
    assert_eq!(api.sandbox.ledger().total("sale").to_string(), amount);
    api.sale("1.12345678901234567890123456789").is(400, "amount");
    api.sandbox.set(ExtraDecimals::Rounded);
    api.sale("1.009").is(200, r#""amount":1.01,"#);
    api.sandbox.set(ExtraDecimals::Refused);
    api.sale("1.001").is(400, "decimals");
}

#[test]
fn a_decline_comes_in_three_shapes() {
    let api = Api::new();
    let object = r#""transaction_success":false,"transaction_result":"DECLINED""#;
    api.sale("10").is(402, object);
    api.sandbox.set(DeclineShape::Status200Object);
    api.sale("10").is(200, object);
    api.sandbox.set(DeclineShape::Status402Message);
    let reply = api.sale("10");
    reply.is(402, r#"{"error":"Payment Required","message":"Transaction declined."}"#);
    assert_eq!(api.sandbox.ledger().count("sale_declined"), 3);
}

#[test]
fn bad_bodies_are_refused() {
    let api = Api::new();
    let path = "/transaction-service/sale";
    for (body, part) in [
        ("{}", "amount is required"),
        (r#"{"amount": 11}"#, "card_number is required"),
        (&format!(r#"{{"amount": -1, {CARD}}}"#), "amount must be"),
        (&format!(r#"{{"amount": "x", {CARD}}}"#), "amount must be"),
        (&format!(r#"{{"amount": 11, "currency": "EUR", {CARD}}}"#), "currency"),
        (&format!(r#"{{"amount": 11, "token": "t", {CARD}}}"#), "exclude each other"),
        (r#"{"amount": 11, "token": "t"}"#, "de-tokenize"),
        (&format!(r#"{{"amount": 11, "email": ["a"], {CARD}}}"#), "email must be text"),
        ("{\"amount\": 11,}", "not a JSON object"),
        (
            r#"{"amount": 11, "card_number": "4111111111111112", "card_expiry_month": 1,
                "card_expiry_year": 28, "cvv2": "1234"}"#,
            "not a valid card number",
        ),
        (
            r#"{"amount": 11, "card_number": "4111111111111111", "card_expiry_month": 5,
                "card_expiry_year": 26, "cvv2": 595}"#,
            "expired",
        ),
    ] {
        api.post(path, body).is(400, part);
    }
    assert_eq!(api.post(path, "amount=11").status, 415);
    assert_eq!(api.call("PUT", path, "{}").status, 405);
    assert_eq!(api.post("/transaction-service/sail", "{}").status, 404);
    assert!(api.sandbox.ledger().is_empty());
}

#[test]
fn errors_come_in_four_shapes() {
    let api = Api::new();
    let path = "/transaction-service/transaction/1";
    let said = "There is no such transaction";
    for (shape, body) in [
        (ErrorShape::ErrorMessage, format!(r#"{{"error":"Not Found","message":"{said}"}}"#)),
        (
            ErrorShape::ErrorsArray,
            format!(r#"{{"errors":[{{"code":"NOT_FOUND","message":"{said}"}}]}}"#),
        ),
        (ErrorShape::Legacy, format!(r#"{{"error":"{said}"}}"#)),
        (ErrorShape::PlainText, said.to_owned()),
    ] {
        api.sandbox.set(shape);
        let reply = api.get(path);
        assert_eq!((reply.status, reply.text), (404, body));
    }
}

#[test]
fn the_shape_of_a_transaction_can_be_switched() {
    let api = Api::new();
    for switch in [
        ("payfirma.card_suffix", "number"),
        ("payfirma.unset_fields", "null"),
        ("payfirma.currency_field", "present"),
        ("payfirma.echo_references", "off"),
        ("payfirma.created_status", "201"),
        ("payfirma.request_id_header", "not-sent"),
    ] {
        api.sandbox.set_by_name(switch.0, switch.1).unwrap();
    }
    let body = format!(r#"{{"amount": 1, "currency": "USD", "invoice_id": "i", {CARD}}}"#);
    let reply = api.post("/transaction-service/sale", &body);
    assert_eq!(reply.status, 201);
    assert_eq!(reply.json()["card_suffix"], 1111);
    assert!(reply.text.contains(r#""email":null"#));
    assert!(reply.text.contains(r#""invoice_id":null"#));
    assert_eq!(reply.field("currency"), "USD");
    assert!(reply.headers.get("x-request-id").is_none());
    // The ledger has what was sent.
    assert_eq!(api.sandbox.ledger().referring_to("i").len(), 1);
}

#[test]
fn an_encrypted_card_pays_and_a_payment_token_pays_once() {
    let api = Api::new();
    let payfirma = api.sandbox.payfirma();
    let token = payfirma.encrypt_card("4242424242424242", 12, 30, "045").unwrap();
    for _ in 0..2 {
        let body = format!(r#"{{"amount": 1, "token": "{token}"}}"#);
        api.post("/transaction-service/sale", &body).is(200, r#""card_suffix":"4242""#);
    }
    let pay = |token: &str, bearer: &str| {
        let body = format!(r#"{{"amount": 1, "payment_token": "{token}", "email": "a@b.c"}}"#);
        let path = "/payfirma/gateway/transaction-service/sale/token";
        api.send("POST", path, Some(bearer), &body).unwrap()
    };
    let token = payfirma.payment_token("5555555555554444", 12, 30, "123").unwrap();
    assert_eq!(token.len(), 20);
    assert_eq!(pay(&token, &api.token).status, 401);
    pay(&token, payfirma.iframe_token()).is(200, r#""card_type":"Mastercard""#);
    pay(&token, payfirma.iframe_token()).is(400, "de-tokenize");
    api.sandbox.set(PaymentTokenUse::Many);
    let token = payfirma.payment_token("5555555555554444", 12, 30, "123").unwrap();
    pay(&token, payfirma.iframe_token()).is(200, "APPROVED");
    pay(&token, payfirma.iframe_token()).is(200, "APPROVED");
    assert!(payfirma.encrypt_card("4242424242424241", 12, 30, "045").is_err());
}

#[test]
fn a_hold_is_captured_as_far_as_it_goes() {
    let api = Api::with(Sandbox::builder().switch(CapturedField::Present));
    let hold = api.authorize("11.00");
    hold.is(200, r#""transaction_type":"AUTHORIZATION""#);
    assert_eq!(hold.json()["captured"], false);
    let id = hold.field("id");
    let capture = |amount: &str| {
        let path = format!("/transaction-service/capture/{id}");
        api.post(&path, &format!(r#"{{"amount": {amount}}}"#))
    };
    capture("13").is(402, "left of the authorization");
    capture("4").is(402, "DECLINED");
    capture("7").is(200, r#""transaction_type":"CAPTURE""#);
    capture("5").is(402, "left of the authorization");
    capture("3").is(200, "APPROVED");
    capture("1").is(200, "APPROVED");
    capture("0.01").is(402, "left of the authorization");
    assert_eq!(api.sandbox.ledger().total("capture").to_string(), "11");
    let read = api.get(&format!("/transaction-service/transaction/{id}"));
    assert_eq!(read.json()["captured"], true);

    api.sandbox.set(SeveralCaptures::Declined);
    let id = api.authorize("11").field("id");
    let path = format!("/transaction-service/capture/{id}");
    api.post(&path, r#"{"amount": 1}"#).is(200, "APPROVED");
    api.post(&path, r#"{"amount": 1}"#).is(402, "DECLINED");
}

#[test]
fn what_cannot_be_captured_or_refunded_is_refused() {
    let api = Api::new();
    let sale = api.sale("11").field("id");
    let hold = api.authorize("11").field("id");
    let declined = api.sale("10").field("id");
    let one = r#"{"amount": 1}"#;
    api.post(&format!("/transaction-service/capture/{sale}"), one).is(400, "authorization");
    api.post(&format!("/transaction-service/refund/{hold}"), one).is(400, "refunded");
    api.post(&format!("/transaction-service/refund/{declined}"), one).is(402, "not approved");
    api.post("/transaction-service/refund/1", one).is(404, "transaction");
    api.post(&format!("/transaction-service/refund/{sale}"), "{}").is(400, "amount");
    let ledger = api.sandbox.ledger();
    assert_eq!((ledger.count("refund"), ledger.count("capture")), (0, 0));
}

#[test]
fn refunds_go_as_far_as_the_sale() {
    let api = Api::new();
    let id = api.sale("11.00").field("id");
    let path = format!("/transaction-service/refund/{id}");
    let refund = |amount: &str| api.post(&path, &format!(r#"{{"amount": {amount}}}"#));
    refund("13").is(402, "left of the transaction");
    refund("5").is(200, r#""transaction_type":"REFUND""#);
    let read = || api.get(&format!("/transaction-service/transaction/{id}"));
    read().is(200, r#""amount_refunded":5,"#);
    refund("7").is(402, "left of the transaction");
    refund("6").is(402, "Transaction declined.");
    api.sandbox.set(EvenRefund::Approved);
    refund("6").is(200, "APPROVED");
    read().is(200, r#""amount_refunded":11,"#);
    refund("0.01").is(402, "left of the transaction");
    assert_eq!(api.sandbox.ledger().total("refund").to_string(), "11");

    let hold = api.authorize("11").field("id");
    let capture = api.post(&format!("/transaction-service/capture/{hold}"), r#"{"amount": 7}"#);
    let path = format!("/transaction-service/refund/{}", capture.field("id"));
    api.post(&path, r#"{"amount": 7}"#).is(200, "APPROVED");
}

#[test]
fn the_portal_refunds_too() {
    let api = Api::new();
    let id: u64 = api.sale("11").field("id").parse().unwrap();
    let payfirma = api.sandbox.payfirma();
    assert!(payfirma.refund_in_portal(id, "12".parse().unwrap()).is_err());
    let refund = payfirma.refund_in_portal(id, "4".parse().unwrap()).unwrap();
    let read = api.get(&format!("/transaction-service/transaction/{refund}"));
    read.is(200, r#""transaction_source":"VT""#);
    assert_eq!(api.sandbox.ledger().effects_of("refund")[0].operation, "payfirma.portal.refund");
}

#[test]
fn the_path_takes_the_id_that_is_switched_on() {
    let api = Api::new();
    for (setting, number_works, hash_works) in
        [(PathId::Either, true, true), (PathId::Numeric, true, false), (PathId::Hash, false, true)]
    {
        api.sandbox.set(setting);
        let sale = api.sale("11");
        for (id, works) in
            [(sale.field("id"), number_works), (sale.field("transaction_id"), hash_works)]
        {
            let path = format!("/transaction-service/refund/{id}");
            let status = api.post(&path, r#"{"amount": 1}"#).status;
            assert_eq!(status, if works { 200 } else { 404 }, "{setting:?} {id}");
        }
    }
}

#[test]
fn an_amount_of_nothing_is_a_switch() {
    let api = Api::new();
    for (setting, status) in
        [(ZeroAmount::Declined, 402), (ZeroAmount::Approved, 200), (ZeroAmount::Refused, 400)]
    {
        api.sandbox.set(setting);
        assert_eq!(api.sale("0.00").status, status, "{setting:?}");
    }
}

#[test]
fn one_is_read_by_number_and_by_hash() {
    let api = Api::new();
    let sale = api.sale("11");
    let (id, hash) = (sale.field("id"), sale.field("transaction_id"));
    let by_id = api.get(&format!("/transaction-service/transaction/{id}"));
    let by_hash = api.get(&format!("/transaction-service/transaction/lookup/{hash}"));
    assert_eq!(by_id.json(), sale.json());
    assert_eq!(by_hash.json(), sale.json());
    assert_eq!(api.get(&format!("/transaction-service/transaction/{hash}")).status, 404);
    assert_eq!(api.get(&format!("/transaction-service/transaction/lookup/{id}")).status, 404);
}
