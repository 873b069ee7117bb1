//! Sessions, counted by the sandbox.

use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, Phase};
use payanywhere::{Client, Effect, LogOut, Method, Outcome, Result, TransactionFilter};

use crate::world::{World, builder, refund, world};

const LOG_IN: &str = "payanywhere.auth.log_in";
const REFRESH: &str = "payanywhere.auth.refresh_session";
const MINUTE: Duration = Duration::from_secs(60);

async fn look(client: &Client) -> Result<()> {
    client.transactions().list(&TransactionFilter::new()).await.map(|_| ())
}

async fn look_at_once(world: &World) {
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let client = world.client.clone();
            tokio::spawn(async move { look(&client).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

/// Logins, refreshes and refused logins so far.
fn counts(world: &World) -> (u64, u64, u64) {
    let counts = world.sandbox.payanywhere().sessions();
    (counts.logins, counts.refreshes, counts.refused)
}

#[tokio::test]
async fn one_login_serves_all_and_refreshes_keep_it_alive() {
    for (account, mid, answer, old) in [
        ("number", "sent", "token-only", "lives"),
        ("text", "not-sent", "as-login", "dies"),
        ("text", "sent", "token-only", "dies"),
    ] {
        let world = world(&[
            ("account_id", account),
            ("mid_echo", mid),
            ("refresh_answer", answer),
            ("refreshed_token", old),
        ])
        .await;
        look_at_once(&world).await;
        assert_eq!(counts(&world), (1, 0, 0));
        let merchant = world.sandbox.payanywhere().merchant();
        let told = world.client.account_id().await.unwrap();
        assert_eq!(told.as_str(), merchant.account_id.to_string());
        for refreshes in 1..=4 {
            // Late in the 40 minutes, but within them: the refresh needs a valid token.
            world.sandbox.advance(39 * MINUTE);
            look_at_once(&world).await;
            assert_eq!(counts(&world), (1, refreshes, 0), "{answer} {old}");
        }
        // Too late: only a login helps, and that is known without asking.
        world.sandbox.advance(41 * MINUTE);
        look_at_once(&world).await;
        assert_eq!(counts(&world), (2, 4, 0));
        // Where the old token dies, calls under way with it are refused, and go out again with the
        // new one.
        let requests = world.sandbox.requests();
        let refused = requests.iter().filter(|it| it.status != Some(200)).count();
        assert!(refused == 0 || old == "dies", "{requests:#?}");
    }
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once_also_for_a_write() {
    let world = world(&[]).await;
    let sale = world.settled_sale("11.00");
    look(&world.client).await.unwrap();
    world.sandbox.payanywhere().expire_tokens();
    look_at_once(&world).await;
    assert_eq!(counts(&world), (2, 0, 0));
    world.sandbox.advance(20 * MINUTE);
    world.sandbox.payanywhere().expire_tokens();
    world.client.transactions().refund(&refund(&sale, "3.00")).await.unwrap();
    assert_eq!((counts(&world), world.count("refund")), ((3, 0, 0), 1));
}

#[tokio::test]
async fn wrong_credentials_are_a_404_and_tried_once() {
    for body in ["message", "detail", "nested", "plain-text", "empty"] {
        for app_source in ["as-credentials", "bad-request"] {
            let world = world(&[("error_body", body), ("app_source_failure", app_source)]).await;
            let sale = world.settled_sale("11.00");
            let wrong = builder(&world.sandbox).password("not it").build().unwrap();
            for _ in 0..10 {
                let error = look(&wrong).await.unwrap_err();
                assert!(error.is_unauthorized(), "{body}: {error:?}");
                assert!(!error.is_not_found());
                assert!(!format!("{error:?}").contains("not it"));
            }
            let error = wrong.transactions().refund(&refund(&sale, "3.00")).await.unwrap_err();
            assert!(error.is_unauthorized() && error.outcome() == Outcome::NotSent, "{error:?}");
            assert_eq!(counts(&world), (0, 0, 1), "{body}");

            let other = world.sandbox.payanywhere().other_merchant().app_source;
            let elsewhere = builder(&world.sandbox).app_source(other).build().unwrap();
            let error = look(&elsewhere).await.unwrap_err();
            assert!(error.is_unauthorized(), "{app_source}: {error:?}");
            assert_eq!(error.outcome(), Outcome::NotSent);
        }
    }
}

#[tokio::test]
async fn a_login_that_fails_for_now_is_tried_again_and_not_remembered() {
    let world = world(&[]).await;
    let kind = FaultKind::Status { status: 503, headers: Vec::new(), body: None };
    world.disturb(LOG_IN, Fault::new(kind).phase(Phase::Before).limit(1));
    look(&world.client).await.unwrap();
    assert_eq!(world.asked(LOG_IN), 2);
    // A valid token survives a refresh that fails.
    world.sandbox.advance(38 * MINUTE);
    world.disturb(REFRESH, Fault::new(FaultKind::Reset));
    world.disturb(LOG_IN, Fault::new(FaultKind::Reset));
    look(&world.client).await.unwrap();
    world.sandbox.advance(30 * MINUTE);
    let error = look(&world.client).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    world.sandbox.clear_faults();
    look(&world.client).await.unwrap();
}

#[tokio::test]
async fn a_refresh_that_is_lost_is_made_again_or_a_login_made() {
    for (old, kind) in [("lives", FaultKind::Reset), ("dies", FaultKind::Reset)] {
        let world = world(&[("refreshed_token", old)]).await;
        look(&world.client).await.unwrap();
        world.sandbox.advance(39 * MINUTE);
        world.disturb(REFRESH, Fault::new(kind).phase(Phase::After).limit(1));
        look_at_once(&world).await;
        let (logins, refreshes, refused) = counts(&world);
        // Where the old token has died with the lost answer, it is refused, and a login follows.
        let wanted = if old == "lives" { (1, 2, 0) } else { (2, 1, 0) };
        assert_eq!((logins, refreshes, refused), wanted, "{old}");
    }
}

#[tokio::test]
async fn a_log_out_ends_the_token_in_every_form() {
    for answer in ["message", "empty-object", "empty"] {
        let world = world(&[("log_out_answer", answer)]).await;
        assert!(matches!(world.client.log_out().await.unwrap(), LogOut::NoToken));
        look(&world.client).await.unwrap();
        assert!(matches!(world.client.log_out().await.unwrap(), LogOut::Ended(_)), "{answer}");
        assert_eq!(world.sandbox.payanywhere().sessions().log_outs, 1);
        assert!(matches!(world.client.log_out().await.unwrap(), LogOut::NoToken));
        look(&world.client).await.unwrap();
        assert_eq!(counts(&world), (2, 0, 0));
        world.sandbox.payanywhere().expire_tokens();
        assert!(matches!(world.client.log_out().await.unwrap(), LogOut::EndedBefore));
    }
}

#[tokio::test]
async fn a_token_of_ones_own_will_do_and_anothers_account_will_not() {
    for setting in ["unauthorized", "forbidden", "not-found"] {
        let world = world(&[("foreign_account", setting)]).await;
        let other = world.sandbox.payanywhere().other_merchant().account_id;
        let path = format!("/accounts/{other}/transactions");
        let raw = world.client.raw(Effect::Read, Method::GET, path);
        let error = raw.acknowledge().await.unwrap_err();
        let told = [error.is_unauthorized(), error.is_forbidden(), error.is_not_found()];
        let wanted = ["unauthorized", "forbidden", "not-found"].map(|kind| kind == setting);
        assert_eq!(told, wanted, "{setting}: {error:?}");
        // A client that was told so is stopped at its login.
        let wrong = builder(&world.sandbox).account_id(other.to_string().parse().unwrap());
        let error = look(&wrong.build().unwrap()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    }
}
