//! Finding out about lost creations, with every setting that could mislead the search.

use std::time::Duration;

use numeropay::{Confirmed, Currency, FromUnit, NewPayment, Payment, Reference, Resolution};
use pay_sandbox::{Fault, FaultKind, Phase};

use crate::world::{BUSINESS, World, amount, builder, lost, new, world};

#[track_caller]
fn confirmed(resolution: Resolution<Payment>) -> Payment {
    let Resolution::Confirmed(Confirmed::Applied(payment)) = resolution else {
        panic!("{resolution:?}")
    };
    payment
}

/// Others' payments, which look like ours but for the reference.
async fn others(world: &World, count: usize) {
    for _ in 0..count {
        world.create("11").await.unwrap();
    }
}

#[tokio::test]
async fn it_is_found_among_its_like_however_things_are_written() {
    for switches in [
        [("from_boundary", "inclusive"), ("list_order", "newest-first"), ("state", "number")],
        [("from_boundary", "exclusive"), ("list_order", "oldest-first"), ("state", "name")],
        [("structure", "absent"), ("channel", "name"), ("from_boundary", "exclusive")],
        [("structure", "text"), ("list_order", "oldest-first"), ("error_status", "500")],
    ] {
        let world = world(&switches).await;
        others(&world, 3).await;
        world.lose_the_next();
        let asked = new("11");
        let lost = lost(world.client.payments().create(&asked).await);
        others(&world, 3).await;
        // Also after a crash: the lost call survives as JSON.
        let kept = serde_json::to_string(&lost).unwrap();
        let found = confirmed(world.resolve(&serde_json::from_str(&kept).unwrap()).await);
        assert_eq!(found.reference().as_ref(), asked.lost_call().reference(), "{switches:?}");
        // What could be kept before it was sent is enough too.
        confirmed(world.resolve(&asked.lost_call()).await);
        assert_eq!(world.created(), 7);
    }
}

#[tokio::test]
async fn it_is_found_behind_pages_of_newer_ones() {
    for (name, unit) in [("seconds", FromUnit::Seconds), ("milliseconds", FromUnit::Milliseconds)] {
        let world = world(&[("from_unit", name)]).await;
        let client = builder(&world.sandbox).from_unit(unit).build().unwrap();
        world.lose_the_next();
        let lost = lost(world.create("11").await);
        for _ in 0..60 {
            world.sandbox.advance(Duration::from_millis(700));
            world.create("11").await.unwrap();
        }
        confirmed(client.resolve(&lost).await.unwrap());
    }
}

#[tokio::test]
async fn with_the_wrong_unit_nothing_is_confirmed_that_was_not_seen_to_its_end() {
    for (name, unit) in [("seconds", FromUnit::Milliseconds), ("milliseconds", FromUnit::Seconds)] {
        let world = world(&[("from_unit", name)]).await;
        let client = builder(&world.sandbox).from_unit(unit).build().unwrap();
        world.lose_the_next();
        let lost = lost(world.create("11").await);
        for _ in 0..60 {
            world.sandbox.advance(Duration::from_millis(700));
            world.create("11").await.unwrap();
        }
        let found = client.resolve(&lost).await.unwrap();
        let Resolution::Inconclusive { why } = found else { panic!("{name}: {found:?}") };
        assert!(why.contains("unit"), "{why}");
    }
}

#[tokio::test]
async fn an_empty_list_says_nothing() {
    let world = world(&[]).await;
    let gone = Fault::new(FaultKind::Close).phase(Phase::Before).limit(1);
    world.disturb(gone);
    let lost = lost(world.create("11").await);
    assert_eq!(world.created(), 0);
    let found = world.resolve(&lost).await;
    assert!(matches!(found, Resolution::Inconclusive { .. }), "{found:?}");
}

#[tokio::test]
async fn what_never_arrived_is_not_seen_and_no_other_payment_is_taken_for_it() {
    let world = world(&[]).await;
    others(&world, 2).await;
    world.disturb(Fault::new(FaultKind::Close).phase(Phase::Before).limit(1));
    let lost = lost(world.create("11").await);
    let found = world.resolve(&lost).await;
    assert!(matches!(found, Resolution::NotSeen { .. }), "{found:?}");
}

#[tokio::test]
async fn a_list_that_lags_or_an_effect_that_follows_is_found_later() {
    let world = world(&[("listing_lag", "40")]).await;
    others(&world, 2).await;
    world.sandbox.advance(Duration::from_secs(60));
    world.lose_the_next();
    let lagging = lost(world.create("11").await);
    let found = world.resolve(&lagging).await;
    assert!(matches!(found, Resolution::NotSeen { .. }), "{found:?}");
    world.sandbox.advance(Duration::from_secs(60));
    confirmed(world.resolve(&lagging).await);

    let later = Fault::new(FaultKind::Reset).phase(Phase::Later(Duration::from_secs(30)));
    world.disturb(later.limit(1));
    let following = lost(world.create("11").await);
    let found = world.resolve(&following).await;
    assert!(matches!(found, Resolution::NotSeen { .. }), "{found:?}");
    world.sandbox.advance(Duration::from_secs(120));
    confirmed(world.resolve(&following).await);
    assert_eq!(world.created(), 4);
}

#[tokio::test]
async fn a_reference_that_was_used_twice_proves_nothing() {
    let world = world(&[]).await;
    let asked = new("11");
    world.client.payments().create(&asked).await.unwrap();
    world.lose_the_next();
    let lost = lost(world.client.payments().create(&asked).await);
    let found = world.resolve(&lost).await;
    assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 2), "{found:?}");
}

#[tokio::test]
async fn a_request_worked_on_twice_is_not_confirmed() {
    let world = world(&[]).await;
    let asked = new("11");
    world.disturb(Fault::new(FaultKind::DuplicateRequest));
    world.client.payments().create(&asked).await.unwrap();
    assert_eq!(world.created(), 2);
    let found = world.resolve(&asked.lost_call()).await;
    assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 2), "{found:?}");
}

#[tokio::test]
async fn without_a_reference_even_a_single_look_alike_is_only_a_candidate() {
    let world = world(&[]).await;
    others(&world, 2).await;
    let bare = |text| NewPayment::without_reference(amount(text), Currency::AUD, BUSINESS);
    world.client.payments().create(&bare("13")).await.unwrap();
    world.lose_the_next();
    let lost = lost(world.client.payments().create(&bare("11")).await);
    let found = world.resolve(&lost).await;
    // The others are too, as ours had nothing to tell it from them.
    let Resolution::Candidates(found) = found else { panic!("{found:?}") };
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|payment| payment.amount == Some(amount("11"))));
}

#[tokio::test]
async fn nothing_is_concluded_from_a_search_that_fails() {
    let world = world(&[]).await;
    world.lose_the_next();
    let lost = lost(world.create("11").await);
    let kind = FaultKind::Status { status: 500, headers: Vec::new(), body: None };
    world.sandbox.add_fault(Fault::new(kind).on("numeropay.payments.list")).unwrap();
    assert!(world.client.resolve(&lost).await.unwrap_err().is_provider_fault());
    world.sandbox.clear_faults();
    // Another merchant's client sees nothing of it.
    let other = world.sandbox.numeropay().other_merchant();
    let stranger = builder(&world.sandbox).merchant(other.merchant_id).key_id(other.key_id);
    let found = stranger.build().unwrap().resolve(&lost).await.unwrap();
    assert!(matches!(found, Resolution::Inconclusive { .. }), "{found:?}");
    // Nor does one of another system take it for its own.
    let foreign = numeropay::LostCall::new("payfirma.transactions.sale", lost.from());
    assert!(world.client.resolve(&foreign).await.unwrap_err().is_invalid());
    assert!(
        world.client.resolve(&foreign.with_reference(Some(Reference::random()))).await.is_err()
    );
}
