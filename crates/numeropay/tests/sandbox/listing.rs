//! Lists, with every reading of what the document leaves open.

use std::{collections::HashSet, time::Duration};

use numeropay::{Client, Code, FromUnit, PaymentFilter, PaymentId, PaymentState, Result};
use pay_sandbox::Sandbox;

use crate::world::{World, builder, new, world};

/// 2026-03-01 12:00:00.250 UTC
const NOON: i64 = 1_772_366_400_250;

/// A sandbox whose clock stands, and its client.
async fn standing() -> World {
    let sandbox = Sandbox::builder().clock_stopped_at_ms(NOON).start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    World { sandbox, client }
}

async fn create_every(world: &World, count: usize, pause: Duration) {
    for _ in 0..count {
        world.create("11").await.unwrap();
        world.sandbox.advance(pause);
    }
}

async fn all(client: &Client, limit: u32) -> Result<Vec<PaymentId>> {
    let filter = PaymentFilter::new().limit(limit);
    let payments = client.payments().pager(filter).collect().await?;
    let ids: Vec<_> = payments.into_iter().map(|payment| payment.id).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "one came twice");
    Ok(ids)
}

fn counting_in(sandbox: &Sandbox, unit: FromUnit) -> Client {
    builder(sandbox).from_unit(unit).build().unwrap()
}

#[tokio::test]
async fn every_payment_comes_once_with_every_reading_of_from() {
    let world = standing().await;
    create_every(&world, 23, Duration::from_millis(450)).await;
    for (name, unit) in [("seconds", FromUnit::Seconds), ("milliseconds", FromUnit::Milliseconds)] {
        let client = counting_in(&world.sandbox, unit);
        for boundary in ["inclusive", "exclusive"] {
            for order in ["newest-first", "oldest-first"] {
                for (switch, setting) in
                    [("from_unit", name), ("from_boundary", boundary), ("list_order", order)]
                {
                    world.sandbox.set_by_name(&format!("numeropay.{switch}"), setting).unwrap();
                }
                for limit in [7, 23, 25, 100] {
                    let listed = all(&client, limit).await.unwrap();
                    assert_eq!(listed.len(), 23, "{name} {boundary} {order} {limit}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_wrong_unit_is_an_error_or_all_and_never_a_part() {
    for pause in [0, 450, 5_000] {
        let world = standing().await;
        create_every(&world, 23, Duration::from_millis(pause)).await;
        for (name, wrong) in
            [("seconds", FromUnit::Milliseconds), ("milliseconds", FromUnit::Seconds)]
        {
            let client = counting_in(&world.sandbox, wrong);
            for boundary in ["inclusive", "exclusive"] {
                world.sandbox.set_by_name("numeropay.from_unit", name).unwrap();
                world.sandbox.set_by_name("numeropay.from_boundary", boundary).unwrap();
                for limit in [7, 25, 100] {
                    match all(&client, limit).await {
                        Ok(listed) => assert_eq!(listed.len(), 23, "{name} {boundary} {limit}"),
                        Err(error) => assert!(error.message().contains("from_unit"), "{error}"),
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_page_that_is_shorter_than_asked_for_is_not_the_end() {
    for pause in [0, 20, 450] {
        for unit in [FromUnit::Seconds, FromUnit::Milliseconds] {
            let world = standing().await;
            let name = if unit == FromUnit::Seconds { "seconds" } else { "milliseconds" };
            world.sandbox.set_by_name("numeropay.from_unit", name).unwrap();
            // Cut down to the default by NumeroPay, whatever is asked for.
            world.sandbox.set_by_name("numeropay.longest_page", "25").unwrap();
            create_every(&world, 60, Duration::from_millis(pause)).await;
            match all(&counting_in(&world.sandbox, unit), 100).await {
                Ok(listed) => assert_eq!(listed.len(), 60, "{unit:?} {pause}"),
                Err(error) => {
                    // More in one moment than on a page: there is no way past it.
                    assert!(error.message().contains("cannot be followed"), "{error}");
                    assert!(pause == 0 || unit == FromUnit::Seconds, "{unit:?} {pause}: {error}");
                    assert_ne!(pause, 450);
                }
            }
        }
    }
}

#[tokio::test]
async fn filters_go_one_or_many() {
    let world = standing().await;
    let payments = world.client.payments();
    for (amount, business) in
        [("11", "Infinity Group"), ("13", "Infinity Café"), ("15", "Infinity Group")]
    {
        let amount = amount.parse().unwrap();
        let currency = numeropay::Currency::AUD;
        let asked = numeropay::NewPayment::without_reference(amount, currency, business);
        payments.create(&asked).await.unwrap();
    }
    let paid = payments.create(&new("17")).await.unwrap();
    world.sandbox.numeropay().pay(paid.id.as_str()).unwrap();

    let count = |filter: PaymentFilter| {
        let payments = world.client.clone();
        async move { payments.payments().list(&filter).await.unwrap().items.len() }
    };
    let filter = PaymentFilter::new;
    assert_eq!(count(filter()).await, 4);
    assert_eq!(count(filter().business_name("Infinity Café")).await, 1);
    let both = filter().business_name("Infinity Group").business_name("Infinity Café");
    assert_eq!(count(both).await, 4);
    assert_eq!(count(filter().business_name("Nobody")).await, 0);
    for (setting, fresh, done) in [
        ("either", Code::from(PaymentState::Created), Code::from(PaymentState::Completed)),
        ("name", PaymentState::Created.into(), PaymentState::Completed.into()),
        ("either", Code::Number(0), Code::Number(2)),
        ("number", Code::Number(0), Code::Number(2)),
    ] {
        world.sandbox.set_by_name("numeropay.status_filter", setting).unwrap();
        assert_eq!(count(filter().status(fresh.clone())).await, 3, "{setting}");
        assert_eq!(count(filter().status(done.clone())).await, 1, "{setting}");
        assert_eq!(count(filter().status(fresh).status(done)).await, 4, "{setting}");
    }
    assert_eq!(count(filter().limit(3)).await, 3);
}

#[tokio::test]
async fn from_a_time_backwards_in_either_unit() {
    let world = standing().await;
    create_every(&world, 10, Duration::from_secs(60)).await;
    for (name, unit) in [("seconds", FromUnit::Seconds), ("milliseconds", FromUnit::Milliseconds)] {
        world.sandbox.set_by_name("numeropay.from_unit", name).unwrap();
        let client = counting_in(&world.sandbox, unit);
        // Half a minute after the fourth.
        let at = i128::from(NOON + 210_000) * 1_000_000;
        let from = time::OffsetDateTime::from_unix_timestamp_nanos(at).unwrap();
        let listed = client.payments().list(&PaymentFilter::new().from(from)).await.unwrap();
        assert_eq!(listed.items.len(), 4, "{name}");
    }
}

#[tokio::test]
async fn an_empty_list_is_empty() {
    let world = world(&[]).await;
    assert!(all(&world.client, 25).await.unwrap().is_empty());
}
