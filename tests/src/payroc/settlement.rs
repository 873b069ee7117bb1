//! What was paid, by days and by batch.

use payroc::{BatchId, Client, Date};

use super::client::{call, mid};
use crate::{case::Case, told::told_with_object};

pub(crate) fn cases() -> Vec<Case> {
    let reports = [
        "settlement.report/sample",
        "settlement.report/every_field",
        "settlement.report/empty_items",
        "settlement.report/another_merchant",
        "settlement.report/no_such_merchant",
        "settlement.report/nothing_of_it",
    ];
    let batches = [
        "settlement.batch/sample",
        "settlement.batch/every_field",
        "settlement.batch/another_batch",
        "settlement.batch/basic_is_no_bearer",
    ];
    let reports = reports.map(|fixture| call(fixture, report));
    reports.into_iter().chain(batches.map(|fixture| call(fixture, batch))).collect()
}

async fn report(client: Client) -> String {
    let day = |day| Date::new(2021, 10, day).unwrap();
    told_with_object(client.settlement().report(&mid(), day(18), day(20)).await)
}

async fn batch(client: Client) -> String {
    told_with_object(client.settlement().batch(&mid(), BatchId::new(31_718_216).unwrap()).await)
}
