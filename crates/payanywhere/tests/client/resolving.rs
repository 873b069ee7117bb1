use std::time::Duration;

use payanywhere::{
    Confirmed, IframeCharge, IframeToken, LostCall, Reference, Refund, Resolution, Transaction,
    Void,
};

use crate::world::{Step, THEN, World, amount, answer, clerk, sale, token};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// A refund of two dollars, lost an hour ago.
fn lost(known: &[&str]) -> LostCall {
    let reference = Reference::new("refund-1").unwrap();
    let refund = Refund::new(sale(), amount("2.00"), clerk(), reference);
    let refund = match known {
        [] => refund,
        known => refund.known_children(known.iter().map(|id| id.parse().unwrap())),
    };
    refund.lost_call().between(THEN - HOUR, THEN - HOUR + Duration::from_secs(30))
}

/// A refund as the list may show it.
fn child(id: &str, more: &str) -> String {
    format!(
        r#"{{"uniq_id":"{id}","parent_uniq_id":"ccs_15218","amount":"2.00","datetime":"2026-03-01T11:00:10.000Z"{more}}}"#
    )
}

fn listed(children: &[String]) -> Step {
    answer(200, format!(r#"{{"transactions":[{}]}}"#, children.join(",")))
}

fn ids(resolution: Resolution<Transaction>) -> Vec<String> {
    let Resolution::Candidates(found) = resolution else { panic!("{resolution:?}") };
    found.iter().map(|found| found.uniq_id.as_ref().unwrap().to_string()).collect()
}

#[tokio::test]
async fn a_lost_refund_is_looked_for_among_the_children_of_the_sale() {
    let world = World::logged_in([listed(&[child("ccr_1", "")])]);
    let found = world.client.resolve(&lost(&[])).await.unwrap();
    // Even a single one: the portal refunds too.
    assert_eq!(ids(found), ["ccr_1"]);
    assert_eq!(
        world.only().uri().path_and_query().unwrap(),
        "/accounts/4711/transactions?start=2026-02-28&end=2026-03-03"
    );
}

#[tokio::test]
async fn only_new_children_of_this_amount_and_time_are_candidates() {
    let children = [
        child("ccr_1", ""),
        child("ccr_2", ""),
        child("ccr_3", "").replace("ccs_15218", "cas_15218"),
        child("ccr_4", "").replace("2.00", "20.00"),
        child("ccr_5", "").replace("T11:00:10", "T10:44:59"),
        child("ccr_6", "").replace("2.00", "-2.00"),
        child("ccr_7", "").replace(r#""amount":"2.00","#, ""),
        child("ccr_8", "").replace("2026-03-01T11:00:10.000Z", "yesterday"),
    ];
    let world = World::logged_in([listed(&children)]);
    let found = world.client.resolve(&lost(&["ccr_1", "ccr_9"])).await.unwrap();
    assert_eq!(ids(found), ["ccr_2", "ccr_6", "ccr_7", "ccr_8"]);
}

#[tokio::test]
async fn nothing_new_is_not_seen() {
    for (list, known) in [(vec![], vec![]), (vec![child("ccr_1", "")], vec!["ccr_1"])] {
        let world = World::logged_in([listed(&list)]);
        let found = world.client.resolve(&lost(&known)).await.unwrap();
        assert_eq!(found, Resolution::NotSeen { searched_until: THEN });
    }
}

#[tokio::test]
async fn only_our_own_comment_on_one_complete_refund_confirms() {
    let ours = r#","comment":"refund-1","is_complete":true"#;
    let world = World::logged_in([listed(&[child("ccr_1", ""), child("ccr_2", ours)])]);
    let found = world.client.resolve(&lost(&[])).await.unwrap();
    let Resolution::Confirmed(Confirmed::Applied(found)) = found else { panic!("{found:?}") };
    assert_eq!(found.uniq_id.unwrap().as_str(), "ccr_2");

    let incomplete = r#","comment":"refund-1","is_complete":false"#;
    for children in [
        [child("ccr_1", ours), child("ccr_2", ours)],
        [child("ccr_1", incomplete), child("ccr_2", "")],
        [child("ccr_1", r#","comment":"refund-1""#), child("ccr_2", "")],
        [child("ccr_1", r#","comment":"refund-2","is_complete":true"#), child("ccr_2", "")],
    ] {
        let world = World::logged_in([listed(&children)]);
        let found = world.client.resolve(&lost(&[])).await.unwrap();
        assert_eq!(ids(found), ["ccr_1", "ccr_2"]);
    }

    // Under our own comment, another amount is worth a look.
    let other = child("ccr_2", ours).replace("2.00", "1.50");
    let untold = child("ccr_2", ours).replace(r#""amount":"2.00","#, "");
    for children in [vec![other.clone()], vec![untold], vec![child("ccr_1", ours), other]] {
        let world = World::logged_in([listed(&children)]);
        let found = world.client.resolve(&lost(&[])).await.unwrap();
        assert_eq!(ids(found).len(), children.len());
    }
}

#[tokio::test]
async fn a_lost_void_is_seen_at_the_sale() {
    let lost = Void::without_reference(sale(), clerk()).lost_call().between(THEN, THEN);
    let found = |fields: &str| answer(200, format!(r#"{{"uniq_id":"ccs_15218"{fields}}}"#));
    let world = World::logged_in([found(r#","void_uniq_id":"ccv_3""#)]);
    assert_eq!(ids(world.client.resolve(&lost).await.unwrap()), ["ccs_15218"]);
    assert_eq!(world.only().uri().path(), "/accounts/4711/transactions/15218");

    // An id of a form that nobody knows is one too.
    let world = World::logged_in([found(r#","void_uniq_id":"odd/one""#)]);
    assert_eq!(ids(world.client.resolve(&lost).await.unwrap()), ["ccs_15218"]);

    let world = World::logged_in([found(r#","void_uniq_id":null"#)]);
    let seen = world.client.resolve(&lost).await.unwrap();
    assert_eq!(seen, Resolution::NotSeen { searched_until: THEN });

    let world = World::logged_in([answer(404, "")]);
    let seen = world.client.resolve(&lost).await.unwrap();
    assert!(matches!(&seen, Resolution::Inconclusive { why } if why.contains("path")), "{seen:?}");

    // A transaction of another kind decides nothing.
    let world = World::logged_in([answer(200, r#"{"uniq_id":"cas_15218","void_uniq_id":"x_1"}"#)]);
    assert!(world.client.resolve(&lost).await.unwrap_err().is_contradiction());
}

#[tokio::test]
async fn a_lost_charge_has_candidates_of_the_same_amount() {
    let token = IframeToken::new("t0k").unwrap();
    let lost = IframeCharge::new(token, amount("2.00"), "key").lost_call().between(THEN, THEN);
    let sale = |id: &str, fields: &str| {
        format!(r#"{{"uniq_id":"{id}","amount":"2.00","datetime":"2026-03-01T12:00:05Z"{fields}}}"#)
    };
    let list = [
        sale("ccs_1", ""),
        sale("ccs_2", r#","mid":"1234567890123""#),
        sale("ccs_3", r#","mid":"9999999999999""#),
        sale("ccs_4", r#","is_reversal":true"#),
        sale("ccs_5", r#","parent_uniq_id":"ccs_1""#),
        sale("ccs_6", "").replace("2.00", "2.01"),
        sale("ccs_7", "").replace("T12:00:05Z", "T11:00:00Z"),
    ];
    let world = World::logged_in([listed(&list)]);
    assert_eq!(ids(world.client.resolve(&lost).await.unwrap()), ["ccs_1", "ccs_2"]);
}

#[tokio::test]
async fn a_lost_call_survives_being_stored() {
    let stored = serde_json::to_string(&lost(&["ccr_1"])).unwrap();
    assert!(!stored.contains("clerk@example.com"), "{stored}");
    let lost: LostCall = serde_json::from_str(&stored).unwrap();
    let world = World::logged_in([listed(&[child("ccr_1", ""), child("ccr_2", "")])]);
    assert_eq!(ids(world.client.resolve(&lost).await.unwrap()), ["ccr_2"]);
}

#[tokio::test]
async fn what_is_not_ours_is_refused() {
    let world = World::logged_in([]);
    let foreign = LostCall::new("payfirma.transactions.sale", THEN);
    let bare = LostCall::new("payanywhere.transactions.refund", THEN);
    let odd = LostCall::new("payanywhere.transactions.void", THEN).with_detail("uniq_id", "x");
    let later = lost(&[]).between(THEN + HOUR, THEN + HOUR);
    let another = lost(&[]).with_path("account_id", "1");
    for (lost, field) in [
        (foreign, "lost_call.operation"),
        (bare, "lost_call.uniq_id"),
        (odd, "lost_call.uniq_id"),
        (later, "lost_call.from"),
        (another, "lost_call.account_id"),
    ] {
        let error = world.client.resolve(&lost).await.unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.field_errors()[0].field, field);
    }
}

#[tokio::test]
async fn what_can_be_sent_again_says_so() {
    for operation in ["log_in", "refresh_session", "expire_token"] {
        let world = World::new([]);
        let lost = LostCall::new(format!("payanywhere.auth.{operation}"), THEN);
        let seen = world.client.resolve(&lost).await.unwrap();
        assert!(matches!(seen, Resolution::Inconclusive { .. }));
    }
    let _ = token("unused");
}
