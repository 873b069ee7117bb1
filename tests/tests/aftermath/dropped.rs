//! A call that is dropped at any await leaves the client usable and the outcome honest.

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;

use crate::{
    shop::Shop,
    shops::for_each_provider,
    world::{World, dropped_after},
};

for_each_provider! {
    in_its_login: payfirma payanywhere cashier numeropay payroc;
    // The key of the cashier is not renewed.
    in_a_renewal: payfirma payanywhere numeropay payroc;
    in_the_pause_before_a_retry: payfirma payanywhere cashier numeropay payroc;
    while_getting_ready: payfirma payanywhere cashier numeropay payroc;
    while_others_wait_for_its_login: payfirma payanywhere cashier numeropay payroc;
    // The others list all at once.
    between_pages: payfirma cashier numeropay;
}

const DAY: Duration = Duration::from_secs(86_400);

fn in_its_login<S: Shop>() {
    a_payment_dropped_at_any_await::<S>(|_| {});
}

fn in_a_renewal<S: Shop>() {
    a_payment_dropped_at_any_await::<S>(|world| {
        world.run(world.shop.ready()).unwrap();
        S::revoke(&world.sandbox);
    });
}

fn in_the_pause_before_a_retry<S: Shop>() {
    a_payment_dropped_at_any_await::<S>(|world| {
        world.run(world.shop.ready()).unwrap();
        world.wire.refuse(2);
    });
}

/// For every number of polls until the payment ends.
fn a_payment_dropped_at_any_await<S: Shop>(prepare: impl Fn(&World<S>)) {
    let mut happened = BTreeSet::new();
    for polls in 0.. {
        let world = World::<S>::new();
        prepare(&world);
        let (lost, work) = world.pay();
        let told = world.run(dropped_after(polls, work));
        world.wire.refuse(0);
        world.sandbox.clear_faults();

        let paid = world.paid();
        assert!(paid <= 1, "{paid} effects after {polls} polls");
        happened.insert(paid);
        let found = world.resolve(&lost);
        assert!(S::is_right(found, paid == 1), "{found:?} after {polls} polls, of {paid}");

        // The client is as good as new.
        let (next, work) = world.pay();
        world.run(work).unwrap_or_else(|error| panic!("after {polls} polls: {error:?}"));
        assert_eq!(world.paid(), paid + 1, "after {polls} polls");
        assert!(S::is_right(world.resolve(&next), true));
        assert!(S::is_right(world.resolve(&lost), paid == 1), "after {polls} polls");
        world.run(world.shop.look()).unwrap();
        assert_eq!(world.clock.sleeping(), 0, "somebody still waits");

        if let Some(told) = told {
            told.unwrap();
            assert_eq!(happened, BTreeSet::from([0, 1]));
            assert!(polls > 3, "too few awaits for this test to mean anything");
            return;
        }
    }
}

fn while_getting_ready<S: Shop>() {
    for polls in 0.. {
        let world = World::<S>::new();
        let told = world.run(dropped_after(polls, world.shop.ready()));
        let logins = world.logins();
        world.run(world.shop.ready()).unwrap();
        let (_, work) = world.pay();
        world.run(work).unwrap();
        assert_eq!(world.paid(), 1);
        if let Some(told) = told {
            told.unwrap();
            assert_eq!(world.logins(), logins, "it was ready");
            assert!(polls > 3 || S::LOGINS.is_empty());
            return;
        }
    }
}

/// The others are not dropped with it, and do not log in one by one.
fn while_others_wait_for_its_login<S: Shop>() {
    for polls in 0.. {
        let world = World::<S>::new();
        let (_, work) = world.pay();
        let before = world.logins();
        let (told, others) = world.run(futures_util::future::join(
            dropped_after(polls, work),
            join_all((0..5).map(|_| world.shop.look())),
        ));
        for other in others {
            other.unwrap_or_else(|error| panic!("after {polls} polls: {error:?}"));
        }
        let logins = world.logins() - before;
        assert!(logins <= 2, "{logins} logins after {polls} polls");
        if let Some(told) = told {
            told.unwrap();
            assert_eq!(logins, usize::from(!S::LOGINS.is_empty()));
            return;
        }
    }
}

/// Asked again, a pager goes on where it was: nothing is left out, nothing comes twice.
fn between_pages<S: Shop>() {
    let world = World::<S>::new();
    for _ in 0..7 {
        let (_, work) = world.pay();
        world.run(work).unwrap();
        world.pass(3 * DAY);
    }
    let walk = |polls: usize| {
        let mut pages = world.open().pages().unwrap();
        let (mut names, mut dropped) = (Vec::new(), false);
        loop {
            let page = match world.run(dropped_after(polls, pages.next())) {
                Some(page) => page,
                None => {
                    dropped = true;
                    world.run(pages.next())
                }
            };
            match page.unwrap() {
                Some(page) => names.extend(page),
                None => return (names, dropped),
            }
        }
    };
    let (whole, _) = walk(usize::MAX);
    assert_eq!(whole.len(), 7, "{whole:?}");
    for polls in 0.. {
        let (names, dropped) = walk(polls);
        assert_eq!(names, whole, "dropped after {polls} polls");
        if !dropped {
            assert!(polls > 3, "too few awaits for this test to mean anything");
            return;
        }
    }
}
