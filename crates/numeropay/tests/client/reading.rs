use http::Method;
use numeropay::{Amount, Code, ErrorKind, Outcome, PaymentId, PaymentState, error_name};
use serde_json::json;

use crate::world::{SAMPLE, SAMPLE_ERROR, World, answer, payment, refusal, wrapped};

fn id() -> PaymentId {
    PaymentId::new("5CD0RGCKJ").unwrap()
}

#[tokio::test]
async fn a_payment_is_read_by_its_id() {
    let world = World::new([answer(200, SAMPLE)]);
    let payment = world.client.payments().get(&id()).await.unwrap();
    assert_eq!(payment.description.as_deref(), Some("sample transaction"));
    let sent = world.only();
    assert_eq!(sent.method(), Method::GET);
    assert_eq!(sent.uri(), "https://api.numeropay.com/transaction/5CD0RGCKJ");
    assert!(sent.body().is_empty());
}

#[tokio::test]
async fn all_that_the_schema_names_is_read() {
    let full = payment(json!({
        "state": "IN_PROGRESS",
        "channel": "LINK",
        "structure": "{\"order\":7}",
        "customer": {"name": "x"},
        "appliedFeeCurrency": "aud",
    }))
    .replace("\"state\"", "\"appliedFeeAmount\":1.50,\"state\"");
    let world = World::new([answer(200, wrapped(&full))]);
    let read = world.client.payments().get(&id()).await.unwrap();
    assert_eq!(read.state, Some(PaymentState::InProgress));
    assert_eq!(read.channel, Some(Code::from("LINK")));
    assert_eq!(read.applied_fee_amount.as_ref().map(Amount::to_string).unwrap(), "1.50");
    assert_eq!(read.applied_fee_currency.unwrap().as_str(), "AUD");
    assert_eq!(read.customer.as_ref().unwrap().as_str(), r#"{"name":"x"}"#);
    let structure: serde_json::Value = read.structure.as_ref().unwrap().read().unwrap();
    assert_eq!(structure, json!({"order": 7}));
    // What is kept as JSON comes back as it was, names and all.
    let kept = serde_json::to_string(&*read).unwrap();
    let again: numeropay::Payment = serde_json::from_str(&kept).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), kept);
    assert!(kept.contains(r#""appliedFeeAmount":1.50"#), "{kept}");
    assert!(kept.contains(r#""createdOn":"2020-10-14T02:31:23.328Z""#), "{kept}");
}

#[tokio::test]
async fn a_state_is_read_as_name_or_number() {
    for (json, state) in [
        (json!("COMPLETED"), PaymentState::Completed),
        (json!("CANCELED"), PaymentState::Canceled),
        (json!(0), PaymentState::Created),
        (json!(2), PaymentState::Completed),
        (json!(3), PaymentState::Unknown(Code::Number(3))),
        (json!("2"), PaymentState::Unknown(Code::from("2"))),
        (json!("PAUSED"), PaymentState::Unknown(Code::from("PAUSED"))),
    ] {
        let reply = answer(200, wrapped(&payment(json!({"state": json}))));
        let world =
            World::with([reply], |builder| builder.state_number(2, PaymentState::Completed));
        let read = world.client.payments().get(&id()).await.unwrap();
        assert_eq!(read.state, Some(state));
    }
}

#[tokio::test]
async fn an_id_can_neither_be_empty_nor_change_the_route() {
    for bad in ["", ".", "..", "a/b", "a b", "a\\b", "\u{e4}", "a.b", &"x".repeat(129)] {
        assert_eq!(PaymentId::new(bad).unwrap_err().field(), "transaction_id", "{bad}");
        // From a reply it is kept as it came, but not sent.
        let odd: PaymentId = serde_json::from_value(json!(bad)).unwrap();
        let world = World::new([]);
        let error = world.client.payments().get(&odd).await.unwrap_err();
        assert!(error.is_invalid());
        assert!(world.sent().is_empty());
    }
    let world = World::new([answer(200, wrapped(&payment(json!({"id": "a%2F?#&"}))))]);
    world.client.payments().get(&PaymentId::new("a%2F?#&").unwrap()).await.unwrap();
    assert_eq!(world.only().uri().path(), "/transaction/a%252F%3F%23%26");
}

#[tokio::test]
async fn errors_are_read_by_name() {
    let world = World::new([answer(200, SAMPLE_ERROR)]);
    let error = world.client.payments().get(&id()).await.unwrap_err();
    assert!(error.is_forbidden());
    assert_eq!(error.outcome(), Outcome::Refused);
    world.only();

    for (name, status) in [("NOT_FOUND", 500), ("UNKNOWN_USER", 200)] {
        let world = World::new([answer(status, refusal(name))]);
        let error = world.client.payments().get(&id()).await.unwrap_err();
        assert!(error.is_not_found());
        world.only();
    }
}

#[tokio::test]
async fn their_fault_is_asked_again() {
    let fault = || answer(200, refusal("SYSTEM_ERROR"));
    let world = World::new([fault(), answer(500, "oops"), answer(200, SAMPLE)]);
    world.client.payments().get(&id()).await.unwrap();
    assert_eq!(world.sent().len(), 3);

    let world = World::new([fault(), fault(), fault()]);
    let error = world.client.payments().get(&id()).await.unwrap_err();
    assert!(error.is_provider_fault());
    assert_eq!(error_name(&error), Some(numeropay::ErrorName::SystemError));
    assert_eq!(world.sent().len(), 3);
}

#[tokio::test]
async fn another_payment_is_no_answer() {
    let world = World::new([answer(200, wrapped(&payment(json!({"id": "OTHER"}))))]);
    let error = world.client.payments().get(&id()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contradiction);
    assert!(error.lost_call().is_none());
}
