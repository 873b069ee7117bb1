//! Transactions: listed, read, refunded and voided.

use payanywhere::{
    BatchId, BatchState, Client, Date, Reference, Refund, TransactionFilter, TransactionUniqId,
    Void,
};
use time::macros::datetime;

use super::client::{amount, call, clerk, sale};
use crate::{
    case::Case,
    told::{told, told_with_object},
};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        call("transactions.list/every_filter", |client| list(client, every_filter())),
        call("transactions.list/cash_without_a_settlement", |client| {
            list(client, TransactionFilter::new())
        }),
        call("transactions.list/not_a_list", |client| list(client, TransactionFilter::new())),
        call("transactions.list/unauthorized", |client| list(client, TransactionFilter::new())),
        call("transactions.refund/every_field", |client| {
            refund(
                client,
                Refund::with_comment(sale(), amount("2"), clerk(), "Wrong size")
                    .transaction_source("PA-JS-SDK"),
            )
        }),
        call("transactions.refund/cash", |client| {
            let cash = TransactionUniqId::cash_sale(15218);
            refund(
                client,
                Refund::without_reference(cash, amount("2.00"), clerk()).number_field("cas_pk"),
            )
        }),
    ];
    let read = ["bare", "wrapped", "another_kind", "not_found"];
    let refunded = [
        "approved",
        "created",
        "declined",
        "declined_402",
        "declined_500",
        "without_a_verdict",
        "another_amount",
        "voided",
        "invalid",
        "not_found",
        "server_error",
        "unauthorized",
    ];
    let voided = ["approved", "declined", "settled", "without_a_verdict"];
    cases.extend(read.map(|name| call(path("get", name), get)));
    cases.extend(refunded.map(|name| call(path("refund", name), |client| refund(client, plain()))));
    cases.extend(voided.map(|name| call(path("void", name), void)));
    cases
}

/// Names of fixtures live as long as the program.
fn path(verb: &str, name: &str) -> &'static str {
    Box::leak(format!("transactions.{verb}/{name}").into_boxed_str())
}

fn every_filter() -> TransactionFilter {
    TransactionFilter::new()
        .start(datetime!(2017-07-19 13:30:00))
        .end("2017-07-20".parse::<Date>().unwrap())
        .count(10)
        .batches(BatchState::Closed)
        .device_id("device 7")
        .batch(BatchId::new("11").unwrap())
        .batch(BatchId::new("12").unwrap())
        .only_last_closed(false)
}

fn plain() -> Refund {
    Refund::new(sale(), amount("2.00"), clerk(), Reference::new("refund-1042").unwrap())
}

async fn list(client: Client, filter: TransactionFilter) -> String {
    told(client.transactions().list(&filter).await)
}

async fn get(client: Client) -> String {
    told_with_object(client.transactions().get(&sale()).await)
}

async fn refund(client: Client, refund: Refund) -> String {
    told_with_object(client.transactions().refund(&refund).await)
}

async fn void(client: Client) -> String {
    let void = Void::new(sale(), clerk(), Reference::new("void-1042").unwrap());
    told_with_object(client.transactions().void(&void).await)
}
