//! Attacks on logins: what must not be shown, and what must not be lost.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "merchants/world.rs"]
mod world;

use pay_sandbox::{Fault, FaultKind};
use payfirma::{Callback, Client, Environment, Error, TokenStore as _};
use world::{World, call, key, merchant};

/// Everything that can be read off an error and its causes.
fn shown(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = next {
        text = format!("{text} {cause} {cause:?}");
        let shared = cause.downcast_ref::<std::sync::Arc<Error>>().map(|shared| &**shared);
        if let Some(meta) = cause.downcast_ref::<Error>().or(shared).and_then(Error::meta) {
            text.push_str(&String::from_utf8_lossy(meta.raw_body()));
            text.push_str(&format!("{:?}", meta.headers()));
        }
        next = cause.source();
    }
    text
}

#[tokio::test]
async fn a_login_that_cannot_be_read_shows_no_token() {
    let world = World::new();
    let callback = Callback::from_code("a-code", "https://partner.example/cb").unwrap();
    world.wire.answer(200, r#"{"access_token":"fresh-access-token","refresh_token":7}"#);
    let error = world.partner.exchange_code(&callback).await.unwrap_err();
    assert!(!shown(&error).contains("fresh-access-token"), "{}", shown(&error));

    world.consent().await;
    world.pass(1_198);
    for body in [
        r#"{"access_token":7,"refresh_token":"fresh-refresh-token"}"#,
        r#"{"access_token":"fresh-access-token","refresh_token":"fresh-refresh-token""#,
        r#"{"error":"x","access_token":"fresh-access-token"}"#,
    ] {
        world.wire.answer(200, body);
        world.pass(1_200);
        let error = call(&world.client()).await.unwrap_err();
        assert!(!shown(&error).contains("fresh-"), "{}", shown(&error));
    }
}

#[tokio::test]
async fn a_state_that_is_echoed_is_masked() {
    let world = World::new();
    let consent = world.partner.authorize_url("https://partner.example/cb").unwrap();
    let state = consent.state().expose().to_owned();
    let callback = consent.check(&format!("code=a-code&state={state}")).unwrap();
    let body = format!(r#"{{"error":"invalid_request","error_description":"state {state}"}}"#);
    world.wire.answer(400, &body);
    let error = world.partner.exchange_code(&callback).await.unwrap_err();
    assert!(!shown(&error).contains(&state), "{}", shown(&error));
}

#[tokio::test]
async fn an_empty_token_is_no_login() {
    let world = World::new();
    let connection = pay_core::Connection::builder()
        .clock(world.clock.clone())
        .transport(world.wire.clone())
        .build()
        .unwrap();
    let client = Client::builder(Environment::custom(world::AUTH, world::AUTH).unwrap())
        .client_credentials("id", "secret")
        .connection(connection)
        .build()
        .unwrap();
    for _ in 0..3 {
        world.wire.answer(200, r#"{"access_token":"","expires_in":1199}"#);
    }
    let error = call(&client).await.unwrap_err();
    assert_eq!(error.kind(), payfirma::ErrorKind::Unreadable, "{error:?}");
    assert_eq!(error.outcome(), payfirma::Outcome::NotSent);
}

#[tokio::test]
async fn a_page_in_the_place_of_an_answer_revokes_nothing() {
    let world = World::new();
    world.consent().await;
    let fault = Fault::new(FaultKind::Html).on("payfirma.oauth.revoke");
    world.sandbox.add_fault(fault).unwrap();
    world.partner.revoke(&merchant()).await.unwrap_err();
    assert_eq!(world.sandbox.payfirma().token_grants().revoked, 0);
    let kept = world.store.read(&key()).await.unwrap();
    assert!(kept.is_some_and(|pair| pair.refresh.is_some()), "the tokens are lost, and alive");
}

#[tokio::test]
async fn a_consent_that_comes_during_a_revocation_is_kept() {
    // The new consent's tokens reach the store at every step of the revocation.
    let mut lived = 0;
    for delay in 0..60 {
        let world = World::new();
        world.consent().await;
        let code = world.sandbox.payfirma().authorization_code("m1");
        let callback = Callback::from_code(code, "https://partner.example/cb").unwrap();
        let revoking = world.partner.clone();
        let revoking = tokio::spawn(async move { revoking.revoke(&merchant()).await });
        for _ in 0..delay {
            tokio::task::yield_now().await;
        }
        let fresh = world.partner.exchange_code(&callback).await.unwrap();
        let first = revoking.await.unwrap();
        // Either it was the new consent that was revoked, or it lives.
        let alive = call(&fresh.client).await;
        if let Err(error) = alive {
            let new = world.store.puts.lock().unwrap()[1].clone();
            let revoked = was_revoked(&world, new.access.expose()).await;
            assert!(revoked, "delay {delay}: lost, and alive: {first:?}, {error:?}");
        } else {
            lived += 1;
        }
    }
    assert!(lived > 20, "only {lived} consents came in between or later");
}

/// Whether the provider no longer takes this token.
async fn was_revoked(world: &World, access: &str) -> bool {
    let request = http::Request::get(format!(
        "{}/transaction-service/transaction",
        world.sandbox.payfirma().gateway_url()
    ))
    .header("authorization", format!("Bearer {access}"))
    .body(bytes::Bytes::new())
    .unwrap();
    world.sandbox.handle(request).await.unwrap().status() == 401
}
