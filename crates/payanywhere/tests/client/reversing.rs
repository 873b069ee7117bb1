use http::Method;
use pay_core::transport::Phase;
use payanywhere::{ErrorKind, Outcome, Reference, Refund, Reversal, TransactionUniqId, Void};

use crate::world::{HOST, Step, World, amount, answer, clerk, sale};

const REFUNDED: &str = r#"{"refund_id":77,"status_code":"00","status_message":"Approved"}"#;
const VOIDED: &str = r#"{"void_id":78,"status_code":"00","status_message":"Approved"}"#;

fn refund(amount_text: &str) -> Refund {
    let reference = Reference::new("refund-1").unwrap();
    Refund::new(sale(), amount(amount_text), clerk(), reference)
}

fn void() -> Void {
    Void::new(sale(), clerk(), Reference::new("void-1").unwrap())
}

#[tokio::test]
async fn a_refund_is_sent_and_read() {
    // Public code accepts either status.
    for status in [200, 201] {
        let world = World::logged_in([answer(status, REFUNDED)]);
        let refunded = world.client.transactions().refund(&refund("2")).await.unwrap();
        let sent = world.only();
        assert_eq!(sent.method(), Method::POST);
        assert_eq!(sent.uri().to_string(), format!("{HOST}/accounts/4711/transactions"));
        assert_eq!(sent.headers()["content-type"], "application/json");
        assert_eq!(
            sent.body(),
            r#"{"type":"refund","ccs_pk":15218,"amount":"2.00","username":"clerk@example.com","comment":"refund-1"}"#
        );
        assert_eq!(refunded.refund_id, Some(77));
        assert_eq!(refunded.void_id, None);
        assert_eq!(refunded.status_message.as_deref(), Some("Approved"));
        assert_eq!(refunded.meta().raw_body(), REFUNDED);
    }
}

#[tokio::test]
async fn every_field_of_a_refund_has_its_place() {
    let world = World::logged_in([answer(200, REFUNDED), answer(200, REFUNDED)]);
    let full = Refund::with_comment(sale(), amount("999999999999.9"), clerk(), "Wrong \"size\"")
        .transaction_source("PA-iOS-SDK|version-arch")
        .extra("order", 7)
        .unwrap();
    world.client.transactions().refund(&full).await.unwrap();
    let cash =
        Refund::without_reference(TransactionUniqId::cash_sale(15218), amount("0.01"), clerk())
            .number_field("cas_pk");
    world.client.transactions().refund(&cash).await.unwrap();
    let sent = world.sent();
    assert_eq!(
        sent[1].body(),
        r#"{"type":"refund","ccs_pk":15218,"amount":"999999999999.90","username":"clerk@example.com","comment":"Wrong \"size\"","transaction_source":"PA-iOS-SDK|version-arch","order":7}"#
    );
    assert_eq!(
        sent[2].body(),
        r#"{"type":"refund","cas_pk":15218,"amount":"0.01","username":"clerk@example.com"}"#
    );
}

#[tokio::test]
async fn a_void_is_sent_and_read() {
    let world = World::logged_in([answer(201, VOIDED), answer(200, VOIDED)]);
    let voided = world.client.transactions().void(&void()).await.unwrap();
    assert_eq!(voided.void_id, Some(78));
    let full = Void::without_reference(sale(), clerk())
        .transaction_source("PA-JS-SDK")
        .extra("order", 7)
        .unwrap();
    world.client.transactions().void(&full).await.unwrap();
    let sent = world.sent();
    assert_eq!(
        sent[1].body(),
        r#"{"type":"void","transaction_id":15218,"username":"clerk@example.com","comment":"void-1"}"#
    );
    assert_eq!(
        sent[2].body(),
        r#"{"type":"void","transaction_id":15218,"username":"clerk@example.com","transaction_source":"PA-JS-SDK","order":7}"#
    );
}

#[tokio::test]
async fn what_is_wrong_is_not_sent_nor_logged_in_for() {
    let world = World::new([]);
    let cash = TransactionUniqId::cash_sale(15218);
    let transactions = world.client.transactions();
    let mut errors = vec![
        (
            transactions.void(&Void::without_reference(cash.clone(), clerk())).await,
            "transaction_id",
        ),
        (transactions.void(&void().extra("username", 7).unwrap()).await, "username"),
        (
            transactions.refund(&Refund::without_reference(cash, amount("2"), clerk())).await,
            "ccs_pk",
        ),
        (transactions.refund(&refund("2").extra("ccs_pk", 7).unwrap()).await, "ccs_pk"),
    ];
    for bad in ["0", "-2", "2.001", "1000000000000"] {
        errors.push((transactions.refund(&refund(bad)).await, "amount"));
    }
    for (result, field) in errors {
        let error = result.unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.field_errors()[0].field, field);
        assert!(error.operation().unwrap().starts_with("payanywhere.transactions."));
        assert!(error.lost_call().is_none());
    }
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn any_other_code_is_a_decline_in_every_shape() {
    let declined = |code: &str| {
        format!(r#"{{"refund_id":79,"status_code":{code},"status_message":"Do Not Honor"}}"#)
    };
    for (status, code) in
        [(200, "\"05\""), (201, "\"N7\""), (400, "\"05\""), (402, "\"51\""), (422, "\"51\"")]
    {
        let world = World::logged_in([answer(status, declined(code))]);
        let error = world.client.transactions().refund(&refund("2.00")).await.unwrap_err();
        assert!(error.is_declined(), "{status} {code}: {error}");
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!(error.code(), Some(code.trim_matches('"')));
        assert_eq!(error.message(), "Do Not Honor");
        let whole: Reversal = error.body().unwrap();
        assert_eq!(whole.refund_id, Some(79));
        assert!(whole.is_declined());
        world.only();
    }
    // A server error is not believed, and shows what it said.
    let world = World::logged_in([answer(500, declined("\"05\""))]);
    let error = world.client.transactions().refund(&refund("2.00")).await.unwrap_err();
    assert!(!error.is_declined());
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Declined, Outcome::Unknown));
    assert_eq!(error.body::<Reversal>().unwrap().status_code.as_deref(), Some("05"));
}

#[tokio::test]
async fn whatever_proves_nothing_is_unknown_and_not_sent_again() {
    for (step, kind) in [
        (answer(200, "{}"), ErrorKind::Unreadable),
        (answer(200, r#"{"refund_id":77}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":null}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":""}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":0}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":"000"}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":200}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":7,"status_message":"Approved"}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":"OK"}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":["00"]}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":"00","status_code":"05"}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":"00","amount":"much"}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":"00","error":"no"}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"status_code":"05","amount":"9.00"}"#), ErrorKind::Unreadable),
        (answer(200, r#"["00"]"#), ErrorKind::Unreadable),
        (answer(200, r#"{"message":"accepted"}"#), ErrorKind::Unreadable),
        (answer(200, ""), ErrorKind::Unreadable),
        (answer(200, "<html>"), ErrorKind::Unreadable),
        (answer(200, &REFUNDED[..30]), ErrorKind::Unreadable),
        (answer(400, REFUNDED), ErrorKind::Unreadable),
        (answer(500, REFUNDED), ErrorKind::Unreadable),
        (answer(302, ""), ErrorKind::Refused),
        (answer(403, ""), ErrorKind::Forbidden),
        (answer(404, r#"{"message":"no"}"#), ErrorKind::NotFound),
        (answer(409, ""), ErrorKind::Refused),
        (answer(422, r#"{"status_code":422,"message":"no"}"#), ErrorKind::Invalid),
        (answer(422, r#"{"status_code":51,"message":"no"}"#), ErrorKind::Invalid),
        (answer(429, ""), ErrorKind::RateLimited),
        (answer(500, "{}"), ErrorKind::ProviderFault),
        (answer(502, "<html>"), ErrorKind::ProviderFault),
        (Step::Fails(Phase::Unknown), ErrorKind::Transport),
        (Step::Hangs, ErrorKind::Timeout),
    ] {
        let what = match &step {
            Step::Answers(status, body) => format!("{status} {body}"),
            Step::Fails(phase) => format!("{phase:?}"),
            Step::Hangs => "hangs".to_owned(),
        };
        let world = World::logged_in([step]);
        let refund = refund("2.00");
        let error = world.client.transactions().refund(&refund).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Unknown), "{what}");
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.operation(), "payanywhere.transactions.refund");
        assert_eq!(lost.reference(), refund.lost_call().reference());
        assert_eq!(lost.amount(), refund.lost_call().amount());
        assert_eq!(lost.detail("uniq_id"), Some("ccs_15218"));
        assert_eq!(lost.path("account_id"), Some("4711"));
        world.only();
    }
}

#[tokio::test]
async fn bad_post_data_was_refused() {
    let world = World::logged_in([answer(400, r#"{"message":"Invalid Post Data"}"#)]);
    let error = world.client.transactions().void(&void()).await.unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(error.outcome(), Outcome::Refused);
    assert_eq!(
        error.to_string(),
        "payanywhere.transactions.void: invalid request: Invalid Post Data (refused, HTTP 400)"
    );
}

#[tokio::test]
async fn what_was_not_sent_is_sent() {
    let world = World::logged_in([Step::Fails(Phase::NotSent), answer(200, VOIDED)]);
    world.client.transactions().void(&void()).await.unwrap();
    assert_eq!(world.sent().len(), 3);
}

#[tokio::test]
async fn another_amount_or_the_other_of_the_two_took_effect_and_is_an_error() {
    let other_amount = r#"{"refund_id":77,"status_code":"00","amount":"20.00"}"#;
    for (reply, word) in [(other_amount, "amount"), (VOIDED, "voided")] {
        let world = World::logged_in([answer(200, reply)]);
        let error = world.client.transactions().refund(&refund("2.00")).await.unwrap_err();
        assert!(error.is_contradiction());
        assert_eq!(error.outcome(), Outcome::Applied);
        assert!(error.message().contains(word), "{error}");
        assert_eq!(error.body::<Reversal>().unwrap().status_code.as_deref(), Some("00"));
    }
    let world = World::logged_in([answer(200, REFUNDED)]);
    let error = world.client.transactions().void(&void()).await.unwrap_err();
    assert!(error.is_contradiction());
    assert_eq!(error.outcome(), Outcome::Applied);
}

#[tokio::test]
async fn what_is_absent_odd_or_new_contradicts_nothing() {
    for reply in [
        r#"{"status_code":"00"}"#,
        r#"{"status_code":"00","refund_id":"77","new":{"x":[1.5]}}"#,
        r#"{"status_code":"00","refund_id":{},"status_message":7,"amount":-2}"#,
        r#"{"status_code":"00","refund_id":77,"void_id":78,"amount":"2.0","message":null}"#,
        r#"{"status_code":"00","error":null,"amount":""}"#,
    ] {
        let world = World::logged_in([answer(200, reply)]);
        world.client.transactions().refund(&refund("2.00")).await.expect(reply);
    }
}
