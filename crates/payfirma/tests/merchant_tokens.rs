//! A merchant's single-use refresh token: exchanged once, never lost where it need not be.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "merchants/world.rs"]
mod world;

use std::{future::Future as _, pin::pin, task::Poll};

use pay_sandbox::{Fault, FaultKind, Phase};
use payfirma::{Amount, Card, ErrorKind, Outcome, Reference, Sale, Secret, TokenStore as _};
use world::{Step, World, call, key};

/// Longer than a token lives.
const LIFE: u64 = 1_200;
/// Into the part of its life in which the next one is fetched early.
const LATE: u64 = 1_190;

fn lost(phase: Phase) -> Fault {
    Fault::new(FaultKind::Reset).on("payfirma.oauth.refresh").phase(phase).limit(1)
}

#[tokio::test]
async fn the_pair_is_stored_before_the_consent_is_told() {
    let world = World::new();
    let merchant = world.consent().await;
    assert_eq!(merchant.merchant_id.as_str(), "m1");
    assert_eq!(merchant.scope.as_deref(), Some("invoice ecom"));
    let stored = world.stored().await.unwrap();
    assert!(stored.refresh.is_some() && stored.expires_at.is_some());
    assert_eq!(stored.attributes["merchant_id"], "m1");
    call(&merchant.client).await.unwrap();
    assert_eq!(world.refreshes(), 0);
}

#[tokio::test]
async fn fifty_calls_at_expiry_exchange_once() {
    let world = World::new();
    world.consent().await;
    call(&world.client()).await.unwrap();
    world.pass(LIFE);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = world.client();
            tokio::spawn(async move { call(&client).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!((world.refreshes(), world.refusals()), (1, 0));
    assert!(!world.begun().await);
}

#[tokio::test]
async fn two_processes_at_expiry_exchange_once() {
    let one = World::new();
    one.consent().await;
    let other = one.beside();
    call(&one.client()).await.unwrap();
    call(&other.client()).await.unwrap();
    for _ in 0..5 {
        one.pass(LIFE);
        let before = one.refreshes();
        let clients = [one.client(), other.client(), one.client(), other.client()];
        let calls = clients.map(|client| tokio::spawn(async move { call(&client).await }));
        for call in calls {
            call.await.unwrap().unwrap();
        }
        assert_eq!(one.refreshes() - before, 1);
    }
    assert_eq!(one.refusals(), 0);
}

#[tokio::test]
async fn a_process_that_starts_with_a_good_pair_does_not_exchange_it() {
    let world = World::new();
    world.consent().await;
    world.pass(600);
    call(&world.beside().client()).await.unwrap();
    assert_eq!(world.refreshes(), 0);
    // With little life left, a write might outlive it: exchange first.
    world.pass(500);
    call(&world.beside().client()).await.unwrap();
    assert_eq!(world.refreshes(), 1);
}

#[tokio::test]
async fn a_token_that_is_refused_is_exchanged_though_it_looks_good() {
    let world = World::new();
    world.consent().await;
    call(&world.client()).await.unwrap();
    world.sandbox.payfirma().expire_access_tokens();
    let card = Card::new(
        "4111111111111111".parse().unwrap(),
        "12/39".parse().unwrap(),
        "595".parse().unwrap(),
    );
    let amount: Amount = "11.00".parse().unwrap();
    let sale = Sale::new(amount, card, Reference::random());
    world.client().transactions().sale(&sale).await.unwrap();
    assert_eq!(world.sandbox.ledger().count("sale"), 1);
    assert_eq!((world.refreshes(), world.refusals()), (1, 0));
}

#[tokio::test]
async fn a_refused_token_that_another_process_replaced_is_read_not_exchanged() {
    let one = World::new();
    one.consent().await;
    let other = one.beside();
    call(&one.client()).await.unwrap();
    call(&other.client()).await.unwrap();
    one.sandbox.payfirma().expire_access_tokens();
    call(&one.client()).await.unwrap();
    call(&other.client()).await.unwrap();
    assert_eq!((one.refreshes(), one.refusals()), (1, 0));
}

#[tokio::test]
async fn dropping_the_caller_does_not_lose_the_new_pair() {
    let world = World::new();
    world.consent().await;
    world.pass(LIFE);
    let gate = world.wire.hold();
    let client = world.client();
    let caller = tokio::spawn(async move { call(&client).await });
    world.wire.wait_until_held().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    gate.notify_one();
    call(&world.client()).await.unwrap();
    assert_eq!((world.refreshes(), world.refusals()), (1, 0));
    assert!(!world.begun().await);
}

#[tokio::test]
async fn a_call_dropped_at_any_await_costs_no_token() {
    for polls in 0..40 {
        let world = World::new();
        world.consent().await;
        world.pass(LIFE);
        let client = world.client();
        let ended = {
            let mut calling = pin!(call(&client));
            let mut ended = false;
            for _ in 0..polls {
                ended = std::future::poll_fn(|context| {
                    Poll::Ready(calling.as_mut().poll(context).is_ready())
                })
                .await;
                if ended {
                    break;
                }
                tokio::task::yield_now().await;
            }
            ended
        };
        call(&client).await.unwrap();
        assert_eq!((world.refreshes(), world.refusals()), (1, 0), "after {polls} polls");
        assert!(!world.begun().await);
        let stored = world.stored().await.unwrap();
        assert!(stored.refresh.is_some());
        if ended {
            assert!(polls > 10, "the call has too few awaits for this test to mean anything");
            return;
        }
    }
    panic!("the call never ended");
}

#[tokio::test]
async fn after_a_lost_exchange_the_old_token_serves_until_it_dies() {
    let world = World::new();
    world.consent().await;
    call(&world.client()).await.unwrap();
    world.sandbox.add_fault(lost(Phase::After)).unwrap();
    world.pass(LATE);
    // The early exchange is lost, and the call does not notice.
    call(&world.client()).await.unwrap();
    assert_eq!(world.sandbox.faults_fired()[0].count, 1);
    assert!(world.begun().await);
    let lost_one = world.refreshes();
    // Neither does a process that starts now try again.
    call(&world.beside().client()).await.unwrap();
    call(&world.client()).await.unwrap();
    assert_eq!((world.refreshes(), world.refusals()), (lost_one, 0));

    // It is dead: the old refresh token is tried once more, and was used up.
    world.pass(60);
    let error = call(&world.client()).await.unwrap_err();
    assert!(error.needs_reauthorization(), "{error:?}");
    assert!(error.is_unauthorized());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(world.refusals(), 1);
    // Remembered: nobody knocks again.
    for _ in 0..5 {
        assert!(call(&world.client()).await.unwrap_err().needs_reauthorization());
    }
    assert_eq!(world.refusals(), 1);

    // A new consent, in another process, is found without a restart.
    world.beside().consent().await;
    let calls = [(); 20].map(|()| {
        let client = world.client();
        tokio::spawn(async move { call(&client).await })
    });
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!((world.refreshes(), world.refusals()), (lost_one, 1));
}

#[tokio::test]
async fn after_a_lost_exchange_an_old_token_that_is_refused_serves_no_longer() {
    let world = World::new();
    world.consent().await;
    call(&world.client()).await.unwrap();
    world.sandbox.add_fault(lost(Phase::Before)).unwrap();
    world.pass(LATE);
    call(&world.client()).await.unwrap();
    assert!(world.begun().await);
    // It looks good for some seconds more, but the provider does not take it.
    world.sandbox.payfirma().expire_access_tokens();
    call(&world.client()).await.unwrap();
    assert_eq!((world.refreshes(), world.refusals()), (1, 0));
}

#[tokio::test]
async fn tokens_that_were_revoked_elsewhere_are_tried_once() {
    let world = World::new();
    world.consent().await;
    call(&world.client()).await.unwrap();
    let other = world.beside();
    let stored = world.stored().await.unwrap();
    other.partner.revoke(&world::merchant()).await.unwrap();
    // As if the other's store were a copy that nobody told.
    world.store.inner.put(&key(), stored).await.unwrap();
    let asked = world.wire.token_requests().len();
    for _ in 0..3 {
        assert!(call(&world.client()).await.unwrap_err().needs_reauthorization());
    }
    assert_eq!(world.wire.token_requests().len() - asked, 1);
}

#[tokio::test]
async fn a_lost_exchange_that_never_happened_costs_nothing() {
    let world = World::new();
    world.consent().await;
    world.sandbox.add_fault(lost(Phase::Before)).unwrap();
    world.pass(LIFE);
    let error = call(&world.client()).await.unwrap_err();
    assert!(!error.needs_reauthorization(), "{error:?}");
    assert!(world.begun().await);
    call(&world.client()).await.unwrap();
    assert_eq!((world.refreshes(), world.refusals()), (1, 0));
    assert!(!world.begun().await);
}

#[tokio::test]
async fn what_was_not_sent_leaves_no_mark() {
    let world = World::new();
    world.consent().await;
    world.pass(LIFE);
    let down = Fault::new(FaultKind::Reset).phase(Phase::Accept);
    let rule = world.sandbox.add_fault(down).unwrap();
    let error = call(&world.client()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(!error.needs_reauthorization());
    assert!(!world.begun().await);
    world.sandbox.remove_fault(rule);
    call(&world.client()).await.unwrap();
    assert_eq!((world.refreshes(), world.refusals()), (1, 0));
}

#[tokio::test]
async fn a_pair_that_cannot_be_stored_is_not_used_and_not_lost() {
    let world = World::new();
    world.consent().await;
    let old = world.stored().await.unwrap();
    world.pass(LIFE);
    for _ in 0..3 {
        world.store.fail(Step::Commit);
        let error = call(&world.client()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Storage, "{error:?}");
        assert_eq!(world.stored().await.unwrap().access.expose(), old.access.expose());
    }
    call(&world.client()).await.unwrap();
    assert_ne!(world.stored().await.unwrap().access.expose(), old.access.expose());
    assert_eq!((world.refreshes(), world.refusals()), (1, 0));
    assert!(!world.begun().await);
}

#[tokio::test]
async fn a_pair_that_cannot_be_stored_keeps_other_workers_from_the_old_one() {
    let world = World::new();
    world.consent().await;
    world.pass(LIFE);
    world.store.fail(Step::Commit);
    call(&world.client()).await.unwrap_err();
    let other = world.beside();
    let waiting = tokio::spawn(async move { call(&other.client()).await });
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    call(&world.client()).await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!((world.refreshes(), world.refusals()), (1, 0));
}

#[tokio::test]
async fn a_store_that_fails_before_the_exchange_keeps_it_from_being_sent() {
    for step in [Step::Read, Step::Lease, Step::Begin] {
        let world = World::new();
        world.consent().await;
        world.pass(LIFE);
        world.store.fail(step);
        let error = call(&world.client()).await.unwrap_err();
        // Whatever the store says, it is not the provider who refuses.
        assert_eq!(error.kind(), ErrorKind::Storage, "{step:?}: {error:?}");
        assert_eq!(world.refreshes(), 0, "{step:?}");
        call(&world.client()).await.unwrap();
        assert_eq!((world.refreshes(), world.refusals()), (1, 0), "{step:?}");
    }
}

#[tokio::test]
async fn a_good_token_survives_a_store_that_fails() {
    for step in [Step::Lease, Step::Begin, Step::Commit] {
        let world = World::new();
        world.consent().await;
        world.pass(LATE);
        world.store.fail(step);
        call(&world.client()).await.unwrap_or_else(|error| panic!("{step:?}: {error:?}"));
        world.pass(60);
        call(&world.client()).await.unwrap();
        assert_eq!((world.refreshes(), world.refusals()), (1, 0), "{step:?}");
    }
}

#[tokio::test]
async fn a_mark_that_cannot_be_taken_back_does_no_harm() {
    let world = World::new();
    world.consent().await;
    world.pass(LIFE);
    world.store.fail(Step::Abandon);
    let down = Fault::new(FaultKind::Reset).phase(Phase::Accept);
    let rule = world.sandbox.add_fault(down).unwrap();
    call(&world.client()).await.unwrap_err();
    assert!(world.begun().await);
    world.sandbox.remove_fault(rule);
    call(&world.client()).await.unwrap();
    assert_eq!((world.refreshes(), world.refusals()), (1, 0));
}

#[tokio::test]
async fn reuse_needs_a_new_consent_in_every_way_it_can_be_refused() {
    for setting in ["invalid-grant", "unauthorized", "revokes-all"] {
        let world = World::new();
        world.consent().await;
        world.sandbox.set_by_name("payfirma.refresh_reuse", setting).unwrap();
        let used_up = world.stored().await.unwrap();
        world.pass(LIFE);
        call(&world.client()).await.unwrap();
        world.store.inner.put(&key(), used_up).await.unwrap();
        let other = world.beside();
        for _ in 0..3 {
            let error = call(&other.client()).await.unwrap_err();
            assert!(error.needs_reauthorization(), "{setting}: {error:?}");
        }
        assert_eq!(world.refusals(), 1, "{setting}");
    }
}

#[tokio::test]
async fn a_merchant_without_tokens_needs_consent_and_gets_it() {
    let world = World::new();
    let client = world.client();
    let error = call(&client).await.unwrap_err();
    assert!(error.needs_reauthorization());
    assert!(world.wire.token_requests().is_empty());
    world.consent().await;
    call(&client).await.unwrap();
}

#[tokio::test]
async fn refusals_that_are_not_of_the_token_ask_for_no_consent() {
    for (status, body, latched) in [
        (401, r#"{"error":"invalid_client"}"#, true),
        (400, "<html>Bad Request</html>", false),
        (403, r#"{"error":"FORBIDDEN","message":"firewall"}"#, false),
        (404, "{}", false),
        (500, r#"{"error":"invalid_grant"}"#, false),
        (200, r#"{"access_token":""}"#, false),
        (200, "{}", false),
    ] {
        let world = World::new();
        world.consent().await;
        world.pass(LIFE);
        world.wire.answer(status, body);
        let error = call(&world.client()).await.unwrap_err();
        assert!(!error.needs_reauthorization(), "{status} {body}: {error:?}");
        let again = call(&world.client()).await;
        assert_eq!(again.is_err(), latched, "{status} {body}: {again:?}");
    }
}

#[tokio::test]
async fn a_refresh_token_that_is_not_replaced_is_kept() {
    for reply in ["", r#","refresh_token":"""#, r#","refresh_token":"SAME""#] {
        let world = World::new();
        world.consent().await;
        let old = world.stored().await.unwrap().refresh.unwrap();
        world.pass(LIFE);
        let reply = reply.replace("SAME", old.expose());
        let body = format!(r#"{{"access_token":"next-token","expires_in":"600"{reply}}}"#);
        world.wire.answer(200, &body);
        // The sandbox does not know the access token, so it is exchanged again.
        call(&world.client()).await.unwrap();
        let asked = world.wire.token_requests();
        assert!(asked[2].contains(old.expose()), "{body}");
        assert_eq!((world.refreshes(), world.refusals()), (1, 0), "{body}");
    }
}

#[tokio::test]
async fn the_tokens_of_another_merchant_are_not_used() {
    let world = World::new();
    world.consent().await;
    world.pass(LIFE);
    world.wire.answer(200, r#"{"access_token":"t","refresh_token":"r","merchant_id":"m2"}"#);
    let error = call(&world.client()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(format!("{error:?}").contains("another merchant"), "{error:?}");
    assert_ne!(world.stored().await.unwrap().access.expose(), "t");
}

#[tokio::test]
async fn nothing_that_is_secret_is_shown() {
    let world = World::new();
    let merchant = world.consent().await;
    let pair = world.stored().await.unwrap();
    world.pass(LIFE);
    let refresh = pair.refresh.clone().unwrap();
    let echo = format!(r#"{{"error":"invalid_grant","message":"{} is used"}}"#, refresh.expose());
    world.wire.answer(400, &echo);
    let error = call(&world.client()).await.unwrap_err();
    let mut shown = format!("{error} {error:?} {merchant:?} {:?} {pair:?}", world.partner);
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        shown.push_str(&format!("{error} {error:?}"));
        cause = error.source();
    }
    let secrets = [&pair.access, &refresh, &Secret::new(world.sandbox.payfirma().client_secret())];
    for secret in secrets {
        assert!(!shown.contains(secret.expose()), "{shown}");
    }
    assert!(shown.contains("[redacted] is used"), "{shown}");
}

#[tokio::test]
async fn the_exchange_is_sent_as_documented() {
    let world = World::new();
    world.consent().await;
    let refresh = world.stored().await.unwrap().refresh.unwrap();
    world.pass(LIFE);
    call(&world.client()).await.unwrap();
    let sent = &world.wire.token_requests()[1];
    let payfirma = world.sandbox.payfirma();
    assert_eq!(
        *sent,
        format!(
            "grant_type=refresh_token&refresh_token={}&client_id={}&client_secret={}",
            refresh.expose(),
            payfirma.client_id(),
            payfirma.client_secret()
        )
    );
}
