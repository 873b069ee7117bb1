//! Answers that are broken, odd or wrong, and answers that do not come.

use numeropay::{CallOptions, Outcome, Payment};
use pay_sandbox::{Fault, FaultKind, Phase};

use crate::world::{amount, lost, new, world};

fn field(name: &str) -> String {
    name.to_owned()
}

#[tokio::test]
async fn a_lost_answer_to_a_creation_is_unknown_and_nothing_is_sent_again() {
    for kind in [
        FaultKind::Close,
        FaultKind::Reset,
        FaultKind::Stall { for_at_most: None },
        FaultKind::Garbage,
        FaultKind::Cut { at: Some(20) },
        FaultKind::Cut { at: Some(400) },
        FaultKind::Html,
        FaultKind::Missing { field: field("success") },
        FaultKind::Missing { field: field("data") },
        FaultKind::Missing { field: field("id") },
        FaultKind::UnknownValue { field: Some(field("success")) },
        FaultKind::WrongType { field: field("success") },
        FaultKind::WrongType { field: field("data") },
        FaultKind::WrongType { field: field("amount") },
    ] {
        let world = world(&[]).await;
        world.disturb(Fault::new(kind.clone()).phase(Phase::After));
        let result = world.impatient().payments().create(&new("11")).await;
        let lost = lost(result);
        assert_eq!(world.created(), 1, "{kind:?}");
        assert_eq!(world.sandbox.requests().len(), 1, "{kind:?}");
        assert_eq!(world.sandbox.faults_fired()[0].count, 1, "{kind:?}");
        let found = world.resolve(&lost).await;
        assert!(matches!(found, numeropay::Resolution::Confirmed(_)), "{kind:?}: {found:?}");
    }
}

#[tokio::test]
async fn an_odd_answer_that_says_enough_is_a_success() {
    for kind in [
        FaultKind::UnknownFields,
        FaultKind::UnknownValue { field: Some(field("state")) },
        FaultKind::Missing { field: field("amount") },
        FaultKind::Missing { field: field("state") },
        FaultKind::Missing { field: field("createdOn") },
        FaultKind::WrongType { field: field("createdOn") },
        FaultKind::WrongType { field: field("businessName") },
        FaultKind::Drip { piece: 7, pause: std::time::Duration::from_millis(1) },
        FaultKind::Oversize { bytes: 100_000 },
    ] {
        let world = world(&[]).await;
        world.disturb(Fault::new(kind.clone()));
        let created = world.create("11").await;
        assert!(created.is_ok(), "{kind:?}: {created:?}");
        assert_eq!(world.created(), 1);
        assert_eq!(world.sandbox.faults_fired()[0].count, 1, "{kind:?}");
    }
}

#[tokio::test]
async fn another_amount_is_a_contradiction_with_the_payment_attached() {
    let world = world(&[]).await;
    world.disturb(Fault::new(FaultKind::WrongAmount { by: "1".parse().unwrap() }));
    let error = world.create("11.50").await.unwrap_err();
    assert!(error.is_contradiction(), "{error:?}");
    assert_eq!(error.outcome(), Outcome::Applied);
    assert_eq!(error.body::<Payment>().unwrap().amount, Some(amount("12.50")));
    // What is there is as it was asked for: only the answer was wrong.
    let found = world.resolve(error.lost_call().unwrap()).await;
    assert!(matches!(found, numeropay::Resolution::Confirmed(_)), "{found:?}");
}

#[tokio::test]
async fn another_payment_than_the_one_asked_for_is_a_contradiction() {
    let world = world(&[]).await;
    let created = world.create("11").await.unwrap();
    let other = world.create("11").await.unwrap();
    let body = serde_json::json!({"success": true, "data": {"id": other.id}}).to_string();
    let kind = FaultKind::Status { status: 200, headers: Vec::new(), body: Some(body) };
    world.sandbox.add_fault(Fault::new(kind).on("numeropay.payments.get")).unwrap();
    let error = world.client.payments().get(&created.id).await.unwrap_err();
    assert!(error.is_contradiction(), "{error:?}");
}

#[tokio::test]
async fn an_array_in_place_of_the_payment_or_the_wrapper_is_no_answer() {
    for body in [
        r#"{"success":true,"data":["5CD0RGCKJ"]}"#,
        r#"{"success":true,"data":["5CD0RGCKJ",null,null,1,11]}"#,
        r#"[true,{"id":"5CD0RGCKJ"}]"#,
        r#"{"success":true,"data":[{"id":"5CD0RGCKJ"}]}"#,
    ] {
        let world = world(&[]).await;
        let body = body.to_owned();
        let kind = FaultKind::Status { status: 200, headers: Vec::new(), body: Some(body) };
        world.disturb(Fault::new(kind).phase(Phase::After));
        lost(world.create("11").await);
    }
}

#[tokio::test]
async fn reads_outlive_what_writes_do_not() {
    for kind in [
        FaultKind::Reset,
        FaultKind::Garbage,
        FaultKind::Cut { at: Some(30) },
        FaultKind::Html,
        FaultKind::Missing { field: field("success") },
    ] {
        let world = world(&[]).await;
        let created = world.create("11").await.unwrap();
        world.sandbox.add_fault(Fault::new(kind).on("numeropay.payments.get").nth(1)).unwrap();
        let read = world.client.payments().get(&created.id).await.unwrap();
        assert_eq!(read.meta().attempts(), 2);
    }
}

#[tokio::test]
async fn a_connection_that_never_came_about_is_tried_again() {
    let world = world(&[]).await;
    let fault = Fault::new(FaultKind::Reset).phase(Phase::Accept).nth(1);
    world.sandbox.add_fault(fault).unwrap();
    // Whether a byte had left then, nobody can say.
    match world.create("11").await {
        Ok(_) => assert_eq!(world.created(), 1),
        Err(error) => assert_eq!(error.outcome(), Outcome::Unknown),
    }
    world.sandbox.stop_listening().await;
    let quick =
        world.impatient().with(CallOptions::new().timeout(std::time::Duration::from_secs(1)));
    let error = quick.payments().create(&new("13")).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    assert!(error.lost_call().is_none());
}
