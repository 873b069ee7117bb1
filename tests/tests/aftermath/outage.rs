//! Every provider down: all its hosts, its login too.

use std::time::Duration;

use futures_util::future::join_all;
use pay_core::{Clock as _, Error, Outcome};

use crate::{
    shop::Shop,
    shops::for_each_provider,
    world::{Mood, World},
};

const TASKS: usize = 50;
const CALLS_OF_A_TASK: usize = 40;
const CALLS: usize = TASKS * CALLS_OF_A_TASK;
/// What the default budget of 100 pays for, at 5 each.
const RETRIES: usize = 20;
/// The default time for a call.
const DEADLINE: Duration = Duration::from_secs(75);

for_each_provider! {
    from_the_start: payfirma payanywhere cashier numeropay payroc;
    while_logged_in: payfirma payanywhere cashier numeropay payroc;
}

/// Clients that have never logged in.
fn from_the_start<S: Shop>() {
    for mood in [Mood::Refuses, Mood::Silent, Mood::Busy] {
        goes_down_and_comes_back(&World::<S>::new(), mood);
    }
}

fn while_logged_in<S: Shop>() {
    for mood in [Mood::Refuses, Mood::Silent, Mood::Busy] {
        let world = World::<S>::new();
        world.run(world.shop.ready()).unwrap();
        goes_down_and_comes_back(&world, mood);
    }
}

fn goes_down_and_comes_back<S: Shop>(world: &World<S>, mood: Mood) {
    world.wire.becomes(mood);
    world.wire.asked();
    let failed = storm(world);
    assert_eq!(failed.len(), CALLS);
    for (error, took) in &failed {
        assert!(*took <= DEADLINE, "{mood:?}: {took:?}, {error:?}");
        if mood == Mood::Refuses {
            assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
        }
    }
    let asked = world.wire.asked();
    // Each call knocks once, if at all: at the login, or with itself.
    assert!(asked <= CALLS + RETRIES, "{mood:?}: {asked} attempts");
    assert!(asked > RETRIES, "{mood:?}: {asked} attempts");
    assert_eq!(world.paid(), 0);

    world.wire.becomes(Mood::Well);
    world.run(world.shop.look()).unwrap();
    let (_, work) = world.pay();
    world.run(work).unwrap();
    assert_eq!(world.paid(), 1);
    let asked = world.wire.asked();
    assert!(asked <= 3, "{asked} attempts for a login and two calls");
}

/// Fifty tasks make two thousand calls, every fourth a payment: how each failed, and how long it
/// took.
fn storm<S: Shop>(world: &World<S>) -> Vec<(Error, Duration)> {
    let tasks = (0..TASKS).map(async |task| {
        let mut failed = Vec::new();
        for step in 0..CALLS_OF_A_TASK {
            let call = if (task + step) % 4 == 0 { world.pay().1 } else { world.shop.look() };
            let began = world.clock.monotonic();
            let error = call.await.unwrap_err();
            failed.push((error, world.clock.monotonic() - began));
        }
        failed
    });
    world.run(join_all(tasks)).into_iter().flatten().collect()
}
