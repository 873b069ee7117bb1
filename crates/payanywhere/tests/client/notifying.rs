use http::Method;
use payanywhere::{ErrorKind, Notification, NotificationType, Notified, Outcome, Resolution};

use crate::world::{HOST, Step, World, answer};

fn sales() -> Notification {
    Notification::sales().extra_json("amount", "10.90").unwrap()
}

#[tokio::test]
async fn a_notification_that_was_taken_is_no_payment() {
    for body in ["", "{}", r#"{"message":"sent"}"#, r#"{"status_code":null}"#] {
        let world = World::logged_in([answer(200, body)]);
        let notified = world.client.terminal().notify(&sales()).await.unwrap();
        assert!(matches!(&*notified, Notified::Taken(_)), "{body}: {notified:?}");
        let sent = world.only();
        assert_eq!(sent.method(), Method::POST);
        assert_eq!(sent.uri().to_string(), format!("{HOST}/accounts/4711/notification"));
        assert_eq!(sent.body(), r#"{"type":"sales","amount":10.90}"#);
    }
    let world = World::logged_in([answer(200, r#"{"status_code":"00"}"#)]);
    let notified = world.client.terminal().notify(&sales()).await.unwrap();
    assert!(matches!(&*notified, Notified::Approved(_)));
}

#[tokio::test]
async fn a_decline_is_one() {
    for status in [200, 402] {
        let body = r#"{"status_code":"05","message":"no"}"#;
        let world = World::logged_in([answer(status, body)]);
        let error = world.client.terminal().notify(&sales()).await.unwrap_err();
        assert!(error.is_declined());
        assert_eq!(error.message(), "no");
    }
}

#[tokio::test]
async fn what_proves_nothing_is_unknown() {
    for step in [
        answer(200, "<html>"),
        answer(200, "[]"),
        answer(200, r#"{"error":"x"}"#),
        answer(200, r#"{"status_code":"pending"}"#),
        answer(200, r#"{"status_code":400,"message":"no"}"#),
        answer(404, ""),
        answer(504, ""),
        Step::Hangs,
    ] {
        let world = World::logged_in([step]);
        let error = world.client.terminal().notify(&sales()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.detail("type"), Some("sales"));
        assert_eq!(world.client.resolve(lost).await.unwrap(), Resolution::Unsupported);
        world.only();
    }
}

#[tokio::test]
async fn what_is_wrong_is_not_sent() {
    let world = World::new([]);
    for wrong in [Notification::new(NotificationType::from("")), sales().extra("type", 1).unwrap()]
    {
        let error = world.client.terminal().notify(&wrong).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Invalid, Outcome::NotSent));
    }
    assert!(world.sent().is_empty());
}
