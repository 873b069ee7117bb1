//! Reading Cashier's transactions back.

use std::time::Duration;

use pay_sandbox::cashier::{CashierHandle, switches::*};
use serde_json::json;

use crate::cashier::{Shop, sample};

#[test]
fn ids_are_the_merchants_or_the_gateways() {
    let shop = Shop::new();
    shop.pay_out("11");
    let own = shop.get("/transactions").json()[0]["transaction_id"].as_str().unwrap().to_owned();
    assert_eq!(own.len(), 15);
    assert!(own.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    assert_eq!((shop.status("11"), shop.status(&own)), ("pending".into(), "pending".into()));
    for (setting, merchants, gateways) in
        [(GetId::TrackingId, 200, 404), (GetId::TransactionId, 404, 200)]
    {
        shop.sandbox.set(setting);
        assert_eq!(shop.get("/transaction/11").status, merchants);
        assert_eq!(shop.get(&format!("/transaction/{own}")).status, gateways);
    }
    shop.sandbox.set(PayoutId::TrackingId);
    assert_eq!(shop.decide("approve", &own).status, 404);
    shop.sandbox.set(PayoutId::TransactionId);
    assert_eq!(shop.decide("approve", "11").status, 404);
    assert_eq!(shop.decide("approve", &own).status, 200);
}

#[test]
fn a_rejected_reason_takes_other_forms() {
    let shop = Shop::new();
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
    shop.sandbox.set(RejectedReason::Empty);
    let text = shop.get("/transaction/11").text;
    assert_eq!(text, r#"{"transaction_status":"successful","rejected_reason":""}"#);
    shop.sandbox.set(RejectedReason::Null);
    shop.get("/transaction/11").is(200, r#""rejected_reason":null"#);
}

#[test]
fn an_item_of_the_list_reads_like_the_documents_sample() {
    let shop = Shop::new();
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "10.00");
    let list = shop.get("/transactions");
    let json = list.json();
    let item = json[0].as_object().unwrap();
    let fields = [
        "transaction_id",
        "gateway_transaction_id",
        "provider_transaction_id",
        "transaction_type",
        "transaction_date",
        "status",
        "payment_provider",
        "customer_id",
        "amount",
        "currency",
        "user_amount",
        "user_currency",
        "fx_amount",
    ];
    assert_eq!(item.len(), fields.len());
    // In the sample's order.
    let places: Vec<_> =
        fields.iter().map(|name| list.text.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{}", list.text);
    assert_eq!(item["transaction_type"], "deposit");
    assert_eq!(item["transaction_date"], "2026-06-15 00:00:00");
    assert_eq!(item["status"], "rejected");
    assert_eq!(item["payment_provider"], "numipay_simulator");
    assert_eq!((&item["amount"], &item["currency"]), (&json!(10), &json!("EUR")));
    // "U123" is no number: the gateway has one of its own.
    assert_eq!(item["customer_id"], 5_000_000_001_u64);
    shop.post("/payout", &sample());
    let sample = shop.get("/transactions").json()[0].clone();
    assert_eq!(
        (&sample["customer_id"], &sample["transaction_type"]),
        (&json!(128), &json!("withdrawal"))
    );
    shop.sandbox.set(CustomerId::Text);
    shop.sandbox.set(Fx::Gbp);
    let list = shop.get("/transactions").json();
    assert_eq!(list[1]["customer_id"], "U123");
    assert_eq!((&list[1]["amount"], &list[1]["currency"]), (&json!(8.56), &json!("GBP")));
    assert_eq!((&list[1]["user_amount"], &list[1]["user_currency"]), (&json!(10), &json!("EUR")));
}

#[test]
fn lists_go_by_days() {
    let shop = Shop::new();
    let day = Duration::from_secs(24 * 3_600);
    for amount in 1..=9 {
        shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, &amount.to_string());
        if amount < 9 {
            shop.sandbox.advance(day);
        }
    }
    let listed = |query: &str| -> Vec<i64> {
        let reply = shop.get(&format!("/transactions?{query}"));
        let json = reply.json();
        let items = json.as_array().unwrap_or_else(|| panic!("{query}: {json}"));
        items.iter().map(|item| item["amount"].as_i64().unwrap()).collect()
    };
    // Today is the 23rd.
    assert_eq!(listed(""), [9]);
    assert_eq!(listed("from=16-06-2026&to=18-06-2026"), [4, 3, 2]);
    assert_eq!(listed("from=15-06-2026&to=22-06-2026"), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(listed("from=21-06-2026"), [9, 8, 7]);
    assert_eq!(listed("to=16-06-2026"), [2]);
    shop.sandbox.set(ListOrder::OldestFirst);
    assert_eq!(listed("from=21-06-2026"), [7, 8, 9]);
    for wrong in [
        "from=15-06-2026&to=23-06-2026",
        "from=16-06-2026&to=15-06-2026",
        "from=15-06-2026",
        "from=2026-06-15",
        "from=31-02-2026",
        "to=yesterday",
    ] {
        assert_eq!(shop.get(&format!("/transactions?{wrong}")).status, 400, "{wrong}");
    }
    shop.sandbox.set(SevenDays::Counted);
    assert_eq!(shop.get("/transactions?from=15-06-2026&to=22-06-2026").status, 400);
    assert_eq!(listed("from=15-06-2026&to=21-06-2026").len(), 7);
    // They were all made at midnight, UTC.
    shop.sandbox.set(Zone::MinusFive);
    assert_eq!(listed("from=15-06-2026&to=15-06-2026"), [2]);
    shop.sandbox.set(ListingLag(1));
    assert_eq!(listed(""), Vec::<i64>::new());
}
