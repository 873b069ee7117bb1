use cashier::{
    Date, Endpoint, Method, Outcome, Reference, Routes, Status, TransactionFilter, TransactionId,
};
use futures_util::StreamExt as _;
use proptest::prelude::*;

use crate::script::Script;

const ROW: &str = r#"{"transaction_id":"g7xp8kudinz3tyi","gateway_transaction_id":"sh7gv8knfxpktgh","provider_transaction_id":"9474883d-6c07-4205-8d89-d7ee0a6f3d7a","transaction_type":"deposit","transaction_date":"2024-07-05 11:53:25","status":"rejected","payment_provider":"numipay_simulator","customer_id":123,"amount":8.56,"currency":"GBP","user_amount":10,"user_currency":"EUR","fx_amount":0}"#;

fn day(month: u8, day: u8) -> Date {
    Date::new(2024, month, day).unwrap()
}

#[tokio::test]
async fn a_transaction_is_read_by_its_id_and_rejected_is_no_error() {
    let script = Script::default().answer(
        200,
        r#"{"transaction_status": "rejected", "rejected_reason": "Insufficient funds"}"#,
    );
    let id = Reference::new("a.b:c").unwrap();
    let found = script.sandbox().transactions().get(id).await.unwrap();
    assert_eq!(found.status, Status::Rejected);
    assert_eq!(found.rejected_reason.as_deref(), Some("Insufficient funds"));
    assert_eq!(script.sent()[0].line, "GET https://gateway.test/api/transaction/a.b%3Ac");
}

/// On a kept connection, a server that answers the request before it once more would answer this one:
/// nothing in a status says whose it is.
#[tokio::test]
async fn a_status_is_read_on_a_connection_of_its_own() {
    let script = Script::default()
        .answer(200, r#"{"transaction_status": "successful"}"#)
        .answer(200, format!("[{ROW}]"));
    let client = script.sandbox();
    client.transactions().get(TransactionId::new("ours").unwrap()).await.unwrap();
    client.transactions().list(&TransactionFilter::new()).await.unwrap();
    let shared: Vec<_> = script.sent().iter().map(|sent| sent.may_share).collect();
    assert_eq!(shared, [false, true]);
}

#[tokio::test]
async fn the_id_goes_into_the_query_where_the_route_has_no_place_for_it() {
    let mut routes = Routes::default();
    routes.transaction = Some(Endpoint::new(Method::GET, "/status"));
    let script = Script::default().answer(200, r#"{"transaction_status":"on_hold"}"#);
    let id = TransactionId::new("a&b=c").unwrap();
    let found = script.client(routes).transactions().get(id).await.unwrap();
    assert_eq!(found.status, Status::from("on_hold"));
    assert_eq!(script.sent()[0].line, "GET https://gateway.test/api/status?id=a%26b%3Dc");
}

#[tokio::test]
async fn an_answer_about_something_else_is_an_error() {
    for (body, is_contradiction) in [
        (r#"{"transaction_status":"successful","transaction_id":"other"}"#, true),
        (r#"{"transaction_status":"successful","error":"x"}"#, false),
        (r#"{"transaction_status":""}"#, false),
        ("{}", false),
        ("[]", false),
    ] {
        let script = Script::default().answer(200, body);
        let id = TransactionId::new("ours").unwrap();
        let error = script.sandbox().transactions().get(id).await.unwrap_err();
        assert_eq!(error.is_contradiction(), is_contradiction, "{body}: {error}");
    }
    // One of them is the one that was asked for.
    let body = r#"{"transaction_status":"pending","transaction_id":"theirs","tracking_id":"ours"}"#;
    let script = Script::default().answer(200, body);
    assert!(script.sandbox().transactions().get(TransactionId::new("ours").unwrap()).await.is_ok());
}

#[tokio::test]
async fn a_list_is_asked_for_with_the_day_first() {
    let script = Script::default().answer(200, format!("[{ROW}]")).answer(200, "[]");
    let client = script.sandbox();
    let filter = TransactionFilter::new().from(day(8, 1)).to(day(8, 2));
    let rows = client.transactions().list(&filter).await.unwrap();
    assert_eq!(rows[0].amount.unwrap().to_string(), "8.56");
    assert!(client.transactions().list(&TransactionFilter::new()).await.unwrap().is_empty());
    let lines: Vec<_> = script.sent().into_iter().map(|sent| sent.line).collect();
    assert_eq!(lines[0], "GET https://gateway.test/api/transactions?from=01-08-2024&to=02-08-2024");
    assert_eq!(lines[1], "GET https://gateway.test/api/transactions");
}

#[tokio::test]
async fn more_than_seven_days_in_one_call_are_refused() {
    let script = Script::default();
    let filter = TransactionFilter::new().from(day(8, 1)).to(day(8, 9));
    let error = script.sandbox().transactions().list(&filter).await.unwrap_err();
    assert_eq!((error.outcome(), error.is_invalid()), (Outcome::NotSent, true));
    assert!(script.sandbox().transactions().range(day(8, 2), day(8, 1)).is_err());
}

/// A provider with one transaction per day, that counts the last day of a call or not.
fn provider(from: Date, days: i32, quiet: &[i32], last_day_counts: bool) -> Script {
    let mut script = Script::default();
    let end = from.plus_days(days).unwrap();
    let mut start = from;
    loop {
        let stop = start.plus_days(6).unwrap();
        let to = stop.min(end);
        let mut rows = Vec::new();
        for place in 0..=days {
            let at = from.plus_days(place).unwrap();
            let inside = at >= start && (at < to || (last_day_counts && at == to));
            if inside && !quiet.contains(&place) {
                rows.push(format!(r#"{{"transaction_id":"t{place}","status":"pending"}}"#));
            }
        }
        script = script.answer(200, format!("[{}]", rows.join(",")));
        if stop >= end {
            return script;
        }
        start = stop;
    }
}

async fn listed(script: &Script, from: Date, days: i32) -> Vec<String> {
    let to = from.plus_days(days).unwrap();
    let client = script.sandbox();
    let stream = client.transactions().range(from, to).unwrap().items();
    stream.map(|row| row.unwrap().transaction_id.to_string()).collect().await
}

#[tokio::test]
async fn a_long_range_has_neither_gaps_nor_repeats_at_its_seams() {
    let from = day(2, 20);
    for days in 0..40 {
        for quiet in [vec![], (3..25).collect::<Vec<_>>(), (0..=days).collect()] {
            for last_day_counts in [true, false] {
                let script = provider(from, days, &quiet, last_day_counts);
                let last = if last_day_counts { days } else { days - 1 };
                let expected: Vec<_> = (0..=last)
                    .filter(|place| !quiet.contains(place))
                    .map(|place| format!("t{place}"))
                    .collect();
                assert_eq!(listed(&script, from, days).await, expected, "{days} days");
            }
        }
    }
}

#[tokio::test]
async fn one_transaction_in_two_rows_of_a_week_is_two_rows() {
    let rows = r#"[{"transaction_id":"a","gateway_transaction_id":"1"},
        {"transaction_id":"a","gateway_transaction_id":"2"},{"transaction_id":"b"},{"transaction_id":"b"}]"#;
    let script = Script::default().answer(200, rows);
    assert_eq!(listed(&script, day(8, 1), 3).await, ["a", "a", "b", "b"]);
}

#[tokio::test]
async fn after_an_error_the_same_week_is_asked_for_again() {
    let row = |id: &str| format!(r#"{{"transaction_id":"{id}"}}"#);
    let script = Script::default()
        .answer(200, format!("[{},{}]", row("a"), row("seam")))
        .answer(500, "")
        .answer(200, format!("[{},{}]", row("seam"), row("b")));
    let client = script.sandbox();
    let mut pager = client.transactions().range(day(8, 1), day(8, 10)).unwrap();
    assert_eq!(pager.next().await.unwrap().unwrap().items.len(), 2);
    assert!(pager.next().await.unwrap_err().is_provider_fault());
    let week = pager.next().await.unwrap().unwrap();
    assert_eq!(week.items.len(), 1);
    assert_eq!(week.items[0].transaction_id.as_str(), "b");
    assert!(pager.next().await.unwrap().is_none());
    let lines: Vec<_> = script.sent().into_iter().map(|sent| sent.line).collect();
    assert!(lines[1].ends_with("?from=07-08-2024&to=10-08-2024"), "{lines:?}");
    assert_eq!(lines[1], lines[2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn every_range_is_listed_once(
        days in 0_i32..120,
        quiet in prop::collection::vec(0_i32..120, 0..100),
        last_day_counts: bool,
    ) {
        let from = day(1, 1);
        let script = provider(from, days, &quiet, last_day_counts);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(listed(&script, from, days));
        let last = if last_day_counts { days } else { days - 1 };
        let expected: Vec<_> =
            (0..=last).filter(|place| !quiet.contains(place)).map(|p| format!("t{p}")).collect();
        prop_assert_eq!(found, expected);
    }
}
