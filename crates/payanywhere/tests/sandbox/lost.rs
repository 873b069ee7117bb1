//! Answers that do not come, or cannot be understood.

use pay_sandbox::{Fault, FaultKind, Phase};
use payanywhere::{Outcome, Reversal};

use crate::world::{REFUND, VOID, lost, refund, void, world};

fn field(name: &str) -> String {
    name.to_owned()
}

#[tokio::test]
async fn a_lost_refund_is_unknown_and_nothing_is_sent_again() {
    for kind in [
        FaultKind::Close,
        FaultKind::Reset,
        FaultKind::Stall { for_at_most: None },
        FaultKind::Garbage,
        FaultKind::Cut { at: Some(20) },
        FaultKind::Cut { at: Some(100) },
        FaultKind::Html,
        FaultKind::Missing { field: field("status_code") },
        FaultKind::Status { status: 500, headers: Vec::new(), body: None },
        FaultKind::Status { status: 404, headers: Vec::new(), body: None },
        FaultKind::Status { status: 429, headers: Vec::new(), body: None },
        FaultKind::Status { status: 200, headers: Vec::new(), body: Some("{}".to_owned()) },
        FaultKind::Status {
            status: 200,
            headers: Vec::new(),
            body: Some(r#"[7,null,"00"]"#.to_owned()),
        },
    ] {
        let world = world(&[]).await;
        let sale = world.settled_sale("11.00");
        world.disturb(REFUND, Fault::new(kind.clone()).phase(Phase::After));
        lost(world.impatient().transactions().refund(&refund(&sale, "3.00")).await);
        assert_eq!((world.count("refund"), world.asked(REFUND)), (1, 1), "{kind:?}");
        assert_eq!(world.sandbox.faults_fired()[0].count, 1, "{kind:?}");

        let sale = world.sale("13.00");
        world.sandbox.clear_faults();
        world.disturb(VOID, Fault::new(kind.clone()).phase(Phase::After));
        lost(world.impatient().transactions().void(&void(&sale)).await);
        assert_eq!((world.count("void"), world.asked(VOID)), (1, 1), "{kind:?}");
    }
}

#[tokio::test]
async fn an_odd_answer_that_says_enough_is_a_success() {
    for kind in [
        FaultKind::UnknownFields,
        FaultKind::Missing { field: field("refund_id") },
        FaultKind::Missing { field: field("status_message") },
        FaultKind::WrongType { field: field("refund_id") },
        FaultKind::Oversize { bytes: 100_000 },
    ] {
        let world = world(&[]).await;
        let sale = world.settled_sale("11.00");
        world.disturb(REFUND, Fault::new(kind.clone()));
        let refunded = world.client.transactions().refund(&refund(&sale, "3.00")).await;
        assert!(refunded.is_ok(), "{kind:?}: {refunded:?}");
        assert_eq!(world.count("refund"), 1);
    }
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_no_yes() {
    let world = world(&[]).await;
    let sale = world.settled_sale("11.00");
    let kind = FaultKind::UnknownValue { field: Some(field("status_code")) };
    world.disturb(REFUND, Fault::new(kind));
    let error = world.client.transactions().refund(&refund(&sale, "3.00")).await.unwrap_err();
    assert_ne!(error.outcome(), Outcome::NotSent, "{error:?}");
    assert!(error.body::<Reversal>().is_some());
    assert_eq!(world.asked(REFUND), 1);
}

#[tokio::test]
async fn reads_outlive_what_writes_do_not() {
    for kind in [
        FaultKind::Reset,
        FaultKind::Garbage,
        FaultKind::Html,
        FaultKind::Status { status: 503, headers: Vec::new(), body: None },
    ] {
        let world = world(&[]).await;
        let sale = world.sale("11.00");
        world.disturb("payanywhere.transactions.get", Fault::new(kind.clone()).nth(1));
        let read = world.client.transactions().get(&sale).await.unwrap();
        assert_eq!(read.meta().attempts(), 2, "{kind:?}");
    }
}
