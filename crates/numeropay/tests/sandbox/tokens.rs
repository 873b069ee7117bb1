//! Tokens, which the sandbox checks as the document says: signature, headers, times, scopes.

use std::time::Duration;

use numeropay::{Client, Outcome, PaymentFilter};

use crate::world::{SandboxClock, builder, connection, live, new, world};

#[tokio::test]
async fn no_call_meets_an_expired_token_over_hours() {
    let world = world(&[]).await;
    let created = world.create("11").await.unwrap();
    for minutes in [1, 18, 1, 1, 19, 20, 21, 60, 7 * 60] {
        world.sandbox.advance(Duration::from_secs(minutes * 60));
        let reads = (0..8).map(|_| {
            let (client, id) = (world.client.clone(), created.id.clone());
            tokio::spawn(async move { client.payments().get(&id).await.map(|_| ()) })
        });
        for read in reads.collect::<Vec<_>>() {
            read.await.unwrap().unwrap();
        }
    }
    assert!(world.sandbox.requests().iter().all(|request| request.status == Some(200)));
}

#[tokio::test]
async fn live_tokens_are_signed_with_the_secret_and_test_tokens_with_the_key_id() {
    let world = world(&[]).await;
    let live = live(&world.sandbox).build().unwrap();
    for client in [&world.client, &live] {
        client.payments().create(&new("11")).await.unwrap();
    }
    assert_eq!(world.created(), 2);
}

#[tokio::test]
async fn every_reading_of_the_headers_takes_ours() {
    for setting in ["documented", "either", "keyid-only"] {
        let world = world(&[("jwt_header", setting)]).await;
        world.create("11").await.unwrap();
    }
}

#[tokio::test]
async fn a_bad_key_is_an_error_without_effect_in_every_shape() {
    for shape in ["401-wrapper", "401-plain", "forbidden"] {
        let world = world(&[("auth_failure", shape)]).await;
        let client = live(&world.sandbox).key_secret("another secret").build().unwrap();
        let error = client.payments().create(&new("11")).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Refused, "{shape}: {error:?}");
        assert_eq!(error.is_unauthorized(), shape != "forbidden", "{shape}: {error:?}");
        assert_eq!(error.is_forbidden(), shape == "forbidden", "{shape}: {error:?}");
        // Another token once, where it is the token that is refused.
        let attempts = if shape == "forbidden" { 1 } else { 2 };
        assert_eq!(world.sandbox.requests().len(), attempts, "{shape}");
        let read = client.payments().list(&PaymentFilter::new()).await.unwrap_err();
        assert_eq!(read.is_unauthorized(), shape != "forbidden", "{shape}: {read:?}");
        assert!(world.sandbox.ledger().is_empty());
    }
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_and_another_token_does_not_help() {
    let off = |world: &crate::world::World, ahead: u64| -> Client {
        let clock = SandboxClock(world.sandbox.clone(), Duration::from_secs(ahead));
        builder(&world.sandbox).connection(connection(clock)).build().unwrap()
    };
    let strict = world(&[]).await;
    let error = off(&strict, 30).payments().create(&new("11")).await.unwrap_err();
    assert!(error.is_unauthorized() && error.outcome() == Outcome::Refused, "{error:?}");
    assert_eq!(strict.sandbox.requests().len(), 2);
    let lenient = world(&[("clock_leeway", "60")]).await;
    off(&lenient, 30).payments().create(&new("11")).await.unwrap();
}

#[tokio::test]
async fn a_token_may_have_to_live_shorter() {
    let world = world(&[("longest_token_life", "600")]).await;
    assert!(world.create("11").await.unwrap_err().is_unauthorized());
    let short = builder(&world.sandbox).token_lifetime(Duration::from_secs(600)).build().unwrap();
    short.payments().create(&new("11")).await.unwrap();
}

#[tokio::test]
async fn scopes_are_those_that_the_caller_gave() {
    let world = world(&[("scopes", "required")]).await;
    let reader = builder(&world.sandbox).scopes(["transaction.read"]).build().unwrap();
    assert!(reader.payments().list(&PaymentFilter::new()).await.is_ok());
    let error = reader.payments().create(&new("11")).await.unwrap_err();
    assert!(error.is_forbidden() && error.outcome() == Outcome::Refused, "{error:?}");
    world.create("11").await.unwrap();
    world.sandbox.set_by_name("numeropay.scopes", "ignored").unwrap();
    let none: [&str; 0] = [];
    let bare = builder(&world.sandbox).scopes(none).build().unwrap();
    bare.payments().create(&new("11")).await.unwrap();
}
