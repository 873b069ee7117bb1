use http::Method;
use pay_core::transport::Phase;
use payanywhere::{ChargeVerdict, Charged, ErrorKind, IframeCharge, IframeToken, Outcome};

use crate::world::{HOST, MID, Step, World, amount, answer};

const TOKEN: &str = "c4rd-t0ken-of-the-browser";

fn charge() -> IframeCharge {
    IframeCharge::new(IframeToken::new(TOKEN).unwrap(), amount("10.9"), "public-key")
}

#[tokio::test]
async fn a_charge_is_sent_as_in_norths_sample_and_read_as_a_refund() {
    let body = r#"{"status_code":"00","status_message":"Approved","amount":"10.90","id":5}"#;
    let world = World::logged_in([answer(200, body)]);
    let charge = charge().extra("recurring", true).unwrap();
    let charged = world.client.iframe().charge(&charge).await.unwrap();
    let sent = world.only();
    assert_eq!(sent.method(), Method::POST);
    assert_eq!(sent.uri().to_string(), format!("{HOST}/mids/{MID}/gateways/payment"));
    assert_eq!(sent.headers()["authorization"], "Bearer t0ken-1");
    assert_eq!(
        sent.body(),
        &format!(
            r#"{{"token":"{TOKEN}","amount":"10.90","gateway_public_key":"public-key","transaction_source":"PA-JS-SDK","recurring":true}}"#
        )
    );
    assert_eq!(charged.status_code.as_deref(), Some("00"));
    assert_eq!(charged.json(), body);
    assert!(!format!("{charged:?}").contains("\"id\""), "nobody knows what it holds");
}

#[tokio::test]
async fn an_answer_that_nobody_knows_is_unknown_with_the_answer_at_hand() {
    for step in [
        answer(200, r#"{"result":"approved","transaction":"ccs_7"}"#),
        answer(200, r#"{"status_code":"OK"}"#),
        answer(200, "[]"),
        answer(200, ""),
        answer(404, ""),
        Step::Fails(Phase::Unknown),
    ] {
        let world = World::logged_in([step]);
        let error = world.client.iframe().charge(&charge()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.amount(), Some(amount("10.90")));
        assert_eq!(lost.path("mid"), Some(MID));
        if let Some(charged) = error.body::<Charged>() {
            assert!(charged.json().starts_with('{'));
        }
        world.only();
    }
}

#[tokio::test]
async fn the_caller_may_say_what_an_answer_means() {
    let judge = |charged: &Charged| {
        #[derive(serde::Deserialize)]
        struct Answer {
            result: String,
        }
        match charged.read::<Answer>().map(|answer| answer.result).as_deref() {
            Ok("approved") => ChargeVerdict::Approved,
            Ok("declined") => ChargeVerdict::Declined,
            _ => ChargeVerdict::Unknown,
        }
    };
    let with = |body: &str| World::logged_in([answer(200, body)]);
    let world = with(r#"{"result":"approved"}"#);
    world.client.iframe().charge_judged(&charge(), judge).await.unwrap();
    let world = with(r#"{"result":"declined","status_message":"Do Not Honor"}"#);
    let error = world.client.iframe().charge_judged(&charge(), judge).await.unwrap_err();
    assert!(error.is_declined());
    assert_eq!(error.message(), "Do Not Honor");
    let world = with(r#"{"status_code":"00"}"#);
    let error = world.client.iframe().charge_judged(&charge(), judge).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unreadable, Outcome::Unknown));
    // Another amount is an error whatever the caller says.
    let world = with(r#"{"result":"approved","amount":"109.00"}"#);
    let error = world.client.iframe().charge_judged(&charge(), judge).await.unwrap_err();
    assert!(error.is_contradiction());
    assert_eq!(error.outcome(), Outcome::Applied);
}

#[tokio::test]
async fn a_decline_is_one_and_an_echoed_token_is_masked() {
    let body = format!(r#"{{"status_code":"05","status_message":"{TOKEN} was declined"}}"#);
    for status in [200, 402] {
        let world = World::logged_in([answer(status, body.as_str())]);
        let error = world.client.iframe().charge(&charge()).await.unwrap_err();
        assert!(error.is_declined());
        assert_eq!(error.message(), "[redacted] was declined");
        let raw = String::from_utf8_lossy(error.meta().unwrap().raw_body()).into_owned();
        for shown in [error.to_string(), format!("{error:?}"), raw] {
            assert!(!shown.contains(TOKEN), "{shown}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_is_not_sent() {
    let world = World::new([]);
    let token = IframeToken::new(TOKEN).unwrap();
    let wrong = IframeCharge::new(token, amount("0"), "public-key");
    let error = world.client.iframe().charge(&wrong).await.unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(world.sent().is_empty());
}
