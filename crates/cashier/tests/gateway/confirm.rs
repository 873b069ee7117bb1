use cashier::{
    Routes, TransactionKey,
    webhook::{Confirmation, Event, Verifier, sign},
};

use crate::script::Script;

fn event(status: &str) -> Event {
    let body = format!(r#"{{"transaction_id":"theirs","tracking_id":"ours","status":"{status}"}}"#);
    let verifier = Verifier::new("password").unwrap();
    verifier.verify(&sign(&body, &"password".into()), &body).unwrap()
}

#[tokio::test]
async fn the_provider_has_the_last_word() {
    for (told, now, expected) in [
        ("successful", "successful", "agrees"),
        ("pending", "successful", "moved"),
        ("on_hold", "rejected", "moved"),
        ("successful", "rejected", "contradicts"),
        ("successful", "pending", "contradicts"),
    ] {
        let script = Script::default().answer(200, format!(r#"{{"transaction_status":"{now}"}}"#));
        let meaning = match event(told).confirm(&script.sandbox()).await.unwrap() {
            Confirmation::Agrees(_) => "agrees",
            Confirmation::Moved(_) => "moved",
            Confirmation::Contradicts(_) => "contradicts",
            Confirmation::NotFound => "not found",
        };
        assert_eq!(meaning, expected, "{told}, then {now}");
    }
    let script = Script::default().answer(404, "").answer(503, "");
    let client = script.sandbox();
    assert_eq!(event("pending").confirm(&client).await.unwrap(), Confirmation::NotFound);
    assert!(event("pending").confirm(&client).await.unwrap_err().is_provider_fault());
}

#[tokio::test]
async fn it_is_asked_by_the_id_that_its_route_wants() {
    for (key, id) in [
        (TransactionKey::Undeclared, "ours"),
        (TransactionKey::TrackingId, "ours"),
        (TransactionKey::TransactionId, "theirs"),
    ] {
        let mut routes = Routes::sandbox();
        routes.transaction_key = key;
        let script = Script::default().answer(200, r#"{"transaction_status":"pending"}"#);
        let _ = event("pending").confirm(&script.client(routes)).await.unwrap();
        assert!(script.sent()[0].line.ends_with(&format!("/transaction/{id}")), "{key:?}");
    }
}
