//! What the sandbox keeps and shows holds no secret.

use pay_sandbox::Sandbox;

use crate::api::{Api, CARD};

#[test]
fn nothing_that_is_shown_holds_a_secret() {
    let api = Api::new();
    let payfirma = api.sandbox.payfirma();
    let encrypted = payfirma.encrypt_card("378282246310005", 12, 30, "9713").unwrap();
    let customer = api.customer("a@b.c");
    api.card(&customer);
    api.post("/transaction-service/sale", &format!(r#"{{"amount": 11, {CARD}}}"#));
    api.post("/transaction-service/sale", &format!(r#"{{"amount": 11, "token": "{encrypted}"}}"#));
    // A client that mixes up its arguments.
    api.get("/transaction-service/transaction/lookup/378282246310005");
    api.post("/transaction-service/sale", r#"{"amount": 1, "card_number": "378282246310005x"}"#);
    let code = payfirma.authorization_code("m");
    let granted = api.token(&format!("grant_type=authorization_code&code={code}"));
    let (access, refresh) = (granted.field("access_token"), granted.field("refresh_token"));
    api.sandbox
        .add_fault("kind=close phase=later:9 on=payfirma.transactions.sale".parse().unwrap())
        .unwrap();
    let _ =
        api.try_call("POST", "/transaction-service/sale", &format!(r#"{{"amount": 11, {CARD}}}"#));

    let shown = [
        format!("{:?}", api.sandbox),
        format!("{payfirma:?}"),
        format!("{:?}", api.sandbox.requests()),
        format!("{:?}", api.sandbox.ledger()),
        format!("{:?}", api.sandbox.faults_fired()),
        api.sandbox.ledger().to_json(),
        api.get(&format!("/customer-service/customer/{customer}")).text,
        api.get("/transaction-service/transaction").text,
        api.send("GET", "/_sandbox/requests", None, "").unwrap().text,
        api.send("GET", "/_sandbox/faults", None, "").unwrap().text,
    ];
    let secrets = [
        "4111111111111111",
        "378282246310005",
        "9713",
        &encrypted,
        &code,
        &access,
        &refresh,
        &api.token,
        payfirma.client_secret(),
    ];
    for text in &shown {
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}

#[test]
fn refusals_do_not_repeat_what_was_sent() {
    let api = Api::with(Sandbox::builder());
    let reply = api.post(
        "/transaction-service/sale",
        r#"{"amount": 11, "card_number": "4111111111111112", "card_expiry_month": 11,
            "card_expiry_year": 28, "cvv2": "5951"}"#,
    );
    assert_eq!(reply.status, 400);
    assert!(!reply.text.contains("411111") && !reply.text.contains("5951"), "{}", reply.text);
}
