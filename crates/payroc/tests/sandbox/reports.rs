//! Settlement reports and batches.

use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, Sandbox};
use payroc::{Amount, BatchId, Date, MerchantId, SettledType};

use crate::world::{World, partner, world};

/// 2026-03-01 12:00:00 UTC
const NOON: i64 = 1_772_366_400_000;
const REPORT: &str = "payroc.settlement.report";
const BATCH: &str = "payroc.settlement.batch";

fn march(day: u8) -> Date {
    Date::new(2026, 3, day).unwrap()
}

fn dollars(text: &str) -> Amount {
    text.parse().unwrap()
}

/// A merchant with a batch and a chargeback of 1 March, and the batch's id.
async fn settled(switches: &[(&str, &str)]) -> (World, MerchantId, BatchId) {
    let sandbox = Sandbox::builder().clock_stopped_at_ms(NOON).start().await.unwrap();
    for (name, setting) in switches {
        sandbox.set_by_name(&format!("payroc.{name}"), setting).unwrap();
    }
    let client = partner(&sandbox).build().unwrap();
    let world = World { sandbox, client };
    let mid = world.board().await;
    let payroc = world.sandbox.payroc();
    let amounts = ["11.00", "90071992547409.93", "-5.25"].map(|text| text.parse().unwrap());
    let batch = payroc.add_batch(mid.as_str(), &amounts).unwrap();
    let disputed = batch.transaction_ids[0];
    payroc.add_chargeback(mid.as_str(), disputed, "10.50".parse().unwrap()).unwrap();
    (world, mid, BatchId::new(batch.batch_id).unwrap())
}

#[tokio::test]
async fn a_report_is_exact_and_loses_no_chargeback_however_it_is_written() {
    for list in ["chargebacksReceived", "chargebacks", "Chargebacks"] {
        for (dates, ids) in [("no-zone", "text"), ("utc", "number")] {
            let switches = [("chargeback_list", list), ("dates", dates), ("transaction_id", ids)];
            let (world, mid, id) = settled(&switches).await;
            let settlement = world.client.settlement();
            let report = settlement.report(&mid, march(1), march(1)).await.unwrap();
            assert_eq!(report.mid.as_ref(), Some(&mid));
            assert_eq!(report.dba_name.as_deref(), Some("Lee's"));
            let [batch] = report.batches.as_slice() else { panic!("{report:?}") };
            assert_eq!(batch.batch_id, Some(id));
            assert_eq!(batch.sale_amount, Some(dollars("90071992547420.93")));
            assert_eq!(batch.return_amount, Some(dollars("5.25")));
            assert_eq!(batch.transaction_count, Some(3));
            let when = batch.batch_date.as_ref().unwrap();
            assert_eq!(when.zoned().is_some(), dates == "utc");
            assert_eq!(when.local().is_some(), dates == "no-zone");
            assert_eq!(when.day(), Some(march(1)));
            let [chargeback] = report.chargebacks_received.as_slice() else { panic!("{list}") };
            assert_eq!(chargeback.chargeback_amount, Some(dollars("10.50")));
            assert_eq!(chargeback.transaction_amount, Some(dollars("11.00")));

            let details = settlement.batch(&mid, id).await.unwrap();
            assert_eq!(details.batch_details.len(), 3);
            let types: Vec<_> =
                details.batch_details.iter().filter_map(|it| it.transaction_type.clone()).collect();
            assert_eq!(types, [SettledType::Capture, SettledType::Capture, SettledType::Return]);
            let exact = details.batch_details[1].transaction_amount;
            assert_eq!(exact, Some(dollars("90071992547409.93")));
            assert_eq!(details.batch_details[2].transaction_amount, Some(dollars("5.25")));
            let disputed = &details.batch_details[0].transaction_id;
            assert_eq!(details.chargeback_details[0].transaction_id, *disputed);
            assert_eq!(chargeback.transaction_id, *disputed);
        }
    }
}

#[tokio::test]
async fn days_are_asked_for_in_the_form_that_working_clients_use() {
    for setting in ["any", "us-only"] {
        let (world, mid, _) = settled(&[("query_dates", setting)]).await;
        let settlement = world.client.settlement();
        let count = |from, to| {
            let report = settlement.report(&mid, from, to);
            async move { report.await.unwrap().batches.len() }
        };
        assert_eq!(count(march(1), march(1)).await, 1, "{setting}");
        let february = Date::new(2026, 2, 1).unwrap();
        assert_eq!(count(february, Date::new(2026, 2, 28).unwrap()).await, 0);
        assert_eq!(count(february, march(31)).await, 1);
        assert_eq!(count(march(2), march(3)).await, 0);
    }
    // Where only ISO is taken, that is said and not mistaken for an empty report.
    let (world, mid, _) = settled(&[("query_dates", "iso-only")]).await;
    let error = world.client.settlement().report(&mid, march(1), march(1)).await.unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
}

#[tokio::test]
async fn where_the_last_day_counts_only_as_its_first_moment_another_day_helps() {
    let (world, mid, _) = settled(&[("end_day", "midnight")]).await;
    let settlement = world.client.settlement();
    let one_day = settlement.report(&mid, march(1), march(1)).await.unwrap();
    assert!(one_day.batches.is_empty(), "as the documentation of the call warns");
    let with_the_next = settlement.report(&mid, march(1), march(2)).await.unwrap();
    assert_eq!(with_the_next.batches.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_an_error() {
    let (world, mid, _) = settled(&[("longest_range", "31")]).await;
    let settlement = world.client.settlement();
    let error =
        settlement.report(&mid, march(1), Date::new(2026, 4, 1).unwrap()).await.unwrap_err();
    assert!(error.is_invalid() && error.status().is_some(), "{error:?}");
    let error = settlement.report(&mid, march(2), march(1)).await.unwrap_err();
    assert!(error.is_invalid() && error.status().is_none(), "{error:?}");
}

#[tokio::test]
async fn a_batch_that_is_not_there_is_empty_or_not_found() {
    let unknown = BatchId::new(7).unwrap();
    let (world, mid, _) = settled(&[("unknown_batch", "empty")]).await;
    let details = world.client.settlement().batch(&mid, unknown).await.unwrap();
    assert!(details.batch_details.is_empty() && details.chargeback_details.is_empty());
    let (world, mid, _) = settled(&[("unknown_batch", "not-found")]).await;
    let error = world.client.settlement().batch(&mid, unknown).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}

#[tokio::test]
async fn a_report_that_cannot_be_read_is_an_error_and_never_an_empty_one() {
    let name = |name: &str| name.to_owned();
    for kind in [
        FaultKind::WrongType { field: name("batches") },
        FaultKind::WrongType { field: name("chargebacksReceived") },
        FaultKind::WrongType { field: name("saleAmount") },
        FaultKind::Html,
        FaultKind::Cut { at: Some(300) },
    ] {
        let (world, mid, _) = settled(&[]).await;
        world.disturb(REPORT, Fault::new(kind.clone()));
        let settlement = world.client.settlement();
        let result = settlement.report(&mid, march(1), march(1)).await;
        assert!(result.is_err(), "{kind:?}: {result:?}");
    }
    for body in [r#"{"batches":[["2026-03-01",20000001]]}"#, r#"[[],[]]"#, r#"{"batches":[[]]}"#] {
        let (world, mid, _) = settled(&[]).await;
        let body = Some(body.to_owned());
        let kind = FaultKind::Status { status: 200, headers: Vec::new(), body };
        world.disturb(REPORT, Fault::new(kind));
        let settlement = world.client.settlement();
        let error = settlement.report(&mid, march(1), march(1)).await.unwrap_err();
        assert_eq!(error.kind(), payroc::ErrorKind::Unreadable, "{error:?}");
    }
}

#[tokio::test]
async fn a_report_about_another_is_a_contradiction() {
    let (world, mid, id) = settled(&[]).await;
    let body = Some(r#"{"mid":"420118000000099","batches":[]}"#.to_owned());
    let kind = FaultKind::Status { status: 200, headers: Vec::new(), body };
    world.disturb(REPORT, Fault::new(kind));
    let settlement = world.client.settlement();
    let error = settlement.report(&mid, march(1), march(1)).await.unwrap_err();
    assert!(error.is_contradiction(), "{error:?}");
    let body = Some(r#"{"batchDetails":[{"batchId":7}]}"#.to_owned());
    let kind = FaultKind::Status { status: 200, headers: Vec::new(), body };
    world.disturb(BATCH, Fault::new(kind));
    assert!(settlement.batch(&mid, id).await.unwrap_err().is_contradiction());
}

#[tokio::test]
async fn batches_that_settle_by_themselves_are_reported() {
    let world = world(&[("batch_every", "3600")]).await;
    let mid = world.board().await;
    world.sandbox.advance(Duration::from_secs(2 * 60 + 3 * 3600));
    let at = i128::from(world.sandbox.now_ms()) * 1_000_000;
    let today = time::OffsetDateTime::from_unix_timestamp_nanos(at).unwrap().date();
    let day = |date: time::Date| {
        Date::new(date.year().try_into().unwrap(), u8::from(date.month()), date.day()).unwrap()
    };
    let yesterday = day(today.previous_day().unwrap());
    let report = world.client.settlement().report(&mid, yesterday, day(today)).await.unwrap();
    assert_eq!(report.batches.len(), 3);
    assert_eq!(world.sandbox.ledger().count("batch_settled"), 3);
    assert_eq!(report.batches[0].sale_amount, Some(dollars("36.50")));
}
