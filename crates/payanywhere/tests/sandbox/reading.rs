//! Listing and reading, with every reading of what the documents leave open.

use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, payanywhere::SaleKind};
use payanywhere::{
    BatchState, Date, ErrorKind, TransactionFilter, TransactionPath, TransactionType,
    TransactionUniqId,
};

use crate::world::{World, builder, dollars, refund, void, world};

async fn count(world: &World, filter: TransactionFilter) -> usize {
    world.client.transactions().list(&filter).await.unwrap().len()
}

fn all() -> TransactionFilter {
    TransactionFilter::new()
}

#[tokio::test]
async fn one_is_read_by_either_id_in_every_wrapper() {
    for (single, paths) in [
        ("id", vec![TransactionPath::Number]),
        ("uniq-id", vec![TransactionPath::UniqId]),
        ("either", vec![TransactionPath::Number, TransactionPath::UniqId]),
    ] {
        for wrapper in ["bare", "transaction", "list"] {
            for unset in ["null", "absent"] {
                let switches =
                    [("single_id", single), ("single_wrapper", wrapper), ("unset_fields", unset)];
                let world = world(&switches).await;
                let sale = world.sale("90071992547409.93");
                for path in [TransactionPath::Number, TransactionPath::UniqId] {
                    let client = builder(&world.sandbox).transaction_path(path).build().unwrap();
                    let read = client.transactions().get(&sale).await;
                    if !paths.contains(&path) {
                        assert!(read.unwrap_err().is_not_found(), "{single} {path:?}");
                        continue;
                    }
                    let read = read.unwrap();
                    assert_eq!(read.uniq_id.as_ref(), Some(&sale), "{single} {wrapper}");
                    assert_eq!(read.amount, Some(dollars("90071992547409.93")));
                    assert_eq!(read.is_reversal, Some(false));
                    assert!(read.cc_last4.is_some() && read.at.is_some());
                    assert_eq!((&read.parent_uniq_id, read.is_voided()), (&None, false));
                }
            }
        }
    }
}

#[tokio::test]
async fn the_number_of_another_kind_is_not_taken_for_it() {
    let world = world(&[]).await;
    let id = world.sandbox.payanywhere().add_sale("11".parse().unwrap(), SaleKind::Cash).unwrap();
    let card = TransactionUniqId::credit_card_sale(id);
    let error = world.client.transactions().get(&card).await.unwrap_err();
    assert!(error.is_contradiction(), "{error:?}");
    let cash = TransactionUniqId::cash_sale(id);
    let read = world.client.transactions().get(&cash).await.unwrap();
    assert_eq!(read.kind, Some(TransactionType::CashSale));
    let error = world.client.transactions().get(&TransactionUniqId::cash_sale(7)).await;
    assert!(error.unwrap_err().is_not_found());
}

#[tokio::test]
async fn lists_are_filtered_by_batch_device_and_number() {
    for order in ["newest-first", "oldest-first"] {
        let world = world(&[("list_order", order), ("unset_fields", "absent")]).await;
        let payanywhere = world.sandbox.payanywhere();
        let first = world.sale("11.00");
        let amount = "13.00".parse().unwrap();
        payanywhere.add_sale_at("device-2", amount, SaleKind::Card).unwrap();
        let one = payanywhere.close_batch().unwrap();
        world.client.transactions().refund(&refund(&first, "1.00")).await.unwrap();
        let two = payanywhere.close_batch().unwrap();
        let open = world.sale("15.00");
        world.client.transactions().void(&void(&open)).await.unwrap();

        let batch = |id: u64| id.to_string().parse().unwrap();
        assert_eq!(count(&world, all()).await, 5);
        assert_eq!(count(&world, all().count(2)).await, 2);
        assert_eq!(count(&world, all().batches(BatchState::Open)).await, 2);
        assert_eq!(count(&world, all().batches(BatchState::Closed)).await, 3);
        assert_eq!(count(&world, all().device_id("device-2")).await, 1);
        assert_eq!(count(&world, all().batch(batch(one))).await, 2);
        assert_eq!(count(&world, all().batch(batch(one)).batch(batch(two))).await, 3);
        assert_eq!(count(&world, all().only_last_closed(true)).await, 1);
        assert_eq!(count(&world, all().only_last_closed(false)).await, 5);

        let listed = world.client.transactions().list(&all()).await.unwrap();
        let sale = listed.iter().find(|it| it.uniq_id.as_ref() == Some(&open)).unwrap();
        assert!(sale.is_voided());
        let refund = listed.iter().find(|it| it.is_child_of(&first)).unwrap();
        assert_eq!(refund.amount, Some(dollars("1.00")));
    }
}

#[tokio::test]
async fn a_day_more_on_either_side_holds_a_day_in_every_zone() {
    for zone in ["utc", "eastern"] {
        for end_day in ["included", "midnight"] {
            let world = world(&[("zone", zone), ("end_day", end_day)]).await;
            for _ in 0..24 {
                world.sale("11.00");
                world.sandbox.advance(Duration::from_secs(3600));
            }
            let day = |text: &str| text.parse::<Date>().unwrap();
            let at = i128::from(world.sandbox.now_ms()) * 1_000_000;
            let now = time::OffsetDateTime::from_unix_timestamp_nanos(at).unwrap();
            let (first, last) = (now - time::Duration::days(2), now + time::Duration::days(2));
            let wide =
                all().start(day(&first.date().to_string())).end(day(&last.date().to_string()));
            assert_eq!(count(&world, wide).await, 24, "{zone} {end_day}");
            let past = all().start(day("2001-01-01")).end(day("2001-12-31"));
            assert_eq!(count(&world, past).await, 0);
        }
    }
}

#[tokio::test]
async fn moments_are_sent_too() {
    let world = world(&[]).await;
    world.sale("11.00");
    world.sandbox.advance(Duration::from_secs(7200));
    world.sale("13.00");
    let at = i128::from(world.sandbox.now_ms()) * 1_000_000;
    let now = time::OffsetDateTime::from_unix_timestamp_nanos(at).unwrap();
    let hour_ago = now - time::Duration::hours(1);
    let plain = time::PrimitiveDateTime::new(hour_ago.date(), hour_ago.time());
    let plain = plain.replace_nanosecond(0).unwrap();
    assert_eq!(count(&world, all().start(plain)).await, 1);
    assert_eq!(count(&world, all().end(plain)).await, 1);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_an_error_and_never_an_empty_one() {
    for body in [
        r#"{"transactions":[["ccs_1",1]]}"#,
        r#"{"transactions":{"uniq_id":"ccs_1"}}"#,
        r#"{"transactions":null}"#,
        "{}",
        r#"[["ccs_1"]]"#,
        "null",
        "",
    ] {
        let world = world(&[]).await;
        let body = Some(body.to_owned());
        let kind = FaultKind::Status { status: 200, headers: Vec::new(), body };
        world.disturb("payanywhere.transactions.list", Fault::new(kind.clone()));
        let error = world.client.transactions().list(&all()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{kind:?}: {error:?}");
    }
}
