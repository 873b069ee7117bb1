//! Reading transactions: one, and lists of them.

use payfirma::{
    Client, Date, TransactionFilter, TransactionId, TransactionLookupId, TransactionResult,
    TransactionSource,
};

use super::{
    client::call,
    values::{amount, email},
};
use crate::{
    case::Case,
    told::{refusal, told, told_with_object, value},
};

pub(crate) fn cases() -> Vec<Case> {
    let one = [
        "transactions.get/approved",
        "transactions.get/declined",
        "transactions.get/pending",
        "transactions.get/unknown_values",
        "transactions.get/another_one",
        "transactions.get/not_found",
        "transactions.get/exact_amount",
        "transactions.get/server_error",
    ];
    let by_hash = [
        "transactions.lookup/found",
        "transactions.lookup/another_one",
        "transactions.lookup/not_found",
    ];
    let unfiltered = [
        "transactions.list/empty",
        "transactions.list/named_list",
        "transactions.list/bare_array",
        "transactions.list/without_a_list",
    ];
    let lists = vec![
        call("transactions.list/sample", |client| {
            list(client, TransactionFilter::new().limit(10_000))
        }),
        call("transactions.list/every_filter", |client| list(client, every_filter())),
        call("transactions.list/first_page", all_pages).then("transactions.list/last_page"),
        call("transactions.list_own/own", |client| async move {
            told(client.transactions().list_own(&TransactionFilter::new().limit(10)).await)
        }),
    ];
    let all = [
        one.map(|fixture| call(fixture, get)).into_iter().collect(),
        by_hash.map(|fixture| call(fixture, lookup)).into_iter().collect(),
        unfiltered
            .map(|fixture| call(fixture, |client| list(client, TransactionFilter::new())))
            .into_iter()
            .collect(),
        lists,
    ];
    all.into_iter().flat_map(|cases: Vec<Case>| cases).collect()
}

async fn get(client: Client) -> String {
    let id = TransactionId::new("3039875").unwrap();
    told_with_object(client.transactions().get(&id).await)
}

async fn lookup(client: Client) -> String {
    let id = TransactionLookupId::new("62lY3jxBKrRk6yo1RkXN").unwrap();
    told_with_object(client.transactions().lookup(&id).await)
}

async fn list(client: Client, filter: TransactionFilter) -> String {
    told(client.transactions().list(&filter).await)
}

async fn all_pages(client: Client) -> String {
    let pager = client.transactions().pager(TransactionFilter::new().limit(1));
    match pager.collect().await {
        Ok(transactions) => value(&transactions),
        Err(error) => refusal(&error),
    }
}

fn every_filter() -> TransactionFilter {
    TransactionFilter::new()
        .limit(50)
        .before("b1")
        .after("a1")
        .from_date(Date::new(2016, 7, 1).unwrap())
        .to_date(Date::new(2016, 7, 5).unwrap())
        .result(TransactionResult::Approved)
        .result(TransactionResult::Declined)
        .source(TransactionSource::ECommerce)
        .source(TransactionSource::CardTerminal)
        .min_amount(amount("1.00"))
        .max_amount(amount("10.99"))
        .email(email("brandon+shop@stark.com"))
        .first_name("Brandon A.")
        .last_name("Stark & Sons")
}
