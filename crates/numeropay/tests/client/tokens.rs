use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use numeropay::{CallOptions, Client, Currency, Environment, NewPayment, Outcome, PaymentId};
use serde_json::json;
use time::macros::datetime;

use crate::world::{KEY_ID, KEY_SECRET, MERCHANT, SAMPLE, Step, World, answer, new, token};

const UNAUTHORIZED: &str = r#"{"success":false,"error":{"code":401,"name":"UNAUTHORIZED"}}"#;

fn id() -> PaymentId {
    PaymentId::new("5CD0RGCKJ").unwrap()
}

fn ok() -> Step {
    answer(200, SAMPLE)
}

#[tokio::test]
async fn one_token_serves_until_shortly_before_it_expires() {
    let world = World::new([ok(), ok(), ok(), ok()]);
    let payments = world.client.payments();
    // The next is made somewhere from 4 to 2 minutes before the end of its 20.
    for wait in [0, 959, 122, 119] {
        world.clock.advance(Duration::from_secs(wait));
        payments.get(&id()).await.unwrap();
    }
    let issued: Vec<_> = world.sent().iter().map(|sent| token(sent).1["iat"].clone()).collect();
    let (first, second) = (1_602_642_683, 1_602_642_683 + 959 + 122);
    assert_eq!(issued, [first, first, second, second]);
}

#[tokio::test]
async fn a_clock_that_is_set_makes_a_new_token() {
    let world = World::new([ok(), ok(), ok()]);
    let payments = world.client.payments();
    payments.get(&id()).await.unwrap();
    // The machine slept: the monotonic clock did not move.
    world.clock.set_now(datetime!(2020-10-15 0:00 UTC));
    payments.get(&id()).await.unwrap();
    world.clock.set_now(datetime!(2020-10-14 0:00 UTC));
    payments.get(&id()).await.unwrap();
    let issued: Vec<_> = world.sent().iter().map(|sent| token(sent).1["iat"].clone()).collect();
    assert_eq!(issued, [1_602_642_683, 1_602_720_000, 1_602_633_600]);
}

#[tokio::test]
async fn a_401_makes_a_new_token_once() {
    for body in ["", "Unauthorized", r#"{"message":"no"}"#, UNAUTHORIZED] {
        let world = World::new([answer(401, body), ok()]);
        world.client.payments().get(&id()).await.unwrap();
        let world = World::new([answer(401, body), answer(200, SAMPLE)]);
        let new =
            NewPayment::without_reference("100".parse().unwrap(), Currency::AUD, "Infinity Group");
        world.client.payments().create(&new).await.unwrap();
        assert_eq!(world.sent().len(), 2);

        let world = World::new([answer(401, body), answer(401, body)]);
        let error = world.client.payments().create(&new).await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!(world.sent().len(), 2);
    }
}

#[tokio::test]
async fn strict_sends_no_write_again() {
    let world = World::new([answer(401, "")]);
    let strict = world.client.with(CallOptions::new().strict());
    assert!(strict.payments().create(&new("order-1")).await.unwrap_err().is_unauthorized());
    world.only();
}

#[tokio::test]
async fn a_401_in_the_body_alone_is_told_but_proves_nothing_of_a_write() {
    for status in [200, 500] {
        let world = World::new([answer(status, UNAUTHORIZED)]);
        let error = world.client.payments().get(&id()).await.unwrap_err();
        assert!(error.is_unauthorized());
        world.only();
        let world = World::new([answer(status, UNAUTHORIZED)]);
        let error = world.client.payments().create(&new("order-1")).await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!(error.outcome(), Outcome::Unknown);
        world.only();
    }
}

#[tokio::test]
async fn test_mode_is_one_switch_and_needs_no_secret() {
    let at = |environment| {
        Client::builder(environment).merchant(MERCHANT).key_id(KEY_ID).scopes(["YOUR"])
    };
    let test = || at(Environment::sandbox());
    let live = || at(Environment::production()).key_secret(KEY_SECRET);
    for (builder, key_id, key) in [
        (live(), KEY_ID, KEY_SECRET),
        (test(), "sandbox.du7UghNhhhMTnYwqrEYp", KEY_ID),
        // The live secret is not used, even if it is there.
        (test().key_secret(KEY_SECRET), "sandbox.du7UghNhhhMTnYwqrEYp", KEY_ID),
    ] {
        let world = World::with([ok()], |_| builder);
        world.client.payments().get(&id()).await.unwrap();
        let sent = world.only();
        assert_eq!(sent.uri().host(), Some("api.numeropay.com"));
        assert_eq!(token(&sent).0["keyid"], key_id);
        assert!(is_signed_with(&sent, key));
        assert!(!is_signed_with(&sent, "another"));
    }
}

fn is_signed_with(request: &http::Request<bytes::Bytes>, key: &str) -> bool {
    let token = request.headers()["authorization"].to_str().unwrap();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(key.as_bytes());
    decode::<serde_json::Value>(token.strip_prefix("Bearer ").unwrap(), &key, &validation).is_ok()
}

#[tokio::test]
async fn the_lifetime_is_the_callers() {
    let world = World::with([ok()], |builder| {
        builder.token_lifetime(Duration::from_millis(90_900)).scopes(["a", "b"])
    });
    world.client.payments().get(&id()).await.unwrap();
    let (_, claims) = token(&world.only());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 90);
    assert_eq!(claims["scopes"], json!(["a", "b"]));
}

#[tokio::test]
async fn ready_makes_the_token_of_the_next_call_and_sends_nothing() {
    let world = World::new([ok()]);
    world.client.ready().await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    world.client.payments().get(&id()).await.unwrap();
    assert_eq!(token(&world.only()).1["iat"], 1_602_642_683, "made before the call");
}
