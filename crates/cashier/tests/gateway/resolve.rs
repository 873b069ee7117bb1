use cashier::{
    ApprovePayout, Client, Confirmed, Found, HostedCheckout, LostCall, Outcome, PayoutCheckout,
    RejectPayout, Resolution, Routes, Status, TransactionKey,
    webhook::{Event, Verifier, sign},
};

use crate::script::{Script, TRACKING_ID, bare_order, card_payment};

fn keyed_by(key: TransactionKey) -> Routes {
    let mut routes = Routes::sandbox();
    routes.transaction_key = key;
    routes
}

async fn resolved(client: &Client, lost: &LostCall) -> Resolution<Found> {
    client.resolve(lost).await.unwrap()
}

#[tokio::test]
async fn a_payment_is_confirmed_by_its_tracking_id_where_that_is_declared() {
    for (status, applied) in [("successful", true), ("pending", true), ("rejected", false)] {
        let script =
            Script::default().answer(200, format!(r#"{{"transaction_status":"{status}"}}"#));
        let client = script.client(keyed_by(TransactionKey::TrackingId));
        // As it would be after a crash.
        let kept = serde_json::to_string(&card_payment().lost_call()).unwrap();
        let lost = serde_json::from_str(&kept).unwrap();
        let Resolution::Confirmed(confirmed) = resolved(&client, &lost).await else { panic!() };
        let found = match confirmed {
            Confirmed::Applied(found) => {
                assert!(applied);
                found
            }
            Confirmed::Declined(found) => {
                assert!(!applied);
                found
            }
        };
        assert_eq!(found.status(), Some(&Status::from(status)));
        let line = format!("GET https://gateway.test/api/transaction/{TRACKING_ID}");
        assert_eq!(script.sent()[0].line, line);
    }
}

#[tokio::test]
async fn undeclared_it_is_a_candidate() {
    let script = Script::default().answer(200, r#"{"transaction_status":"successful"}"#);
    let client = script.client(keyed_by(TransactionKey::Undeclared));
    let lost = HostedCheckout::new(bare_order()).lost_call();
    let Resolution::Candidates(found) = resolved(&client, &lost).await else { panic!() };
    assert_eq!(found[0].status(), Some(&Status::Successful));
}

#[tokio::test]
async fn undeclared_and_not_found_it_is_looked_for_in_the_list() {
    let row = r#"[{"transaction_id":"like","amount":10.05,"currency":"EUR"}]"#;
    let script = Script::default().answer(404, "{}").answer(200, row);
    let client = script.client(keyed_by(TransactionKey::Undeclared));
    let lost = card_payment().lost_call();
    let Resolution::Candidates(found) = resolved(&client, &lost).await else { panic!() };
    let [Found::Listed(row)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(row.transaction_id.as_str(), "like");

    let mut unlisted = keyed_by(TransactionKey::Undeclared);
    unlisted.transactions = None;
    let client = Script::default().answer(404, "{}").client(unlisted);
    assert!(matches!(resolved(&client, &lost).await, Resolution::NotSeen { .. }));
}

#[tokio::test]
async fn what_is_not_found_is_not_seen_and_an_odd_status_is_inconclusive() {
    let script = Script::default()
        .answer(404, "{}")
        .answer(200, r#"{"transaction_status":"on_hold"}"#)
        .answer(500, "{}");
    let client = script.sandbox();
    let lost = card_payment().lost_call();
    assert!(matches!(resolved(&client, &lost).await, Resolution::NotSeen { .. }));
    assert!(matches!(resolved(&client, &lost).await, Resolution::Inconclusive { .. }));
    assert!(client.resolve(&lost).await.unwrap_err().is_provider_fault());
}

#[tokio::test]
async fn by_the_providers_id_only_look_alikes_can_be_found() {
    let now = time::OffsetDateTime::now_utc();
    let at = format!("{} {:02}:{:02}:00", now.date(), now.hour(), now.minute());
    let row = |id: &str, amount: &str, currency: &str, kind: &str, at: &str| {
        format!(
            r#"{{"transaction_id":"{id}","amount":{amount},"currency":"{currency}",
            "transaction_type":"{kind}","transaction_date":"{at}","status":"successful"}}"#
        )
    };
    let rows = [
        row("like", "10.050", "EUR", "deposit", &at),
        row("dearer", "10.06", "EUR", "deposit", &at),
        row("pounds", "10.05", "GBP", "deposit", &at),
        row("payout", "10.05", "EUR", "withdrawal", &at),
        row("older", "10.05", "EUR", "deposit", "2024-07-05 11:53:25"),
    ];
    let script = Script::default().answer(200, format!("[{}]", rows.join(","))).answer(200, "[]");
    let client = script.client(keyed_by(TransactionKey::TransactionId));
    let lost = card_payment().lost_call();
    let Resolution::Candidates(found) = resolved(&client, &lost).await else { panic!() };
    let [Found::Listed(row)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(row.transaction_id.as_str(), "like");
    assert!(matches!(resolved(&client, &lost).await, Resolution::NotSeen { .. }));
}

/// The list is asked week by week. What took effect late stands in the last one, and every week has
/// other rows, so that none is passed over.
#[tokio::test]
async fn every_week_since_the_call_is_looked_through() {
    let other = |id: &str| format!(r#"[{{"transaction_id":"{id}","amount":99,"currency":"EUR"}}]"#);
    let like = r#"[{"transaction_id":"like","amount":10.05,"currency":"EUR"}]"#;
    let script =
        Script::default().answer(200, other("1")).answer(200, other("2")).answer(200, like);
    let client = script.client(keyed_by(TransactionKey::TransactionId));
    let now = time::OffsetDateTime::now_utc();
    let lost = card_payment().lost_call().between(now - time::Duration::days(14), now);
    let Resolution::Candidates(found) = resolved(&client, &lost).await else { panic!() };
    let [Found::Listed(row)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(row.transaction_id.as_str(), "like");
    assert_eq!(script.sent().len(), 3);
}

#[tokio::test]
async fn a_settled_payout_was_settled_by_somebody() {
    for lost in [
        ApprovePayout::new(bare_order().reference()).lost_call(),
        RejectPayout::new(bare_order().reference()).lost_call(),
    ] {
        let script = Script::default()
            .answer(200, r#"{"transaction_status":"pending"}"#)
            .answer(200, r#"{"transaction_status":"successful"}"#)
            .answer(200, r#"{"transaction_status":"rejected"}"#)
            .answer(404, "");
        let client = script.sandbox();
        assert!(matches!(resolved(&client, &lost).await, Resolution::Inconclusive { .. }));
        assert!(matches!(resolved(&client, &lost).await, Resolution::Candidates(_)));
        assert!(matches!(resolved(&client, &lost).await, Resolution::Candidates(_)));
        assert!(matches!(resolved(&client, &lost).await, Resolution::Inconclusive { .. }));
    }
}

#[tokio::test]
async fn without_a_route_to_ask_by_there_is_no_way() {
    let script = Script::default();
    let client = script.client(Routes::default());
    for lost in [
        card_payment().lost_call(),
        PayoutCheckout::new(bare_order()).lost_call(),
        ApprovePayout::new(bare_order().reference()).lost_call(),
    ] {
        assert_eq!(resolved(&client, &lost).await, Resolution::Unsupported);
    }
    let foreign = LostCall::new("payfirma.transactions.sale", time::OffsetDateTime::now_utc());
    let error = client.resolve(&foreign).await.unwrap_err();
    assert_eq!((error.is_invalid(), error.outcome()), (true, Outcome::NotSent));
}

fn event(changes: &[(&str, &str)]) -> Event {
    let mut fields = [
        ("transaction_id", "r21nmrtpcmrcava"),
        ("tracking_id", TRACKING_ID),
        ("status", "successful"),
        ("currency", "EUR"),
        ("amount", "10.05"),
        ("transaction_type", "deposit"),
    ];
    for (name, value) in changes {
        fields.iter_mut().find(|field| field.0 == *name).unwrap().1 = value;
    }
    let body = fields.iter().map(|(name, value)| format!("{name:?}:{value:?}"));
    let body = format!("{{{}}}", body.collect::<Vec<_>>().join(","));
    let verifier = Verifier::new("password").unwrap();
    verifier.verify(&sign(&body, &"password".into()), &body).unwrap()
}

#[test]
fn a_verified_webhook_with_our_tracking_id_confirms() {
    let lost = card_payment().lost_call();
    let paid = event(&[]).resolve(&lost).unwrap();
    let Resolution::Confirmed(Confirmed::Applied(Found::Event(found))) = paid else { panic!() };
    assert_eq!(found.transaction_id.as_str(), "r21nmrtpcmrcava");
    let rejected = event(&[("status", "rejected")]).resolve(&lost).unwrap();
    assert!(matches!(rejected, Resolution::Confirmed(Confirmed::Declined(_))));
    for changes in [
        [("tracking_id", "another")],
        [("amount", "10.06")],
        [("currency", "GBP")],
        [("transaction_type", "withdrawal")],
        [("status", "on_hold")],
    ] {
        let other = event(&changes).resolve(&lost).unwrap();
        assert!(matches!(other, Resolution::Inconclusive { .. }), "{changes:?}: {other:?}");
    }
    let payout = PayoutCheckout::new(bare_order()).lost_call();
    let withdrawal = event(&[("transaction_type", "withdrawal")]).resolve(&payout).unwrap();
    assert!(matches!(withdrawal, Resolution::Confirmed(Confirmed::Applied(_))));
}

#[test]
fn a_webhook_about_a_payout_that_was_to_be_settled_is_no_proof() {
    let lost = ApprovePayout::new(bare_order().reference()).lost_call();
    assert!(matches!(event(&[]).resolve(&lost).unwrap(), Resolution::Candidates(_)));
    let pending = event(&[("status", "pending")]).resolve(&lost).unwrap();
    assert!(matches!(pending, Resolution::Inconclusive { .. }));
    let other = event(&[("tracking_id", "another")]).resolve(&lost).unwrap();
    assert!(matches!(other, Resolution::Inconclusive { .. }));
}
