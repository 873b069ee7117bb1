use numeropay::{Confirmed, LostCall, Payment, Resolution};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::world::{Step, THEN, World, answer, listed, new, payment, refusal};

/// As it would be kept over a crash: through JSON.
fn lost() -> LostCall {
    let kept = new("order-1").lost_call().between(THEN, THEN + Duration::SECOND);
    serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap()
}

async fn resolve(steps: impl IntoIterator<Item = Step>, lost: &LostCall) -> Resolution<Payment> {
    let world = World::new(steps);
    let resolution = world.client.resolve(lost).await.unwrap();
    world.sent();
    resolution
}

fn at(minutes: i64) -> String {
    let at: OffsetDateTime = THEN + Duration::minutes(minutes);
    at.format(&Rfc3339).unwrap()
}

/// The payment that was lost, with other fields.
fn ours(fields: Value) -> String {
    let mut all = json!({"description": "[order-1]"});
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    payment(all)
}

/// Created long before the call: the search need not go on.
fn old() -> String {
    payment(json!({"id": "OLD", "createdOn": at(-60)}))
}

#[tokio::test]
async fn our_reference_came_back() {
    for description in ["[order-1]", "Two chairs [order-1]", "Two chairs [order-1] "] {
        let ours = ours(json!({"description": description}));
        let similar = payment(json!({"id": "SIMILAR"}));
        let found = resolve([listed(&[similar, ours, old()])], &lost()).await;
        let Resolution::Confirmed(Confirmed::Applied(found)) = found else { panic!("{found:?}") };
        assert_eq!(found.id.as_str(), "5CD0RGCKJ");
    }
}

#[tokio::test]
async fn the_state_does_not_matter_it_was_created() {
    for state in [json!(0), json!(3), json!("CANCELED"), json!("COMPLETED")] {
        let found = resolve([listed(&[ours(json!({"state": state})), old()])], &lost()).await;
        assert!(matches!(found, Resolution::Confirmed(Confirmed::Applied(_))), "{found:?}");
    }
}

#[tokio::test]
async fn it_is_found_on_a_later_page() {
    let first: Vec<_> = (0..25)
        .map(|number| {
            let id = format!("P{number}");
            payment(json!({"id": id, "createdOn": at(100 - number), "description": "[x]"}))
        })
        .collect();
    let second = [first[24].clone(), ours(json!({})), old()];
    let found = resolve([listed(&first), listed(&second)], &lost()).await;
    assert!(matches!(found, Resolution::Confirmed(_)), "{found:?}");
}

#[tokio::test]
async fn a_look_alike_is_a_candidate_even_a_single_one() {
    let similar = payment(json!({"id": "SIMILAR", "description": "Two chairs"}));
    let found = resolve([listed(&[similar, old()])], &lost()).await;
    let Resolution::Candidates(found) = found else { panic!("{found:?}") };
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn a_reference_that_is_not_unique_or_fits_not_proves_nothing() {
    let twice = [ours(json!({})), ours(json!({"id": "TWIN"})), old()];
    let found = resolve([listed(&twice)], &lost()).await;
    assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 2), "{found:?}");

    // Without an amount, or from before the call, it may be what had the reference first.
    for fields in [json!({"amount": 7}), json!({"amount": null}), json!({"createdOn": at(-16)})] {
        let found = resolve([listed(&[ours(fields), old()])], &lost()).await;
        assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 1), "{found:?}");
    }
}

#[tokio::test]
async fn what_is_not_it_is_not_seen() {
    let others = [
        payment(json!({"id": "A", "amount": 99})),
        payment(json!({"id": "B", "currency": "usd"})),
        payment(json!({"id": "C", "businessName": "Infinity Sons"})),
        payment(json!({"id": "D", "description": "[order-2]"})),
        payment(json!({"id": "E", "description": "[order-10]", "createdOn": at(5)})),
        payment(json!({"id": "F", "createdOn": at(-16)})),
    ];
    let found = resolve([listed(&others)], &lost()).await;
    let Resolution::NotSeen { searched_until } = found else { panic!("{found:?}") };
    assert_eq!(searched_until, THEN);
}

#[tokio::test]
async fn a_list_that_was_read_to_its_end_is_enough() {
    let only = || listed(&[payment(json!({"id": "A", "amount": 99}))]);
    let found = resolve([only(), only()], &lost()).await;
    assert!(matches!(found, Resolution::NotSeen { .. }), "{found:?}");
}

#[tokio::test]
async fn a_list_that_shows_nothing_decides_nothing() {
    let found = resolve([listed(&[])], &lost()).await;
    assert!(matches!(found, Resolution::Inconclusive { .. }), "{found:?}");

    // The second page is empty: `from` was misunderstood.
    let foreign = payment(json!({"id": "A", "amount": 99}));
    let found = resolve([listed(&[foreign]), listed(&[])], &lost()).await;
    let Resolution::Inconclusive { why } = found else { panic!("{found:?}") };
    assert!(why.contains("from_unit"), "{why}");

    // It was seen, but whether once is not known.
    let found = resolve([listed(&[ours(json!({}))]), listed(&[])], &lost()).await;
    assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 1), "{found:?}");
}

#[tokio::test]
async fn without_a_reference_there_are_only_candidates() {
    let lost = LostCall::new("numeropay.payments.create", THEN)
        .with_amount("100".parse().unwrap())
        .with_detail("business_name", "Infinity Group");
    let found = resolve([listed(&[ours(json!({})), old()])], &lost).await;
    assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 1), "{found:?}");
}

#[tokio::test]
async fn what_is_no_lost_call_of_ours_is_refused() {
    let world = World::new([]);
    for (lost, field) in [
        (LostCall::new("payfirma.transactions.sale", THEN), "lost_call.operation"),
        (LostCall::new("numeropay.payments.get", THEN), "lost_call.operation"),
        (LostCall::new("numeropay.payments.create", THEN + Duration::HOUR), "lost_call.from"),
    ] {
        let error = world.client.resolve(&lost).await.unwrap_err();
        assert_eq!(error.field_errors()[0].field, field);
    }
    world.sent();
}

#[tokio::test]
async fn an_error_of_the_list_is_an_error() {
    let world = World::new([answer(200, refusal("FORBIDDEN"))]);
    assert!(world.client.resolve(&lost()).await.unwrap_err().is_forbidden());
}
