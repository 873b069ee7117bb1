//! Answers that do not come, or cannot be understood.

use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, Phase};
use payroc::{CallOptions, Confirmed, Connection, Resolution};

use crate::world::{SUBMIT, application, environment, lost, world};

fn field(name: &str) -> String {
    name.to_owned()
}

#[tokio::test]
async fn a_lost_boarding_is_not_sent_again_and_cannot_be_found() {
    for kind in [
        FaultKind::Close,
        FaultKind::Reset,
        FaultKind::Stall { for_at_most: None },
        FaultKind::Garbage,
        FaultKind::Cut { at: Some(20) },
        FaultKind::Cut { at: Some(250) },
        FaultKind::Html,
        FaultKind::WrongType { field: field("responseStatus") },
    ] {
        let world = world(&[("environment", "production")]).await;
        world.disturb(SUBMIT, Fault::new(kind.clone()).phase(Phase::After).limit(1));
        let account = world.sandbox.payroc().partner();
        let quick = environment(&world.sandbox)
            .credentials(account.user_name, account.password)
            .connection(Connection::builder().build().unwrap())
            .build()
            .unwrap()
            .with(CallOptions::new().attempt_timeout(Duration::from_millis(700)));
        let lost = lost(quick.boarding().submit(&application()).await);
        assert_eq!((world.boarded(), world.asked(SUBMIT)), (1, 1), "{kind:?}");
        assert_eq!(world.sandbox.faults_fired()[0].count, 1, "{kind:?}");
        assert_eq!(lost.detail("doingBusinessAs"), Some("Lee's"));
        let kept = serde_json::to_string(&lost).unwrap();
        for secret in ["219099999", "219-09-9999", "987654321", "98-7654321", "000123456789"] {
            assert!(!kept.contains(secret), "{kept}");
        }
        let found = world.client.resolve(&serde_json::from_str(&kept).unwrap()).await.unwrap();
        assert!(matches!(found, Resolution::Unsupported), "{found:?}");

        // A duplicate now does not prove that it was ours: it is a refusal of this attempt.
        world.sandbox.advance(Duration::from_secs(6));
        let again = world.client.boarding().submit(&application()).await.unwrap_err();
        assert_eq!(again.code(), Some("DuplicateMerchantLocationException"));
        assert_eq!(world.boarded(), 1);
    }
}

#[tokio::test]
async fn an_answer_that_tells_of_no_merchant_is_no_success() {
    for body in [
        "{}",
        r#"{"responseStatus":{}}"#,
        r#"{"links":[],"merchant":null,"responseStatus":{}}"#,
        r#"{"links":[],"merchant":"420118000000001"}"#,
        r#"[{"merchant":{"mid":"420118000000001"}}]"#,
        r#"{"merchant":{"mid":"1"},"responseStatus":["Oops"]}"#,
        r#"{"merchant":{"mid":"1"},"responseStatus":{"errorCode":"Oops"}}"#,
    ] {
        let world = world(&[]).await;
        let kind =
            FaultKind::Status { status: 200, headers: Vec::new(), body: Some(body.to_owned()) };
        world.disturb(SUBMIT, Fault::new(kind).phase(Phase::After));
        lost(world.client.boarding().submit(&application()).await);
        assert_eq!(world.boarded(), 1, "{body}");
    }
}

#[tokio::test]
async fn an_answer_with_gaps_is_a_success_all_the_same() {
    for kind in [
        FaultKind::UnknownFields,
        FaultKind::Missing { field: field("links") },
        FaultKind::Missing { field: field("merchant") },
        FaultKind::Missing { field: field("applicationUrl") },
        FaultKind::Missing { field: field("terminalConfig") },
        FaultKind::WrongType { field: field("gatewayUsers") },
        FaultKind::WrongType { field: field("links") },
        FaultKind::WrongType { field: field("applicationUrl") },
        FaultKind::Oversize { bytes: 100_000 },
    ] {
        let world = world(&[]).await;
        world.disturb(SUBMIT, Fault::new(kind.clone()));
        let boarded = world.client.boarding().submit(&application()).await;
        assert!(boarded.is_ok(), "{kind:?}: {boarded:?}");
        assert_eq!(world.boarded(), 1);
    }
}

#[tokio::test]
async fn reads_outlive_what_writes_do_not() {
    for kind in [
        FaultKind::Reset,
        FaultKind::Garbage,
        FaultKind::Cut { at: Some(30) },
        FaultKind::Html,
        FaultKind::Status { status: 503, headers: Vec::new(), body: None },
    ] {
        let world = world(&[]).await;
        let mid = world.board().await;
        world.disturb("payroc.boarding.status", Fault::new(kind.clone()).nth(1));
        let told = world.client.boarding().status(&mid).await.unwrap();
        assert_eq!(told.meta().attempts(), 2, "{kind:?}");
    }
}

#[tokio::test]
async fn a_lost_login_is_made_again() {
    for kind in [FaultKind::Reset, FaultKind::Garbage, FaultKind::Html] {
        let world = world(&[]).await;
        let fault = Fault::new(kind).phase(Phase::After).limit(1);
        world.disturb("payroc.auth.login", fault);
        world.board().await;
        assert_eq!(world.sandbox.payroc().logins().logins, 2);
        assert_eq!(world.boarded(), 1);
    }
    // What is the same twice needs no search.
    let world = world(&[]).await;
    let login = payroc::LostCall::new("payroc.auth.login", time::OffsetDateTime::now_utc());
    let told = world.client.resolve(&login).await.unwrap();
    assert!(!matches!(told, Resolution::Confirmed(Confirmed::Applied(_))), "{told:?}");
}
