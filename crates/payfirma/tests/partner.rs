//! Consent, the exchange of its code, and giving it back.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "merchants/world.rs"]
mod world;

use bytes::Bytes;
use pay_sandbox::{Fault, FaultKind, Phase};
use payfirma::{
    Callback, Environment, ErrorKind, MemoryTokenStore, MerchantId, Outcome, Partner,
    TokenStore as _,
};
use world::{Step, World, call, key, merchant};

const HERE: &str = "https://partner.example/callback";

fn callback(world: &World) -> Callback {
    Callback::from_code(world.sandbox.payfirma().authorization_code("m1"), HERE).unwrap()
}

fn codes(world: &World) -> u64 {
    world.sandbox.payfirma().token_grants().code
}

fn revoked(world: &World) -> u64 {
    world.sandbox.payfirma().token_grants().revoked
}

/// What the merchant's browser does: goes to the consent page, agrees, and is sent back.
fn browse(world: &World, url: &str) -> String {
    let request = http::Request::get(url).body(Bytes::new()).unwrap();
    let answer = world.sandbox.respond(request).unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_merchant_consents_and_pays_from_then_on() {
    let world = World::new();
    let consent = world.partner.authorize_url(HERE).unwrap();
    let location = browse(&world, consent.url());
    let callback = consent.check(&location).unwrap();
    let merchant = world.partner.exchange_code(&callback).await.unwrap();
    assert_eq!(merchant.merchant_id.as_str(), world.sandbox.payfirma().merchant_id());
    call(&merchant.client).await.unwrap();
    let sent = &world.wire.token_requests()[0];
    assert!(sent.starts_with("grant_type=authorization_code&code="), "{sent}");
    assert!(sent.contains("&redirect_uri=https%3A%2F%2Fpartner.example%2Fcallback&state="));
    // Somebody else's redirect is not taken.
    let other = world.partner.authorize_url(HERE).unwrap();
    assert!(other.check(&location).unwrap_err().is_invalid());
}

#[tokio::test]
async fn a_code_that_is_used_up_needs_another_consent() {
    let world = World::new();
    let code = world.sandbox.payfirma().authorization_code("m1");
    let first = Callback::from_code(code.clone(), HERE).unwrap();
    world.partner.exchange_code(&first).await.unwrap();
    let again = Callback::from_code(code.clone(), HERE).unwrap();
    let error = world.partner.exchange_code(&again).await.unwrap_err();
    assert!(error.needs_reauthorization(), "{error:?}");
    assert_eq!(error.outcome(), Outcome::Refused);
    assert!(!format!("{error:?} {error}").contains(&code));
    call(&world.client()).await.unwrap();
}

#[tokio::test]
async fn the_same_callback_is_exchanged_once_however_often_it_comes() {
    let world = World::new();
    let callback = callback(&world);
    let calls = [(); 5].map(|()| {
        let (partner, callback) = (world.partner.clone(), callback.clone());
        tokio::spawn(async move { partner.exchange_code(&callback).await })
    });
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().merchant_id, merchant());
    }
    assert_eq!((codes(&world), world.refusals()), (1, 0));
    let other = MerchantId::new("other").unwrap();
    let error = world.partner.exchange_code_for(&callback, &other).await.unwrap_err();
    assert!(error.is_invalid());
}

#[tokio::test]
async fn tokens_that_cannot_be_stored_wait_in_the_callback() {
    let world = World::new();
    let callback = callback(&world);
    for _ in 0..2 {
        world.store.fail(Step::Put);
        let error = world.partner.exchange_code(&callback).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Storage, Outcome::Applied));
        assert!(world.stored().await.is_none());
    }
    let merchant = world.partner.exchange_code(&callback).await.unwrap();
    call(&merchant.client).await.unwrap();
    assert_eq!((codes(&world), world.refusals()), (1, 0));
}

#[tokio::test]
async fn tokens_of_nobody_wait_for_a_name() {
    for merchant_id in ["", r#","merchant_id":null"#, r#","merchant_id":"a/b""#] {
        let world = World::new();
        let callback = callback(&world);
        let body = format!(r#"{{"access_token":"a1","refresh_token":"r1"{merchant_id}}}"#);
        world.wire.answer(200, &body);
        let error = world.partner.exchange_code(&callback).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unreadable, Outcome::Applied));
        let named = world.partner.exchange_code_for(&callback, &merchant()).await.unwrap();
        assert_eq!(named.merchant_id, merchant());
        assert_eq!(world.stored().await.unwrap().refresh.unwrap().expose(), "r1");
        assert_eq!(world.wire.token_requests().len(), 1);
    }
}

#[tokio::test]
async fn dropping_the_exchange_of_a_code_does_not_lose_the_tokens() {
    let world = World::new();
    let callback = callback(&world);
    let gate = world.wire.hold();
    let partner = world.partner.clone();
    let caller = tokio::spawn(async move { partner.exchange_code(&callback).await });
    world.wire.wait_until_held().await;
    caller.abort();
    let _ = caller.await;
    gate.notify_one();
    while world.stored().await.is_none() {
        tokio::task::yield_now().await;
    }
    call(&world.client()).await.unwrap();
}

#[tokio::test]
async fn a_lost_reply_to_a_code_is_unknown_and_not_sent_twice() {
    let world = World::new();
    let fault = Fault::new(FaultKind::Reset).on("payfirma.oauth.code").phase(Phase::After);
    world.sandbox.add_fault(fault).unwrap();
    let error = world.partner.exchange_code(&callback(&world)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(codes(&world), 1);
    assert_eq!(world.wire.token_requests().len(), 1);
}

#[tokio::test]
async fn a_new_consent_replaces_the_token_in_use() {
    let world = World::new();
    let old = world.consent().await;
    call(&old.client).await.unwrap();
    world.sandbox.payfirma().expire_access_tokens();
    world.consent().await;
    call(&old.client).await.unwrap();
    assert_eq!((world.refreshes(), world.refusals()), (0, 0));
}

#[tokio::test]
async fn a_new_consent_does_not_wait_for_a_pair_that_cannot_be_stored() {
    for failures in [1, 2, 3] {
        let world = World::new();
        world.consent().await;
        world.pass(1_200);
        for _ in 0..failures {
            world.store.fail(Step::Commit);
        }
        assert_eq!(call(&world.client()).await.unwrap_err().kind(), ErrorKind::Storage);
        let consenting = world.clone();
        let consent = tokio::spawn(async move { consenting.consent().await });
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        assert!(consent.is_finished(), "{failures}");
        call(&world.client()).await.unwrap();
        assert_eq!((world.refreshes(), world.refusals()), (1, 0), "{failures}");
    }
}

#[tokio::test]
async fn merchants_see_nothing_of_each_other() {
    let world = World::new();
    let one = world.consent().await;
    let code = world.sandbox.payfirma().authorization_code("m2");
    let callback = Callback::from_code(code, HERE).unwrap();
    let other = world.partner.exchange_code(&callback).await.unwrap();
    world.partner.revoke(&one.merchant_id).await.unwrap();
    call(&other.client).await.unwrap();
    assert!(call(&one.client).await.unwrap_err().needs_reauthorization());
}

#[tokio::test]
async fn revoking_ends_both_tokens_and_forgets_them() {
    let world = World::new();
    let merchant = world.consent().await;
    call(&merchant.client).await.unwrap();
    world.partner.revoke(&merchant.merchant_id).await.unwrap();
    assert_eq!(revoked(&world), 1);
    assert!(world.stored().await.is_none());
    assert!(call(&merchant.client).await.unwrap_err().needs_reauthorization());
    let error = world.partner.revoke(&merchant.merchant_id).await.unwrap_err();
    assert!(error.needs_reauthorization());
    // And a new consent works at once.
    world.consent().await;
    call(&merchant.client).await.unwrap();
}

#[tokio::test]
async fn revoking_with_a_dead_access_token_does_not_leave_the_refresh_token_alive() {
    for knows_it in [true, false] {
        let world = World::new();
        world.consent().await;
        let refresh = world.stored().await.unwrap().refresh.unwrap();
        if knows_it {
            world.pass(1_200);
        } else {
            world.sandbox.payfirma().expire_access_tokens();
        }
        world.partner.revoke(&merchant()).await.unwrap();
        assert_eq!((revoked(&world), world.refreshes()), (1, 1));
        assert!(world.stored().await.is_none());
        assert!(world.wire.token_requests()[1].contains(refresh.expose()));
    }
}

#[tokio::test]
async fn revoking_twice_because_the_answer_was_lost_is_revoked() {
    let world = World::new();
    world.consent().await;
    let fault = Fault::new(FaultKind::Reset).on("payfirma.oauth.revoke").phase(Phase::After);
    world.sandbox.add_fault(fault.nth(1)).unwrap();
    let answer = world.partner.revoke(&merchant()).await.unwrap();
    // The second attempt met a token that was revoked already, and so was its refresh token.
    assert_eq!(answer.meta().status(), 401);
    assert_eq!((revoked(&world), world.refreshes(), world.refusals()), (1, 0, 1));
    assert!(world.stored().await.is_none());
}

#[tokio::test]
async fn revoking_a_pair_that_another_process_replaced_revokes_the_new_one() {
    let world = World::new();
    world.consent().await;
    call(&world.client()).await.unwrap();
    let other = world.beside();
    call(&other.client()).await.unwrap();
    world.sandbox.payfirma().expire_access_tokens();
    call(&other.client()).await.unwrap();
    let new = world.stored().await.unwrap();
    world.partner.revoke(&merchant()).await.unwrap();
    world.store.inner.put(&key(), new).await.unwrap();
    let error = call(&world.beside().client()).await.unwrap_err();
    assert!(error.needs_reauthorization(), "{error:?}");
}

#[tokio::test]
async fn revoked_but_not_forgotten_is_said_so() {
    let world = World::new();
    world.consent().await;
    world.store.fail(Step::Remove);
    let error = world.partner.revoke(&merchant()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Storage, Outcome::Applied));
    assert!(call(&world.client()).await.unwrap_err().needs_reauthorization());
}

#[tokio::test]
async fn a_provider_that_takes_no_token_at_all_is_not_asked_for_ever() {
    let world = World::new();
    world.consent().await;
    let refuse = FaultKind::Status { status: 401, headers: Vec::new(), body: None };
    world.sandbox.add_fault(Fault::new(refuse).on("payfirma.oauth.revoke")).unwrap();
    let error = world.partner.revoke(&merchant()).await.unwrap_err();
    assert!(error.is_unauthorized() && !error.needs_reauthorization(), "{error:?}");
    assert_eq!(world.refreshes(), 1);
    assert!(world.stored().await.is_some());
}

#[tokio::test]
async fn a_merchants_client_takes_what_belongs_to_it_alone() {
    let world = World::new();
    world.consent().await;
    let with_page = world
        .partner
        .merchant_builder(&merchant())
        .hosted_page_token(world.sandbox.payfirma().hosted_page_token())
        .build()
        .unwrap();
    call(&with_page).await.unwrap();
    let connection = payfirma::Connection::builder().build().unwrap();
    let refused = world.partner.merchant_builder(&merchant()).connection(connection).build();
    assert_eq!(refused.unwrap_err().field_errors()[0].field, "connection");
}

#[test]
fn a_partner_needs_credentials_and_a_store() {
    let builder = || Partner::builder(Environment::sandbox());
    let error = builder().credentials("id", "secret").build().unwrap_err();
    assert_eq!(error.field_errors()[0].field, "token_store");
    let store = MemoryTokenStore::new;
    let error = builder().token_store(store()).build().unwrap_err();
    assert_eq!(error.field_errors()[0].field, "credentials");
    for (id, secret, field) in
        [("", "s", "client_id"), ("a:b", "s", "client_id"), ("a", "", "client_secret")]
    {
        let error = builder().credentials(id, secret).token_store(store()).build().unwrap_err();
        assert_eq!(error.field_errors()[0].field, field);
    }
    let partner = builder().credentials("id", "hush-hush").token_store(store()).build().unwrap();
    assert!(!format!("{partner:?}").contains("hush-hush"));
}
