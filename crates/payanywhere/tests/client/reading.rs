use payanywhere::{
    BatchId, BatchState, Date, ErrorKind, Outcome, Transaction, TransactionFilter, TransactionPath,
    TransactionType, TransactionUniqId,
};
use time::macros::datetime;

use crate::world::{World, amount, answer, sale, token};

/// The fields of North's example, as far as they could be read.
const SAMPLE: &str = r#"{
  "uniq_id": "cas_15218",
  "id": 15218,
  "type": "Cash Sale",
  "amount": "47.70",
  "datetime": "2017-07-19T13:30:00.000Z",
  "mid": "1234567890123",
  "txn_source": "Phone Swipe iOS",
  "cc_type": null,
  "cc_last4": null,
  "cc_auth_code": null,
  "parent_uniq_id": null,
  "parent_type": null,
  "void_uniq_id": null,
  "is_reversal": false,
  "is_complete": true,
  "receipt_id": 901,
  "items": [{"name": "Tea", "price": "47.70", "tax": 0.0725}]
}"#;

#[tokio::test]
async fn every_filter_goes_into_the_query() {
    let world = World::logged_in([answer(200, format!(r#"{{"transactions":[{SAMPLE}]}}"#))]);
    let filter = TransactionFilter::new()
        .start(datetime!(2017-07-19 13:30:00))
        .end("2017-07-20".parse::<Date>().unwrap())
        .count(10)
        .batches(BatchState::Closed)
        .device_id("a&b=c")
        .batch(BatchId::new("11").unwrap())
        .batch(BatchId::new("12").unwrap())
        .only_last_closed(true);
    let listed = world.client.transactions().list(&filter).await.unwrap();
    assert_eq!(
        world.only().uri().path_and_query().unwrap(),
        "/accounts/4711/transactions?start=2017-07-19%2013%3A30%3A00&end=2017-07-20&count=10\
         &type=closed&deviceId=a%26b%3Dc&bids=11%2C12&onlyLastClosed=true"
    );
    let [found] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(found.uniq_id, Some(TransactionUniqId::cash_sale(15218)));
    assert_eq!(found.id, Some(15218));
    assert_eq!(found.kind, Some(TransactionType::CashSale));
    assert_eq!(found.amount.unwrap().to_string(), "47.70");
    assert_eq!(found.at, Some(datetime!(2017-07-19 13:30:00 UTC)));
    assert_eq!(found.txn_source.as_deref(), Some("Phone Swipe iOS"));
    assert_eq!((found.is_reversal, found.is_complete), (Some(false), Some(true)));
    assert_eq!(found.receipt_id, Some(901));
    assert!(!found.is_voided() && !found.is_child_of(&sale()));
}

#[tokio::test]
async fn a_filter_that_cannot_be_is_not_sent() {
    let world = World::new([]);
    let filter = TransactionFilter::new().count(0);
    let error = world.client.transactions().list(&filter).await.unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(error.field_errors()[0].field, "count");
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn odd_absent_and_new_fields_lose_no_list() {
    let odd = r#"{"transactions":[{}, {"uniq_id":"odd/one","id":"7","type":7,"datetime":"today",
        "is_reversal":"yes","is_complete":"true","receipt_id":-1,"cc_last4":1111,
        "parent_uniq_id":5,"void_uniq_id":"","amount":47.70}], "next": 1.5}"#;
    let world = World::logged_in([answer(200, odd)]);
    let listed = world.client.transactions().list(&TransactionFilter::new()).await.unwrap();
    assert_eq!(listed.len(), 2);
    let found = &listed[1];
    assert_eq!(found.uniq_id.as_ref().unwrap().as_str(), "odd/one");
    assert_eq!(found.uniq_id.as_ref().unwrap().number(), None);
    assert_eq!((found.id, found.receipt_id, found.at), (Some(7), None, None));
    assert_eq!((found.is_reversal, found.is_complete), (None, Some(true)));
    assert_eq!(found.amount.unwrap().to_string(), "47.70");
    assert_eq!(found.cc_last4.as_deref(), Some("1111"));
    assert!(!found.is_voided());
    // An id that cannot be sent is refused first.
    let error = world.client.transactions().get(found.uniq_id.as_ref().unwrap()).await.unwrap_err();
    assert!(error.is_invalid());
}

#[tokio::test]
async fn what_is_no_list_is_no_empty_list() {
    for body in ["{}", r#"{"transactions":null}"#, "null", "<html>", r#"{"error":"x"}"#] {
        let again = || answer(200, body);
        let world = World::logged_in([again(), again(), again()]);
        let list = world.client.transactions();
        let error = list.list(&TransactionFilter::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{body}");
        assert_eq!(world.sent().len(), 4, "a read is tried again");
    }
}

#[tokio::test]
async fn the_children_of_a_sale_are_found() {
    let body = r#"{"transactions":[
        {"uniq_id":"ccs_15218"},
        {"uniq_id":"ccr_1","parent_uniq_id":"ccs_15218","amount":"-2.00"},
        {"uniq_id":"ccr_2","parent_uniq_id":"ccs_1521"},
        {"uniq_id":"ccr_3","parent_uniq_id":"cas_15218"}]}"#;
    let world = World::logged_in([answer(200, body)]);
    let since: Date = "2026-02-28".parse().unwrap();
    let children = world.client.transactions().children_of(&sale(), since).await.unwrap();
    let ids: Vec<_> = children.iter().filter_map(|child| child.uniq_id.clone()).collect();
    assert_eq!(ids, ["ccr_1".parse().unwrap()]);
    assert_eq!(world.only().uri().query(), Some("start=2026-02-28"));
}

fn found(uniq_id: &str) -> String {
    format!(r#"{{"uniq_id": "{uniq_id}", "amount": "47.70"}}"#)
}

#[tokio::test]
async fn one_is_read_in_whatever_wrapper_it_comes() {
    let bare = found("ccs_15218");
    for body in [
        bare.clone(),
        format!(r#"{{"transaction":{bare}}}"#),
        format!(r#"{{"transactions":[{bare}]}}"#),
        r#"{"id":15218,"amount":"47.70"}"#.to_owned(),
    ] {
        let world = World::logged_in([answer(200, body)]);
        let read = world.client.transactions().get(&sale()).await.unwrap();
        assert_eq!(read.amount, Some(amount("47.7")));
        assert_eq!(world.only().uri().path(), "/accounts/4711/transactions/15218");
    }
}

#[tokio::test]
async fn the_caller_says_which_id_goes_into_the_path() {
    let steps = [token("t0ken-1"), answer(200, found("ccs_15218"))];
    let world = World::with(steps, |builder| builder.transaction_path(TransactionPath::UniqId));
    world.client.transactions().get(&sale()).await.unwrap();
    assert_eq!(world.only().uri().path(), "/accounts/4711/transactions/ccs_15218");
}

#[tokio::test]
async fn another_transaction_than_asked_for_is_an_error() {
    for body in [
        found("cas_15218"),
        found("ccs_1"),
        r#"{"id":1}"#.to_owned(),
        format!(r#"{{"transaction":{}}}"#, found("cas_15218")),
    ] {
        let world = World::logged_in([answer(200, body)]);
        let error = world.client.transactions().get(&sale()).await.unwrap_err();
        assert!(error.is_contradiction(), "{error}");
        assert!(error.body::<Transaction>().unwrap().id != Some(15218));
        world.only();
    }
    let world = World::logged_in([answer(404, r#"{"message":"no"}"#)]);
    assert!(world.client.transactions().get(&sale()).await.unwrap_err().is_not_found());
}
