//! Reading: statuses, settlements, batches, and what is wrong with an answer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "payroc/world.rs"]
mod world;

use payroc::{
    BatchId, BatchReport, Date, Effect, ErrorKind, LostCall, MerchantId, Method, Outcome,
    Resolution, SettledType, SettlementReport, operations,
};

use self::world::{START, World, answer, error, lost};

fn mid() -> MerchantId {
    MerchantId::new("402100000000017").unwrap()
}

fn day(day: u8) -> Date {
    Date::new(2021, 10, day).unwrap()
}

/// The items as a client of 2018 models them.
const SETTLEMENT: &str = r#"{
    "batches": [{"batchDate":"2021-10-18T00:00:00","batchId":31718216,"ibxBatchId":0,
        "heldAmount":0,"returnAmount":10.5,"saleAmount":1234567890123.40,"transactionCount":12,
        "new":{"a":1}}],
    "chargebacksReceived": [{"authorizationCode":"012345","cardType":"Visa","description":"Fraud",
        "status":"Stand","transactionId":"900719925474099312345","chargebackId":77,
        "chargebackAmount":25.00,"feeAmount":15,"transactionAmount":"25.00",
        "humanReadableCardNumber":"411111xxxxxx1111","receivedDate":"2021-10-19T09:30:00-05:00",
        "transactionDate":"2021-09-01T00:00:00.0000000"}],
    "dbaName": "Lee's", "mid": "402100000000017"
}"#;

const BATCH: &str = r#"{
    "batchDetails": [
        {"achDate":"2021-10-20T00:00:00","batchDate":"2021-10-18T00:00:00",
         "transactionDate":"2021-10-18T14:05:06","authorizationCode":12345,
         "authorizedAmount":12.30,"transactionAmount":12.30,"batchId":31718216,"cardType":"Visa",
         "humanReadableCardNumber":"411111xxxxxx1111","settledBy":"Lee","status":"Settled",
         "transactionId":900719925474099312345,"transactionType":"Capture"},
        {"transactionType":"Return"}, {"transactionType":"Reversal"}, {}],
    "chargebackDetails": []
}"#;

#[tokio::test]
async fn a_status_is_read() {
    // The document's sample.
    let world = World::new([answer(
        200,
        r#"{"links":[],"applicationStatus":"string","applicationUrl":"string",
            "processingDetails":[],"processingStatus":"string","responseStatus":{},
            "settlementDetails":[],"settlementStatus":"string"}"#,
    )]);
    let status = world.client().boarding().status(&mid()).await.unwrap();
    assert_eq!(status.application_status.as_deref(), Some("string"));
    assert_eq!(status.processing_status.as_deref(), Some("string"));
    assert_eq!(status.settlement_status.as_deref(), Some("string"));
    let sent = world.sent();
    assert_eq!(sent[0].line, "GET /v1/boarding/402100000000017/status");
    assert_eq!(sent[0].body, "");
}

#[tokio::test]
async fn a_settlement_is_asked_for_by_days_and_read_exactly() {
    let world = World::new([answer(200, SETTLEMENT)]);
    let report = world.client().settlement().report(&mid(), day(18), day(20)).await.unwrap();
    assert_eq!(
        world.lines(),
        ["GET /v1/settlement/402100000000017?StartDate=10%2F18%2F2021&EndDate=10%2F20%2F2021"]
    );
    assert_eq!(report.mid, Some(mid()));
    assert_eq!(report.dba_name.as_deref(), Some("Lee's"));
    let batch = &report.batches[0];
    assert_eq!(batch.batch_id, Some(BatchId::new(31_718_216).unwrap()));
    assert_eq!(batch.sale_amount.unwrap().to_string(), "1234567890123.40");
    assert_eq!(batch.return_amount.unwrap().to_string(), "10.5");
    assert_eq!((batch.ibx_batch_id, batch.transaction_count), (Some(0), Some(12)));
    let date = batch.batch_date.as_ref().unwrap();
    assert_eq!((date.zoned(), date.day()), (None, Some(day(18))));
    assert!(date.local().is_some());
    let chargeback = &report.chargebacks_received[0];
    assert_eq!(chargeback.transaction_id.as_deref(), Some("900719925474099312345"));
    assert_eq!(chargeback.transaction_amount.unwrap().to_string(), "25.00");
    assert_eq!(chargeback.chargeback_id, Some(77));
    let received = chargeback.received_date.as_ref().unwrap();
    assert!(received.zoned().is_some() && received.local().is_none());
}

#[tokio::test]
async fn a_batch_is_read_exactly() {
    let world = World::new([answer(200, BATCH)]);
    let batch = BatchId::new(31_718_216).unwrap();
    let report = world.client().settlement().batch(&mid(), batch).await.unwrap();
    assert_eq!(world.lines(), ["GET /v1/settlement/402100000000017/batch/31718216"]);
    let first = &report.batch_details[0];
    assert_eq!(first.transaction_id.as_deref(), Some("900719925474099312345"));
    assert_eq!(first.transaction_amount.unwrap().to_string(), "12.30");
    assert_eq!(first.authorization_code.as_deref(), Some("12345"));
    let types: Vec<_> =
        report.batch_details.iter().map(|item| item.transaction_type.clone()).collect();
    assert_eq!(
        types,
        [
            Some(SettledType::Capture),
            Some(SettledType::Return),
            Some(SettledType::Unknown("Reversal".into())),
            None
        ]
    );
    assert!(report.chargeback_details.is_empty());
}

#[tokio::test]
async fn the_documents_samples_of_settlement_are_read() {
    let world = World::new([
        answer(200, r#"{"batches":[],"chargebacksReceived":[],"dbaName":"string","mid":"string"}"#),
        answer(200, r#"{"batchDetails":[],"chargebackDetails":[]}"#),
    ]);
    let client = world.client();
    let asked = MerchantId::new("string").unwrap();
    client.settlement().report(&asked, day(1), day(1)).await.unwrap();
    client.settlement().batch(&asked, BatchId::new(1).unwrap()).await.unwrap();
}

#[tokio::test]
async fn bad_questions_are_not_asked() {
    let world = World::new([]);
    let client = world.client();
    let error = client.settlement().report(&mid(), day(2), day(1)).await.unwrap_err();
    assert_eq!(error.field_errors()[0].field, "StartDate");
    let odd: SettlementReport =
        serde_json::from_str(r#"{"mid":"1","batches":[{"batchId":3000000000}]}"#).unwrap();
    let batch = odd.batches[0].batch_id.unwrap();
    let error = client.settlement().batch(&mid(), batch).await.unwrap_err();
    assert_eq!(error.field_errors()[0].field, "BatchId");
    for bad in ["", "..", "4021/status", "40 21", "4021?x"] {
        assert_eq!(MerchantId::new(bad).is_err(), bad != "4021?x", "{bad}");
    }
    assert_eq!(error.outcome(), Outcome::NotSent);
}

#[tokio::test]
async fn an_id_cannot_change_the_route() {
    let world = World::new([answer(200, r#"{"applicationStatus":"x"}"#)]);
    let odd = MerchantId::new("4021?x=1#y%2F").unwrap();
    world.client().boarding().status(&odd).await.unwrap();
    assert_eq!(world.lines(), ["GET /v1/boarding/4021%3Fx%3D1%23y%252F/status"]);
}

#[tokio::test]
async fn an_unknown_merchant_is_not_found() {
    let listed = r#"{"responseStatus":{"errorCode":"Predicate","message":"",
        "errors":[{"errorCode":"Predicate","fieldName":"MID","message":"Ibx Merchant not found"}]}}"#;
    for step in [
        error(400, "Predicate", "Merchant ID not found"),
        error(200, "Predicate", "Ibx Merchant not found"),
        answer(400, listed),
        answer(404, ""),
    ] {
        let world = World::new([step]);
        let error = world.client().settlement().report(&mid(), day(1), day(2)).await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    }
    let world = World::new([error(400, "Predicate", "Invalid Zip in XXX Address")]);
    let error = world.client().boarding().status(&mid()).await.unwrap_err();
    assert!(error.is_invalid() && !error.is_not_found());
}

#[tokio::test]
async fn an_answer_about_something_else_is_a_contradiction() {
    let world = World::new([answer(200, r#"{"batches":[],"mid":"4999"}"#)]);
    let error = world.client().settlement().report(&mid(), day(1), day(2)).await.unwrap_err();
    assert!(error.is_contradiction());
    assert!(error.body::<SettlementReport>().is_some());

    let world = World::new([answer(200, r#"{"batchDetails":[{"batchId":5},{"batchId":6}]}"#)]);
    let batch = BatchId::new(5).unwrap();
    let error = world.client().settlement().batch(&mid(), batch).await.unwrap_err();
    assert!(error.is_contradiction());
    assert!(error.body::<BatchReport>().is_some());
}

#[tokio::test]
async fn an_answer_that_is_not_understood_is_no_success() {
    for body in ["", "{}", "[]", "<html>", r#"{"responseStatus":{}}"#, r#"{"batches":null}"#] {
        let world = World::new((0..3).map(|_| answer(200, body)));
        let error = world.client().settlement().report(&mid(), day(1), day(2)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{body}");
        let world = World::new((0..3).map(|_| answer(200, body)));
        let error = world.client().boarding().status(&mid()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{body}");
    }
}

#[tokio::test]
async fn reads_are_tried_again() {
    let world = World::new([lost(), answer(503, ""), answer(200, SETTLEMENT)]);
    let report = world.client().settlement().report(&mid(), day(1), day(2)).await.unwrap();
    assert_eq!(report.meta().attempts(), 3);
}

#[tokio::test]
async fn an_error_that_nobody_knows_is_told_with_its_code() {
    let world = World::new([error(200, "SomethingNew", "what it is")]);
    let error = world.client().boarding().status(&mid()).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("SomethingNew"), "what it is"));
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[tokio::test]
async fn a_raw_call_has_the_same_errors() {
    let world = World::new([error(400, "Length", "too long"), answer(200, r#"{"any":1}"#)]);
    let client = world.client();
    let raw = || client.raw(Effect::Read, Method::GET, "/boarding/4021/status").query("a", "b c");
    let error = raw().acknowledge().await.unwrap_err();
    assert_eq!((error.code(), error.operation()), (Some("Length"), Some("payroc.raw")));
    raw().acknowledge().await.unwrap();
    assert_eq!(world.lines()[1], "GET /v1/boarding/4021/status?a=b%20c");
}

#[tokio::test]
async fn only_writes_of_this_crate_are_resolved() {
    let world = World::new([]);
    let client = world.client();
    for operation in operations::ALL {
        let found = client.resolve(&LostCall::new(operation.id, START)).await;
        match operation.effect {
            Effect::Read => assert!(found.unwrap_err().is_invalid()),
            Effect::Idempotent => {
                assert!(matches!(found.unwrap(), Resolution::Inconclusive { .. }));
            }
            Effect::Once => assert!(matches!(found.unwrap(), Resolution::Unsupported)),
        }
    }
    assert!(client.resolve(&LostCall::new("payfirma.x", START)).await.is_err());
}
