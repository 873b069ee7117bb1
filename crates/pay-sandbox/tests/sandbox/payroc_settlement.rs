//! Payroc: batches, chargebacks and reports.

use std::time::Duration;

use pay_sandbox::{Money, Sandbox, payroc::switches::*};
use serde_json::json;

use crate::{
    api::NOW,
    payroc::{Partner, amounts},
};

#[test]
fn batches_and_chargebacks_are_reported() {
    let partner = Partner::new();
    let payroc = partner.sandbox.payroc();
    let mid = partner.boarded("987654321");
    let batch = payroc.add_batch(&mid, &amounts(&["11.00", "20.50", "-5.25"])).unwrap();
    partner.sandbox.advance(Duration::from_secs(3_600));
    let sale = batch.transaction_ids[1];
    let chargeback = payroc.add_chargeback(&mid, sale, "20.5".parse().unwrap()).unwrap();
    // The token has half an hour left.
    let reply = partner.get(&format!("/settlement/{mid}?StartDate=06/15/26&EndDate=06/15/2026"));
    let json = reply.json();
    let names: Vec<_> = json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["batches", "chargebacksReceived", "dbaName", "mid"]);
    assert_eq!((&json["dbaName"], &json["mid"]), (&json!("Lee Coffee"), &json!(mid)));
    assert_eq!(
        json["batches"],
        json!([{
            "batchDate": "2026-06-15T00:00:05.0000000",
            "batchId": batch.batch_id,
            "ibxBatchId": 0,
            "heldAmount": 0,
            "returnAmount": 5.25,
            "saleAmount": 31.5,
            "transactionCount": 3,
        }])
    );
    let listed = &json["chargebacksReceived"][0];
    assert_eq!(listed["chargebackId"], chargeback);
    assert_eq!(listed["transactionId"], sale.to_string());
    assert_eq!((&listed["chargebackAmount"], &listed["feeAmount"]), (&json!(20.5), &json!(25)));
    assert_eq!(listed["humanReadableCardNumber"], "411111xxxxxx1111");

    let details = partner.get(&format!("/settlement/{mid}/batch/{}", batch.batch_id)).json();
    let kinds: Vec<_> = details["batchDetails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["transactionType"].as_str().unwrap(), it["transactionAmount"].to_string()))
        .collect();
    assert_eq!(
        kinds,
        [("Capture", "11".into()), ("Capture", "20.5".into()), ("Return", "5.25".into())]
    );
    assert_eq!(&details["chargebackDetails"][0], listed);
    let ledger = partner.sandbox.ledger();
    assert_eq!(ledger.total("batch_settled").to_string(), "26.25");
    let effect = ledger.effects_of("chargeback_received")[0];
    assert_eq!(
        (effect.parent.as_deref(), &effect.account),
        (Some(sale.to_string().as_str()), &mid)
    );
}

#[test]
fn amounts_are_exact() {
    let partner = Partner::new();
    let mid = partner.boarded("987654321");
    let big = ["9007199254740993.01", "0.01"];
    partner.sandbox.payroc().add_batch(&mid, &amounts(&big)).unwrap();
    let reply = partner.get(&format!("/settlement/{mid}?StartDate=06/15/26&EndDate=06/15/26"));
    reply.is(200, r#""saleAmount":9007199254740993.02,"#);
}

#[test]
fn what_cannot_be_settled_is_said() {
    let partner = Partner::new();
    let payroc = partner.sandbox.payroc();
    let mid = partner.boarded("987654321");
    let batch = payroc.add_batch(&mid, &amounts(&["11.00", "-5"])).unwrap();
    let amount = |text: &str| text.parse::<Money>().unwrap();
    for (transaction, text) in [
        (1, "1"),
        (batch.transaction_ids[1], "5"),
        (batch.transaction_ids[0], "11.01"),
        (batch.transaction_ids[0], "0"),
    ] {
        assert!(payroc.add_chargeback(&mid, transaction, amount(text)).is_err(), "{text}");
    }
    assert!(payroc.add_batch(&mid, &[]).is_err());
    assert!(payroc.add_batch(&mid, &amounts(&["0"])).is_err());
    assert!(payroc.add_batch("1", &amounts(&["1"])).is_err());
    let declined = partner.boarded("987654320");
    payroc.decline(&declined).unwrap();
    assert!(payroc.add_batch(&declined, &amounts(&["1"])).is_err());
}

#[test]
fn reports_are_asked_for_by_date() {
    let partner = Partner::new();
    let mid = partner.boarded("987654321");
    for _ in 0..3 {
        partner.sandbox.payroc().add_batch(&mid, &amounts(&["11"])).unwrap();
        partner.sandbox.advance(Duration::from_secs(3_600));
    }
    partner.sandbox.payroc().expire_access_tokens();
    let partner =
        Partner { token: partner.refresh(&partner.refresh_token).field("accessToken"), ..partner };
    let get = |query: &str| partner.get(&format!("/settlement/{mid}?{query}"));
    let count = |query: &str| get(query).json()["batches"].as_array().unwrap().len();
    assert_eq!(count("StartDate=06/15/26&EndDate=06/15/26"), 3);
    assert_eq!(count("startdate=6/15/2026&enddate=06%2F16%2F26"), 3);
    assert_eq!(count("StartDate=06/14/26&EndDate=06/14/26"), 0);
    assert_eq!(count("StartDate=2026-06-15T01:00:00&EndDate=2026-06-15T02:00:00Z"), 1);
    partner.sandbox.set(EndDay::Midnight);
    assert_eq!(count("StartDate=06/15/26&EndDate=06/15/26"), 0);
    assert_eq!(count("StartDate=06/15/26&EndDate=06/16/26"), 3);

    get("EndDate=06/15/26").is_refused(400, "NotEmpty", "'Start Date' should not be empty.");
    assert_eq!(get("").errors().len(), 2);
    get("StartDate=06/16/26&EndDate=06/15/26").is_refused(
        400,
        "GreaterThanOrEqual",
        "'End Date' must be greater than or equal to 'Start Date'.",
    );
    get("StartDate=soon&EndDate=06/15/26").is(400, "FormatException");
    partner.sandbox.set(QueryDates::UsOnly);
    get("StartDate=2026-06-15&EndDate=06/15/26").is(400, "FormatException");
    partner.sandbox.set(LongestRange(31));
    assert_eq!(count("StartDate=06/01/26&EndDate=07/01/26"), 3);
    get("StartDate=06/01/26&EndDate=07/02/26").is(400, "Predicate");
    let nobody = partner.get("/settlement/1?StartDate=06/15/26&EndDate=06/15/26");
    nobody.is_refused(400, "Predicate", "Merchant ID not found");
    partner.sandbox.set(NoSettlingMerchant::Ibx);
    partner.get("/settlement/1/batch/1").is_refused(400, "Predicate", "Ibx Merchant not found");
}

#[test]
fn batches_that_are_not_there_are_answered_as_switched() {
    let partner = Partner::new();
    let mid = partner.boarded("987654321");
    let path = format!("/settlement/{mid}/batch");
    let json = partner.get(&format!("{path}/7")).json();
    assert_eq!(json, json!({"batchDetails": [], "chargebackDetails": []}));
    partner.sandbox.set(UnknownBatch::NotFound);
    partner.get(&format!("{path}/7")).is(404, "NotFound");
    // More than an int32.
    partner.get(&format!("{path}/2147483648")).is(400, "RequestBindingException");
    partner.get("/nothing").is(404, "NotFound");
    partner.try_call("DELETE", "/boarding", "").unwrap().is(405, "MethodNotAllowed");
}

#[test]
fn active_merchants_can_settle_by_the_clock() {
    let partner = Partner::with(Sandbox::builder().switch(BatchEvery(86_400)));
    partner.boarded("987654321");
    partner.sandbox.advance(Duration::from_secs(120 + 3 * 86_400));
    let ledger = partner.sandbox.ledger();
    assert_eq!(ledger.count("batch_settled"), 3);
    assert_eq!(ledger.effects_of("batch_settled")[2].at_ms, NOW + 120_000 + 3 * 86_400_000);
    assert_eq!(ledger.total("batch_settled").to_string(), "94.5");
}
