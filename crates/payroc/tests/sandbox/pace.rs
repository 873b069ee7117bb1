//! One boarding in five seconds: turns taken by the client, refusals told by the provider.

use std::time::{Duration, Instant};

use pay_sandbox::{Fault, FaultKind, Phase};
use payroc::{CallOptions, Outcome};

use crate::world::{SUBMIT, World, application, environment, lost, partner, world};

/// When boardings came, on the sandbox's clock, and what was answered.
fn boardings(world: &World) -> Vec<(i64, Option<u16>)> {
    let requests = world.sandbox.requests().into_iter();
    let boardings = requests.filter(|it| it.operation.as_deref() == Some(SUBMIT));
    boardings.map(|it| (it.at_ms, it.status)).collect()
}

#[tokio::test]
async fn boardings_one_after_another_keep_their_distance() {
    let world = world(&[("throttle_counts", "all")]).await;
    for _ in 0..5 {
        world.board().await;
    }
    let came = boardings(&world);
    assert_eq!((came.len(), world.boarded()), (5, 5));
    assert!(came.iter().all(|(_, status)| *status == Some(200)));
    assert!(came.windows(2).all(|two| two[1].0 - two[0].0 >= 5_000), "{came:?}");
}

/// The one test that waits for real.
#[tokio::test]
async fn boardings_at_once_take_turns() {
    let world = world(&[]).await;
    let account = world.sandbox.payroc().partner();
    let client = environment(&world.sandbox)
        .credentials(account.user_name, account.password)
        .build()
        .unwrap();
    let begun = Instant::now();
    let (boarding, other) = (client.boarding(), application());
    let (one, two) = tokio::join!(boarding.submit(&other), boarding.submit(&other));
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    assert!(begun.elapsed() >= Duration::from_secs(5));
    assert!(boardings(&world).iter().all(|(_, status)| *status == Some(200)));
}

#[tokio::test]
async fn a_refusal_for_the_rate_is_waited_out() {
    for (counts, retry_after) in
        [("let-in", "absent"), ("let-in", "seconds"), ("all", "absent"), ("all", "seconds")]
    {
        let world = world(&[("throttle_counts", counts), ("retry_after", retry_after)]).await;
        // Somebody else with the same account, who has turns of their own.
        let other = partner(&world.sandbox).build().unwrap();
        other.boarding().submit(&application()).await.unwrap();
        let boarded = world.client.boarding().submit(&application()).await.unwrap();
        assert_eq!(boarded.meta().attempts(), 2, "{counts} {retry_after}");
        let statuses: Vec<_> = boardings(&world).iter().map(|(_, status)| *status).collect();
        assert_eq!(statuses, [Some(200), Some(429), Some(200)], "{counts} {retry_after}");
        assert_eq!(world.boarded(), 2);
    }
}

#[tokio::test]
async fn a_rate_that_is_never_free_ends_without_effect() {
    // The provider has another idea of the interval, and the calls of others count.
    let world = world(&[("boarding_interval", "60000"), ("throttle_counts", "all")]).await;
    world.board().await;
    let error = world.client.boarding().submit(&application()).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error:?}");
    assert_eq!(error.outcome(), Outcome::Refused);
    assert!(error.attempts() > 1);
    assert_eq!(world.boarded(), 1);
}

#[tokio::test]
async fn any_other_429_proves_nothing() {
    for body in ["", "slow down", r#"{"message":"Too many boarding request"}"#] {
        let world = world(&[]).await;
        let body = Some(body.to_owned());
        let kind = FaultKind::Status { status: 429, headers: Vec::new(), body };
        world.disturb(SUBMIT, Fault::new(kind).phase(Phase::After));
        lost(world.client.boarding().submit(&application()).await);
        assert_eq!((world.boarded(), world.asked(SUBMIT)), (1, 1));
    }
}

#[tokio::test]
async fn a_turn_that_comes_too_late_is_not_waited_for() {
    let world = world(&[]).await;
    world.board().await;
    let hasty = world.client.with(CallOptions::new().timeout(Duration::from_secs(3)));
    let error = hasty.boarding().submit(&application()).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!((world.boarded(), world.asked(SUBMIT)), (1, 1));
}
