//! Reading and listing transactions.

use cashier::{Client, Date, TransactionFilter};

use super::client::{call, reference};
use crate::{
    case::Case,
    told::{refusal, told, value},
};

pub(crate) fn cases() -> Vec<Case> {
    let get = [
        "transactions.get/sample",
        "transactions.get/unknown_status",
        "transactions.get/another_one",
        "transactions.get/not_found",
    ];
    let today =
        ["transactions.list/sample", "transactions.list/empty", "transactions.list/no_list"];
    let others = vec![
        call("transactions.list/two_days", |client| async move {
            told(client.transactions().list(&two_days()).await)
        }),
        call("transactions.list/first_week", ten_days).then("transactions.list/second_week"),
    ];
    let all: [Vec<Case>; 3] = [
        get.map(|fixture| call(fixture, read)).into(),
        today.map(|fixture| call(fixture, list)).into(),
        others,
    ];
    all.into_iter().flatten().collect()
}

async fn read(client: Client) -> String {
    told(client.transactions().get(reference()).await)
}

async fn list(client: Client) -> String {
    told(client.transactions().list(&TransactionFilter::new()).await)
}

fn two_days() -> TransactionFilter {
    TransactionFilter::new().from(august(1)).to(august(2))
}

async fn ten_days(client: Client) -> String {
    let pager = client.transactions().range(august(1), august(10)).unwrap();
    match pager.collect().await {
        Ok(rows) => value(&rows),
        Err(error) => refusal(&error),
    }
}

fn august(day: u8) -> Date {
    Date::new(2024, 8, day).unwrap()
}
