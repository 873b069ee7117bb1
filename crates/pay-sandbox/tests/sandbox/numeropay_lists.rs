//! NumeroPay's lists.

use std::time::Duration;

use pay_sandbox::numeropay::switches::*;
use serde_json::json;

use crate::{api::NOW, numeropay::Merchant};

/// Five payments, one each second; their descriptions are "1" to "5".
fn five() -> Merchant {
    let merchant = Merchant::new();
    for number in 1..=5 {
        let name = if number == 3 { "Infinity Café" } else { "Infinity Group" };
        let description = number.to_string();
        merchant.create_with(json!({"description": description, "businessName": name}));
        merchant.sandbox.advance(Duration::from_secs(1));
    }
    merchant
}

#[test]
fn lists_are_newest_first_up_to_a_time() {
    let merchant = five();
    assert_eq!(merchant.listed(""), ["5", "4", "3", "2", "1"]);
    assert_eq!(merchant.listed("limit=2"), ["5", "4"]);
    let from = NOW / 1_000 + 2;
    assert_eq!(merchant.listed(&format!("from={from}")), ["3", "2", "1"]);
    merchant.sandbox.set(FromBoundary::Exclusive);
    assert_eq!(merchant.listed(&format!("from={from}&limit=1")), ["2"]);
    // The same number in the other unit is long ago.
    merchant.sandbox.set(FromUnit::Milliseconds);
    assert!(merchant.listed(&format!("from={from}")).is_empty());
    assert_eq!(merchant.listed(&format!("from={from}000")), ["2", "1"]);
    merchant.sandbox.set(ListOrder::OldestFirst);
    assert_eq!(merchant.listed("limit=2"), ["4", "5"]);
    merchant.sandbox.set(ListingLag(3));
    assert_eq!(merchant.listed(""), ["1", "2", "3"]);
    for wrong in ["limit=0", "limit=-1", "limit=x", "from=yesterday", "status=PAID"] {
        merchant.get(&format!("/transaction?{wrong}")).is_error(200, "BAD_REQUEST");
    }
}

#[test]
fn a_page_holds_25_or_as_many_as_asked_for() {
    let merchant = Merchant::new();
    for _ in 0..130 {
        merchant.create(1);
    }
    assert_eq!(merchant.listed("").len(), 25);
    assert_eq!(merchant.listed("limit=40").len(), 40);
    assert_eq!(merchant.listed("limit=1000").len(), 100);
    merchant.sandbox.set(LongestPage(7));
    assert_eq!(merchant.listed("").len(), 25);
    assert_eq!(merchant.listed("limit=40").len(), 7);
}

#[test]
fn lists_are_filtered_by_one_or_many() {
    let merchant = five();
    let first = merchant.get("/transaction?limit=1").json()["data"][0]["id"].clone();
    merchant.sandbox.numeropay().pay(first.as_str().unwrap()).unwrap();
    assert_eq!(merchant.listed("status=COMPLETED"), ["5"]);
    assert_eq!(merchant.listed("status=2"), ["5"]);
    // ["COMPLETED","CREATED"]
    let both = "status=%5B%22COMPLETED%22%2C%22CREATED%22%5D";
    assert_eq!(merchant.listed(both).len(), 5);
    assert_eq!(merchant.listed("status=%5B2%5D"), ["5"]);
    merchant.sandbox.set(StatusFilter::Number);
    merchant.get("/transaction?status=COMPLETED").is_error(200, "BAD_REQUEST");
    merchant.sandbox.set(StatusFilter::Name);
    merchant.get("/transaction?status=2").is_error(200, "BAD_REQUEST");

    assert_eq!(merchant.listed("business_name=Infinity%20Caf%C3%A9"), ["3"]);
    let two = "business_name=%5B%22Infinity%20Caf%C3%A9%22%2C%22Nobody%22%5D";
    assert_eq!(merchant.listed(two), ["3"]);
    assert!(merchant.listed("business_name=Nobody").is_empty());
    merchant.sandbox.set(UnknownName::BadRequest);
    merchant.get(&format!("/transaction?{two}")).is_error(200, "BAD_REQUEST");
}
