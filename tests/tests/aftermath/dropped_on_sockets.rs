//! The same with real connections, for one provider: a call that is dropped takes nothing with it.

use std::time::Duration;

use pay_core::{Connection, RetryPolicy, Timeouts};
use pay_sandbox::Sandbox;

use crate::{
    shop::{Found, Shop as _},
    shops::Payfirma,
    world::dropped_after,
};

async fn start() -> (Sandbox, Payfirma) {
    let sandbox = Sandbox::start().await.unwrap();
    let second = Duration::from_secs(1);
    let timeouts = Timeouts::new().connect(10 * second).attempt(20 * second).call(60 * second);
    let retry = RetryPolicy::new().backoff(Duration::ZERO, Duration::ZERO);
    let connection = Connection::builder().timeouts(timeouts).retry(retry).build().unwrap();
    let shop = Payfirma::open(&sandbox, connection, &());
    (sandbox, shop)
}

#[tokio::test]
async fn a_payment_with_its_login_dropped_at_any_await() {
    for polls in 0.. {
        let (sandbox, shop) = start().await;
        let (lost, work) = shop.pay();
        let ended = dropped_after(polls, work).await;
        // What was on its way may still arrive.
        let (_, next) = shop.pay();
        next.await.unwrap_or_else(|error| panic!("after {polls} polls: {error:?}"));
        let found = shop.resolve(lost).await.unwrap();
        let paid = Payfirma::paid(&sandbox);
        assert!(paid <= 2, "{paid} effects after {polls} polls");
        assert!(matches!(found, Found::Applied | Found::NotSeen), "{found:?}");
        assert!(found != Found::Applied || paid == 2, "it is not there");
        if let Some(told) = ended {
            told.unwrap();
            assert_eq!((found, paid), (Found::Applied, 2));
            assert!(polls > 3, "too few awaits for this test to mean anything");
            return;
        }
    }
}

/// A hundred calls, dropped wherever they are, on one client.
#[tokio::test]
async fn calls_that_are_dropped_one_after_another_hold_no_connection() {
    let (sandbox, shop) = start().await;
    shop.ready().await.unwrap();
    for round in 0..100 {
        let _ = dropped_after(round % 12, shop.pay().1).await;
        let _ = dropped_after(round % 7, shop.look()).await;
    }
    // What waited to be let in is in and counted before this one is.
    shop.pay().1.await.unwrap();
    let before = sandbox.connections();
    for _ in 0..5 {
        shop.look().await.unwrap();
        shop.pay().1.await.unwrap();
    }
    // One for each payment; the reads share one.
    assert!(sandbox.connections() <= before + 6);
    assert!(Payfirma::paid(&sandbox) <= 106);
}
