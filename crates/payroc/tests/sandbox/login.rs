//! Logins, counted by the sandbox.

use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payroc::{Client, ErrorKind, MerchantId, Outcome, Result};

use crate::world::{HOUR, LOGIN, REFRESH, World, application, builder, world};

async fn look(client: &Client, mid: &MerchantId) -> Result<()> {
    client.boarding().status(mid).await.map(|_| ())
}

async fn look_at_once(world: &World, mid: &MerchantId) {
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let (client, mid) = (world.client.clone(), mid.clone());
            tokio::spawn(async move { look(&client, &mid).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

/// Logins, refreshes and refusals so far.
fn counts(sandbox: &Sandbox) -> (u64, u64, u64) {
    let counts = sandbox.payroc().logins();
    (counts.logins, counts.refreshes, counts.refused)
}

#[tokio::test]
async fn one_login_serves_all_and_refreshes_carry_it_through_the_day() {
    let world = world(&[]).await;
    let mid = world.board().await;
    look_at_once(&world, &mid).await;
    assert_eq!(counts(&world.sandbox), (1, 0, 0));
    for refreshes in 1..=11 {
        world.sandbox.advance(2 * HOUR);
        look_at_once(&world, &mid).await;
        assert_eq!(counts(&world.sandbox), (1, refreshes, 0));
    }
    // The refresh token's day is over: it is not even tried.
    world.sandbox.advance(2 * HOUR);
    look_at_once(&world, &mid).await;
    assert_eq!(counts(&world.sandbox), (2, 11, 0));
    let failed = |status: Option<u16>| status != Some(200);
    assert!(!world.sandbox.requests().iter().any(|request| failed(request.status)));
}

#[tokio::test]
async fn either_way_to_log_in_will_do() {
    let sandbox = Sandbox::start().await.unwrap();
    let account = sandbox.payroc().partner();
    let basic = builder(&sandbox).basic_credentials(account.user_name, account.password);
    basic.build().unwrap().boarding().submit(&application()).await.unwrap();
    assert_eq!(counts(&sandbox), (1, 0, 0));
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once_also_for_a_write() {
    for setting in ["unauthorized", "token-exception"] {
        let world = world(&[("invalid_token", setting)]).await;
        let mid = world.board().await;
        world.sandbox.payroc().expire_access_tokens();
        look_at_once(&world, &mid).await;
        assert_eq!(counts(&world.sandbox), (1, 1, 0));
        // New tokens are not refused one after another: that would look like a fault, and be paused.
        world.sandbox.advance(HOUR);
        world.sandbox.payroc().expire_access_tokens();
        world.board().await;
        assert_eq!((counts(&world.sandbox), world.boarded()), ((1, 2, 0), 2));
        world.sandbox.advance(HOUR / 2);
        // Both gone: the refresh is refused, and a login follows.
        world.sandbox.payroc().expire_access_tokens();
        world.sandbox.payroc().expire_refresh_tokens();
        look_at_once(&world, &mid).await;
        assert_eq!(counts(&world.sandbox), (2, 2, 1));
    }
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_no_account_is_locked() {
    let world = world(&[]).await;
    let account = world.sandbox.payroc().partner();
    let wrong = builder(&world.sandbox).credentials(account.user_name, "not it").build().unwrap();
    let mid = "420118000000001".parse().unwrap();
    for _ in 0..20 {
        let error = look(&wrong, &mid).await.unwrap_err();
        assert!(error.is_unauthorized(), "{error:?}");
        assert!(!format!("{error:?}").contains("not it"));
    }
    let error = wrong.boarding().submit(&application()).await.unwrap_err();
    assert!(error.is_unauthorized() && error.outcome().is_without_effect(), "{error:?}");
    assert_eq!(counts(&world.sandbox), (0, 0, 1));
    wrong.log_in_again();
    look(&wrong, &mid).await.unwrap_err();
    assert_eq!(counts(&world.sandbox), (0, 0, 2));
    // The account itself is fine.
    world.board().await;
}

#[tokio::test]
async fn a_locked_account_is_left_alone_until_it_is_unlocked() {
    let world = world(&[]).await;
    let mid = world.board().await;
    world.sandbox.payroc().lock_account();
    world.sandbox.payroc().expire_access_tokens();
    world.sandbox.payroc().expire_refresh_tokens();
    for _ in 0..10 {
        let error = look(&world.client, &mid).await.unwrap_err();
        assert!(error.is_unauthorized(), "{error:?}");
    }
    // The refresh, and the login that told of the lock.
    assert_eq!(counts(&world.sandbox), (1, 0, 2));
    world.sandbox.payroc().unlock_account();
    look(&world.client, &mid).await.unwrap_err();
    assert_eq!(counts(&world.sandbox), (1, 0, 2));
    world.client.log_in_again();
    look(&world.client, &mid).await.unwrap();
    assert_eq!(counts(&world.sandbox), (2, 0, 2));
}

#[tokio::test]
async fn a_login_that_fails_for_now_is_tried_again_and_not_remembered() {
    let world = world(&[]).await;
    let kind = FaultKind::Status { status: 503, headers: Vec::new(), body: None };
    world.disturb(LOGIN, Fault::new(kind.clone()).phase(Phase::Before).limit(1));
    let mid = world.board().await;
    assert_eq!(world.asked(LOGIN), 2);
    // A valid token survives a refresh that fails; a write goes out all the same.
    world.sandbox.advance(HOUR + HOUR / 2 + Duration::from_secs(25 * 60));
    world.disturb(REFRESH, Fault::new(FaultKind::Reset));
    world.disturb(LOGIN, Fault::new(FaultKind::Reset));
    look(&world.client, &mid).await.unwrap();
    // Without one there is nothing to go out with.
    world.sandbox.advance(HOUR);
    let error = world.client.boarding().submit(&application()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    assert_eq!(world.boarded(), 1);
    world.sandbox.clear_faults();
    look(&world.client, &mid).await.unwrap();
}

#[tokio::test]
async fn without_credentials_nothing_is_sent_and_a_token_of_ones_own_will_do() {
    let world = world(&[]).await;
    let bare = builder(&world.sandbox).build().unwrap();
    let error = bare.boarding().submit(&application()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
    assert!(world.sandbox.requests().is_empty());
    for (setting, no_token) in [("unauthorized", "unauthorized"), ("token-exception", "forbidden")]
    {
        world.sandbox.set_by_name("payroc.invalid_token", setting).unwrap();
        world.sandbox.set_by_name("payroc.no_token", no_token).unwrap();
        let stale = builder(&world.sandbox).access_token("no.such.token").build().unwrap();
        let error = stale.boarding().submit(&application()).await.unwrap_err();
        assert!(error.is_unauthorized() && error.outcome() == Outcome::Refused, "{error:?}");
        world.sandbox.advance(Duration::from_secs(6));
    }
    assert_eq!(world.boarded(), 0);
}

#[tokio::test]
async fn one_who_may_only_look_is_forbidden_to_board_and_may_still_look() {
    let world = world(&[]).await;
    let mid = world.board().await;
    let account = world.sandbox.payroc().reader();
    let reader = builder(&world.sandbox).credentials(account.user_name, account.password);
    let reader = reader.build().unwrap();
    let error = reader.boarding().submit(&application()).await.unwrap_err();
    assert!(error.is_forbidden() && error.outcome() == Outcome::Refused, "{error:?}");
    assert_eq!(error.code(), Some("UnauthorizedAccessException"));
    look(&reader, &mid).await.unwrap();
    assert_eq!(world.boarded(), 1);
}
