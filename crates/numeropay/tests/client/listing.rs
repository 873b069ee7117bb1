use futures_util::StreamExt as _;
use http::Uri;
use numeropay::{Code, FromUnit, PaymentFilter, PaymentState};
use serde_json::json;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use url::Url;

use crate::world::{Step, THEN, World, answer, listed, payment, refusal};

/// The payment with this number: one a minute, the newest first.
fn numbered(number: i64) -> String {
    let created: OffsetDateTime = THEN - Duration::minutes(number);
    payment(json!({"id": format!("P{number}"), "createdOn": created.format(&Rfc3339).unwrap()}))
}

fn page(numbers: std::ops::Range<i64>) -> Step {
    listed(&numbers.map(numbered).collect::<Vec<_>>())
}

fn query(uri: &Uri) -> Vec<(String, String)> {
    Url::parse(&uri.to_string()).unwrap().query_pairs().into_owned().collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn a_list_without_a_filter_has_no_query() {
    let world = World::new([page(0..3)]);
    let page = world.client.payments().list(&PaymentFilter::new()).await.unwrap();
    assert_eq!(page.items.len(), 3);
    assert_eq!(page.items[2].id.as_str(), "P2");
    // Just after the oldest, two minutes before 02:31:23.328.
    assert_eq!(page.next.as_deref(), Some("1602642564"));
    assert_eq!(world.only().uri(), "https://api.numeropay.com/transaction");
}

#[tokio::test]
async fn every_filter_is_sent_as_the_document_says() {
    let world = World::new([page(0..0), page(0..0)]);
    let one = PaymentFilter::new()
        .limit(50)
        .from(THEN)
        .status(PaymentState::Completed)
        .business_name("Infinity & \"Sons\"");
    world.client.payments().list(&one).await.unwrap();
    let many = PaymentFilter::new()
        .after("1602642564")
        .status(PaymentState::Created)
        .status(Code::Number(2))
        .business_name("Infinity & \"Sons\"")
        .business_name("Infinity Group");
    world.client.payments().list(&many).await.unwrap();
    let sent = world.sent();
    assert_eq!(
        query(sent[0].uri()),
        pairs(&[
            ("limit", "50"),
            ("from", "1602642684"),
            ("status", "COMPLETED"),
            ("business_name", "Infinity & \"Sons\""),
        ])
    );
    assert_eq!(
        query(sent[1].uri()),
        pairs(&[
            ("from", "1602642564"),
            ("status", r#"["CREATED",2]"#),
            ("business_name", r#"["Infinity & \"Sons\"","Infinity Group"]"#),
        ])
    );
    assert!(sent[0].uri().to_string().ends_with("business_name=Infinity%20%26%20%22Sons%22"));
}

#[tokio::test]
async fn a_filter_that_cannot_be_is_not_sent() {
    let world = World::new([]);
    let filter = PaymentFilter::new().limit(0);
    let error = world.client.payments().list(&filter).await.unwrap_err();
    assert_eq!(error.field_errors()[0].field, "limit");
    let error = world.client.payments().pager(filter).next().await.unwrap_err();
    assert!(error.is_invalid());
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn pages_are_joined_at_the_last_payment_of_each() {
    let steps = || [page(0..25), page(24..49), page(48..60), page(59..60)];
    for (unit, froms) in [
        (FromUnit::Seconds, ["1602641244", "1602639804", "1602639144"]),
        (FromUnit::Milliseconds, ["1602641243329", "1602639803329", "1602639143329"]),
    ] {
        let world = World::with(steps(), |builder| builder.from_unit(unit));
        let filter = PaymentFilter::new().status(PaymentState::Created);
        let pager = world.client.payments().pager(filter);
        let items: Vec<_> = pager.items().collect().await;
        let ids: Vec<_> = items.into_iter().map(|item| item.unwrap().id.to_string()).collect();
        assert_eq!(ids, (0..60).map(|number| format!("P{number}")).collect::<Vec<_>>());
        let sent = world.sent();
        let queries: Vec<_> = sent.iter().map(|request| query(request.uri())).collect();
        assert_eq!(queries[0], pairs(&[("status", "CREATED")]));
        for (query, from) in queries[1..].iter().zip(froms) {
            assert_eq!(*query, pairs(&[("from", from), ("status", "CREATED")]));
        }
    }
}

#[tokio::test]
async fn an_empty_list_ends_at_once() {
    let world = World::new([page(0..0)]);
    let pager = world.client.payments().pager(PaymentFilter::new());
    assert!(pager.collect().await.unwrap().is_empty());
    world.only();
}

#[tokio::test]
async fn pages_that_do_not_join_are_an_error_and_never_the_end() {
    for (second, word) in [
        // The unit is another: everything is newer than 1970, so nothing is left.
        (page(0..0), "empty"),
        // Or everything is older than the year 52000, so the newest come again.
        (page(0..25), "nothing older"),
        // Somebody pays meanwhile.
        (page(-3..22), "newer"),
    ] {
        let world = World::new([page(0..25), second]);
        let mut pager = world.client.payments().pager(PaymentFilter::new());
        assert_eq!(pager.next().await.unwrap().unwrap().items.len(), 25);
        let error = pager.next().await.unwrap_err();
        assert!(error.message().contains(word), "{error}");
        assert!(error.message().contains("from_unit"), "{error}");
        world.sent();
    }
}

#[tokio::test]
async fn a_page_that_failed_is_asked_for_again() {
    let world =
        World::new([page(0..25), answer(200, refusal("FORBIDDEN")), page(24..30), page(29..30)]);
    let mut pager = world.client.payments().pager(PaymentFilter::new());
    pager.next().await.unwrap();
    assert!(pager.next().await.unwrap_err().is_forbidden());
    assert_eq!(pager.next().await.unwrap().unwrap().items.len(), 5);
    assert!(pager.next().await.unwrap().is_none());
    let sent = world.sent();
    assert_eq!(sent[1].uri(), sent[2].uri());
}

#[tokio::test]
async fn what_is_no_list_is_no_empty_list() {
    for body in [
        r#"{"success":true}"#,
        r#"{"success":true,"data":null}"#,
        r#"{"success":true,"data":{}}"#,
        r#"{"success":true,"data":[["P1"]]}"#,
        r#"{"success":true,"data":[{}]}"#,
        "[]",
    ] {
        let world = World::new([answer(200, body), answer(200, body), answer(200, body)]);
        world.client.payments().list(&PaymentFilter::new()).await.expect_err(body);
        world.sent();
    }
}

#[tokio::test]
async fn odd_items_do_not_lose_the_page() {
    let world = World::new([listed(&[
        payment(json!({"state": [], "createdOn": null})),
        r#"{"id":7}"#.to_owned(),
    ])]);
    let page = world.client.payments().list(&PaymentFilter::new()).await.unwrap();
    assert_eq!(page.items[1].id.as_str(), "7");
    assert_eq!(page.next, None);
}
