//! Faults within HTTP, and when rules strike. Without sockets.

use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, Lost, Phase, Sandbox, Took};

use crate::api::{Api, CARD};

const SALE: &str = "payfirma.transactions.sale";

fn under(rule: &str) -> Api {
    let api = Api::new();
    api.sandbox.add_fault(rule.parse().unwrap()).unwrap();
    api
}

#[test]
fn a_status_before_or_after_the_effect() {
    for (phase, sales) in [("before", 0), ("after", 1)] {
        for status in [307, 401, 403, 408, 429, 500, 502, 503, 504] {
            let api = under(&format!(
                "kind=status status={status} header=Retry-After:2 header=Location:http://x.y/ \
                 phase={phase} on={SALE}"
            ));
            let reply = api.sale("11");
            assert_eq!(reply.status, status);
            assert_eq!(reply.headers["retry-after"], "2");
            assert_eq!(reply.headers["location"], "http://x.y/");
            assert!(reply.text.contains("\"error\""), "{}", reply.text);
            assert_eq!(api.sandbox.ledger().count("sale"), sales);
            assert_eq!(api.sandbox.faults_fired()[0].count, 1);
        }
    }
}

#[test]
fn a_status_with_a_chosen_body() {
    let api = under(&format!("kind=status on={SALE} status=503 body={{\"a\": 1, \"b\": \"x y\"}}"));
    let reply = api.sale("11");
    assert_eq!((reply.status, reply.text.as_str()), (503, r#"{"a": 1, "b": "x y"}"#));
    assert!(reply.headers["content-type"].to_str().unwrap().starts_with("application/json"));
    let api = under("kind=status status=200 body=");
    assert_eq!(api.sale("11").text, "");
}

#[test]
fn a_page_instead_of_an_answer() {
    let api = under(&format!("kind=html phase=after on={SALE}"));
    let reply = api.sale("11");
    assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8");
    reply.is(200, "<html>");
    assert_eq!(api.sandbox.ledger().count("sale"), 1);
}

#[test]
fn answers_that_differ_from_every_document() {
    let sale = |rule: &str| under(&format!("{rule} on={SALE}")).sale("11").json();
    let json = sale("kind=unknown-fields");
    assert!(json["x_new_object"]["deep"].is_array() && json["transaction_result"] == "APPROVED");
    assert_eq!(sale("kind=unknown-value")["transaction_result"], "SOMETHING_NEW");
    let json = sale("kind=unknown-value field=card_type");
    assert_eq!(json["card_type"], "SOMETHING_NEW");
    assert_eq!(json["transaction_result"], "APPROVED");
    assert!(sale("kind=wrong-type field=id")["id"].is_string());
    assert!(sale("kind=wrong-type field=transaction_result")["transaction_result"].is_number());
    assert!(sale("kind=missing field=transaction_result").get("transaction_result").is_none());
    assert_eq!(sale("kind=wrong-amount by=0.01")["amount"].to_string(), "11.01");
    assert_eq!(sale("kind=wrong-amount")["amount"].to_string(), "12");
}

#[test]
fn an_answer_that_cannot_be_changed_is_not_counted() {
    let api = under(&format!("kind=missing field=nothing on={SALE} limit=1"));
    api.sale("11").is(200, "APPROVED");
    assert!(api.sandbox.faults_fired().is_empty());
    let rules = api.sandbox.faults();
    assert_eq!((rules[0].matched, rules[0].fired), (1, 0));
}

#[test]
fn a_request_can_arrive_twice() {
    let api = under(&format!("kind=duplicate-request on={SALE}"));
    api.sale("11").is(200, "APPROVED");
    assert_eq!(api.sandbox.ledger().count("sale"), 2);
}

#[test]
fn losses_without_sockets() {
    let body = format!(r#"{{"amount": 11, {CARD}}}"#);
    let lost = |rule: &str| {
        let api = under(rule);
        (api.try_call("POST", "/transaction-service/sale", &body).unwrap_err(), api)
    };
    assert_eq!(lost("kind=close").0, Lost::Closed);
    assert_eq!(lost("kind=reset phase=after").0, Lost::Reset);
    assert_eq!(lost("kind=garbage").0, Lost::Garbage);
    assert_eq!(lost("kind=reset phase=accept").0, Lost::NotRead);
    let for_at_most = Some(Duration::from_millis(1_500));
    assert_eq!(lost("kind=stall for=1.5").0, Lost::Stalled { for_at_most });
    let (cut, api) = lost("kind=cut at=15");
    assert_eq!(cut, Lost::Cut("HTTP/1.1 200 OK".into()));
    assert_eq!(api.sandbox.ledger().count("sale"), 1);
    let (_, api) = lost("kind=reset phase=later:5");
    assert_eq!(api.sandbox.next_event_ms(), Some(crate::api::NOW + 5_000));
    api.sandbox.advance(Duration::from_secs(5));
    assert_eq!(api.sandbox.ledger().effects()[0].at_ms, crate::api::NOW + 5_000);
}

#[test]
fn a_late_effect_was_let_in_when_it_came() {
    let api = under("kind=stall phase=later:5000");
    assert!(
        api.try_call("POST", "/transaction-service/sale", &format!(r#"{{"amount": 11, {CARD}}}"#))
            .is_err()
    );
    // By then the token has expired.
    api.sandbox.advance(Duration::from_secs(5_000));
    assert_eq!(api.sandbox.ledger().count("sale"), 1);
}

#[test]
fn calls_that_were_not_read_are_logged_with_their_fault() {
    let api = under("kind=close phase=accept");
    assert!(api.try_call("POST", "/transaction-service/sale", "{}").is_err());
    let logged = api.sandbox.requests().pop().unwrap();
    assert_eq!(logged.operation.as_deref(), Some(SALE));
    assert_eq!((logged.status, logged.fault), (None, Some(1)));
}

#[tokio::test]
async fn slow_answers_say_how_slow_they_are() {
    let sandbox = Sandbox::builder().without_sockets();
    sandbox.add_fault("kind=slow for=3".parse().unwrap()).unwrap();
    let request = http::Request::get("/payfirma/nothing").body(Default::default()).unwrap();
    let response = sandbox.handle(request).await.unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(response.extensions().get(), Some(&Took(Duration::from_secs(3))));
}

#[test]
fn rules_strike_when_they_say() {
    let statuses = |rule: &str| {
        let api = under(rule);
        (0..6).map(|_| api.sale("11").status).collect::<Vec<_>>()
    };
    let base = format!("kind=status status=503 on={SALE}");
    assert_eq!(statuses(&format!("{base} nth=3")), [200, 200, 503, 200, 200, 200]);
    assert_eq!(statuses(&format!("{base} limit=2")), [503, 503, 200, 200, 200, 200]);
    assert_eq!(statuses(&format!("{base} probability=0")), [200; 6]);
    assert_eq!(statuses(&format!("{base} probability=1")), [503; 6]);
    assert_eq!(statuses("kind=status status=503 on=payfirma.customers.*"), [200; 6]);
    assert_eq!(statuses("kind=status status=503 method=POST path=*/sale"), [503; 6]);
    assert_eq!(statuses("kind=status status=503 method=GET"), [200; 6]);
}

#[test]
fn chance_follows_the_seed() {
    let statuses = |seed: u64| {
        let api = Api::with(Sandbox::builder().seed(seed));
        let rule = format!("kind=status status=503 probability=0.5 on={SALE}");
        api.sandbox.add_fault(rule.parse().unwrap()).unwrap();
        (0..32).map(|_| api.sale("11").status).collect::<Vec<_>>()
    };
    let first = statuses(7);
    assert_eq!(first, statuses(7));
    assert_ne!(first, statuses(8));
    assert!(first.contains(&200) && first.contains(&503));
}

#[test]
fn the_first_rule_wins_and_rules_can_go() {
    let api = Api::new();
    let rule = |status| {
        let (headers, body) = (vec![], None);
        Fault::new(FaultKind::Status { status, headers, body }).on(SALE)
    };
    let first = api.sandbox.add_fault(rule(500)).unwrap();
    api.sandbox.add_fault(rule(503)).unwrap();
    assert_eq!(api.sale("11").status, 500);
    assert!(api.sandbox.remove_fault(first));
    assert!(!api.sandbox.remove_fault(first));
    assert_eq!(api.sale("11").status, 503);
    api.sandbox.clear_faults();
    assert_eq!(api.sale("11").status, 200);
    assert_eq!(api.sandbox.faults_fired().len(), 2);
    assert!(api.sandbox.add_fault(rule(20)).is_err());
    let accept = Fault::new(FaultKind::Html).phase(Phase::Accept);
    assert!(api.sandbox.add_fault(accept).is_err());
}

#[test]
fn each_grant_is_an_operation_of_its_own() {
    let api = under("kind=status status=503 on=payfirma.oauth.refresh");
    assert_eq!(api.token("grant_type=client_credentials").status, 200);
    assert_eq!(api.token("grant_type=refresh_token&refresh_token=x").status, 503);
    assert_eq!(api.sandbox.faults_fired()[0].operation.as_deref(), Some("payfirma.oauth.refresh"));
}
