//! Payanywhere: transactions read, voided and refunded.

use std::time::Duration;

use pay_sandbox::{
    Sandbox,
    payanywhere::{SaleKind, switches::*},
};
use serde_json::{Value, json};

use crate::payanywhere::{Merchant, money, refund};

#[test]
fn a_transaction_reads_like_the_documents_sample() {
    let merchant = Merchant::new();
    let id = merchant.sale("47.7", SaleKind::Cash);
    let item = json!({
        "uniq_id": "cas_15218",
        "id": 15_218,
        "type": "Cash Sale",
        "amount": "47.70",
        "datetime": "2026-06-15T00:00:00.000Z",
        "mid": "8788290000017",
        "txn_source": "Phone Swipe iOS",
        "cc_type": null,
        "cc_last4": null,
        "cc_auth_code": null,
        "parent_uniq_id": null,
        "parent_type": null,
        "void_uniq_id": null,
        "is_reversal": false,
        "is_complete": true,
        "receipt_id": 115_218,
    });
    let list = merchant.get(&merchant.own("/transactions")).json();
    assert_eq!(list, json!({"transactions": [item]}));
    assert_eq!(merchant.item(id), item);
    let card = merchant.sale("1", SaleKind::Card);
    let card = merchant.item(card);
    assert_eq!((&card["uniq_id"], &card["cc_last4"]), (&json!("ccs_15219"), &json!("1933")));
    assert_eq!(card["cc_auth_code"].as_str().unwrap().len(), 6);
    merchant.sandbox.set(UnsetFields::Absent);
    assert!(merchant.item(id).get("cc_type").is_none());
}

#[test]
fn one_is_read_as_switched() {
    let merchant = Merchant::new();
    let id = merchant.sale("11", SaleKind::Card);
    let get = |id: &str| merchant.get(&merchant.own(&format!("/transactions/{id}")));
    get(&format!("ccs_{id}")).is(404, "not found");
    merchant.sandbox.set(SingleId::UniqId);
    get(&id.to_string()).is(404, "not found");
    assert_eq!(get(&format!("ccs_{id}")).json()["id"], id);
    merchant.sandbox.set(SingleId::Either);
    merchant.sandbox.set(SingleWrapper::Transaction);
    assert_eq!(get(&id.to_string()).json()["transaction"]["id"], id);
    merchant.sandbox.set(SingleWrapper::List);
    assert_eq!(get(&format!("ccs_{id}")).json()["transactions"][0]["id"], id);
    get(&format!("cas_{id}")).is(404, "not found");
}

#[test]
fn lists_are_filtered() {
    let merchant = Merchant::new();
    let payanywhere = merchant.sandbox.payanywhere();
    let hour = Duration::from_secs(3_600);
    let sale = |device: &str| {
        let sale = payanywhere.add_sale_at(device, money("11"), SaleKind::Card).unwrap();
        merchant.sandbox.advance(hour);
        sale
    };
    // At 0:00, 1:00 and 2:00; the session ends, and begins anew.
    let a = sale("one");
    let first = payanywhere.close_batch().unwrap();
    let b = sale("two");
    let second = payanywhere.close_batch().unwrap();
    let c = sale("one");
    let token = merchant.log_in(&merchant.login()).field("token");
    let merchant = merchant.holding(token);

    assert_eq!(merchant.listed(""), [c, b, a]);
    assert_eq!(merchant.listed("count=2"), [c, b]);
    assert_eq!(merchant.listed("type=open"), [c]);
    assert_eq!(merchant.listed("type=closed"), [b, a]);
    assert_eq!(merchant.listed("deviceId=one"), [c, a]);
    assert_eq!(merchant.listed(&format!("bids={first},{second}")), [b, a]);
    assert_eq!(merchant.listed(&format!("bids={first}")), [a]);
    assert_eq!(merchant.listed("onlyLastClosed=true"), [b]);
    assert_eq!(merchant.listed("onlyLastClosed=false&type=closed&deviceId=one"), [a]);
    let hours = "start=2026-06-15%2000:30:00&end=2026-06-15+01:00:00";
    assert_eq!(merchant.listed(hours), [b]);
    assert_eq!(merchant.listed("start=2026-06-15&end=2026-06-15"), [c, b, a]);
    assert!(merchant.listed("start=2026-06-16").is_empty());
    merchant.sandbox.set(EndDay::Midnight);
    assert_eq!(merchant.listed("end=2026-06-15"), [a]);
    merchant.sandbox.set(Zone::Eastern);
    assert_eq!(merchant.listed("start=2026-06-14%2020:30:00"), [c]);
    merchant.sandbox.set(ListOrder::OldestFirst);
    assert_eq!(merchant.listed("count=2"), [b, c]);
    merchant.sandbox.set(ListingLag(3_601));
    assert_eq!(merchant.listed(""), [a, b]);
    merchant.sandbox.set(LongestList(1));
    assert_eq!(merchant.listed("count=2"), [b]);
    merchant.sandbox.set(DefaultRange(1));
    merchant.sandbox.advance(24 * hour);
    let token = merchant.log_in(&merchant.login()).field("token");
    assert!(merchant.holding(token.clone()).listed("").is_empty());
    assert_eq!(merchant.holding(token.clone()).listed("start=2026-06-14"), [c]);

    for wrong in [
        "start=soon",
        "end=06/15/26",
        "count=0",
        "count=x",
        "type=all",
        "bids=x",
        "onlyLastClosed=x",
    ] {
        let path = merchant.own(&format!("/transactions?{wrong}"));
        merchant.holding(token.clone()).get(&path).is(400, "is invalid");
    }
}

#[test]
fn a_sale_is_voided_until_its_batch_closes() {
    let merchant = Merchant::new();
    let (sale, late) = (merchant.sale("11", SaleKind::Card), merchant.sale("13", SaleKind::Card));
    let reply = merchant.void(sale);
    let json = reply.json();
    assert_eq!((reply.status, &json["status_code"]), (200, &json!("00")));
    let void = json["void_id"].as_u64().unwrap();
    let (sale_item, void_item) = (merchant.item(sale), merchant.item(void));
    assert_eq!(sale_item["void_uniq_id"], void_item["uniq_id"]);
    assert_eq!(void_item["parent_uniq_id"], sale_item["uniq_id"]);
    assert_eq!(void_item["parent_type"], "Credit Card Sale");
    assert_eq!((&void_item["amount"], &void_item["is_reversal"]), (&json!("11.00"), &json!(true)));
    merchant.void(sale).is(400, "voided already");
    merchant.void(void).is(404, "no such sale");
    merchant.void(1).is(404, "no such sale");
    let cash = merchant.sale("11", SaleKind::Cash);
    merchant.void(cash).is(400, "cash sale");
    merchant.sandbox.payanywhere().close_batch().unwrap();
    merchant.void(late).is(400, "settled");
    merchant.refund(sale, "11.00").is(400, "voided");
    let ledger = merchant.sandbox.ledger();
    let effect = ledger.effects_of("void")[0];
    assert_eq!(
        (effect.id.clone(), effect.parent.clone()),
        (void.to_string(), Some(sale.to_string()))
    );
    assert_eq!(effect.operation, "payanywhere.transactions.void");
    assert_eq!((ledger.count("void"), ledger.count("refund")), (1, 0));
}

#[test]
fn a_sale_is_refunded_after_its_batch_closed_up_to_its_amount() {
    let merchant = Merchant::new();
    let (sale, cash) = (merchant.sale("20.50", SaleKind::Card), merchant.sale("5", SaleKind::Cash));
    merchant.refund(sale, "1.00").is(400, "not settled");
    merchant.sandbox.payanywhere().close_batch().unwrap();
    merchant.refund(sale, "20.51").is(400, "more than is left");
    let first = merchant.refund(sale, "15.25").json();
    assert_eq!(first["status_code"], "00");
    let item = merchant.item(first["refund_id"].as_u64().unwrap());
    assert_eq!((&item["amount"], &item["parent_uniq_id"]), (&json!("15.25"), &json!("ccs_15218")));
    merchant.refund(sale, "5.26").is(400, "more than is left");
    merchant.refund(sale, "5.25").is(200, "refund_id");
    merchant.refund(sale, "1").is(400, "more than is left");
    let refund = merchant.refund(cash, "5").json()["refund_id"].as_u64().unwrap();
    assert_eq!(merchant.item(refund)["type"], "Cash Refund");
    assert_eq!(merchant.sandbox.ledger().total("refund").to_string(), "25.5");
}

#[test]
fn even_amounts_are_declined_and_change_nothing() {
    let merchant = Merchant::new();
    let sale = merchant.settled("20.50");
    let even = || merchant.refund(sale, "2.00");
    let reply = even();
    assert_eq!((reply.status, reply.field("status_code").as_str()), (200, "05"));
    assert!(reply.json().get("refund_id").is_none());
    for (setting, status) in [(DeclineShape::PaymentRequired, 402), (DeclineShape::BadRequest, 400)]
    {
        merchant.sandbox.set(setting);
        even().is(status, r#""status_code":"05""#);
        even().is(status, r#""message":"Declined""#);
    }
    let open = merchant.sale("10", SaleKind::Card);
    merchant.void(open).is(400, "Declined");
    assert_eq!(merchant.item(open)["void_uniq_id"], Value::Null);
    let ledger = merchant.sandbox.ledger();
    assert_eq!((ledger.count("refund_declined"), ledger.count("void_declined")), (5, 1));
    merchant.sandbox.set(EvenAmounts::Approved);
    merchant.sandbox.set(SuccessStatus::Created);
    even().is(201, "refund_id");
    merchant.void(open).is(201, "void_id");
}

#[test]
fn broken_rules_are_answered_as_switched() {
    let merchant = Merchant::new();
    let sale = merchant.settled("11");
    merchant.sandbox.set(BrokenRule::Conflict);
    merchant.void(sale).is(409, "message");
    merchant.sandbox.set(BrokenRule::StatusCode);
    merchant.void(sale).is(200, r#""status_code":"12""#);
}

#[test]
fn what_is_no_refund_or_void_is_refused() {
    let merchant = Merchant::new();
    let sale = merchant.settled("11");
    let path = merchant.own("/transactions");
    let with = |name: &str, value: Value| {
        let mut body = refund(sale, "1.00");
        body[name] = value;
        merchant.post(&path, &body)
    };
    for (name, value) in [
        ("type", json!("capture")),
        ("type", Value::Null),
        ("ccs_pk", json!("ccs_15218")),
        ("ccs_pk", json!("15218")),
        // The field of the other one.
        ("type", json!("void")),
        ("amount", json!("1.001")),
        ("amount", json!("0")),
        ("amount", json!("-1")),
        ("amount", json!("1e0")),
        ("amount", json!(1)),
        ("amount", Value::Null),
        ("username", Value::Null),
        ("username", json!("clerk")),
        ("comment", json!(5)),
    ] {
        with(name, value.clone()).is(400, "Invalid Post Data");
    }
    merchant.try_call("POST", &path, "type=refund").unwrap().is(400, "Content-Type");
    assert_eq!(merchant.sandbox.ledger().count("refund"), 0);
    with("comment", json!("torn")).is(200, "refund_id");
    assert_eq!(merchant.sandbox.ledger().referring_to("torn").len(), 1);
    merchant.sandbox.set(AmountForm::Either);
    with("amount", json!(1)).is(200, "refund_id");
    merchant.sandbox.set(Username::Optional);
    with("username", Value::Null).is(200, "refund_id");
}

#[test]
fn the_portal_refunds_and_voids_too() {
    let merchant = Merchant::new();
    let payanywhere = merchant.sandbox.payanywhere();
    let (sale, open) = (merchant.settled("11"), merchant.sale("10", SaleKind::Card));
    let refund = payanywhere.refund_in_portal(sale, money("10.00")).unwrap();
    assert_eq!(merchant.item(refund)["parent_uniq_id"], format!("ccs_{sale}"));
    assert!(payanywhere.refund_in_portal(sale, money("1.01")).is_err());
    assert!(payanywhere.refund_in_portal(sale, money("0")).is_err());
    payanywhere.void_in_portal(open).unwrap();
    assert!(payanywhere.void_in_portal(open).is_err());
    let ledger = merchant.sandbox.ledger();
    assert_eq!(ledger.effects_of("refund")[0].operation, "payanywhere.portal.refund");
    assert!(payanywhere.add_sale(money("1.001"), SaleKind::Card).is_err());
    assert!(payanywhere.add_sale(money("-1"), SaleKind::Card).is_err());
}

#[test]
fn amounts_are_exact() {
    let merchant = Merchant::new();
    let big = "9007199254740993.01";
    let sale = merchant.settled(big);
    assert_eq!(merchant.item(sale)["amount"], big);
    merchant.refund(sale, big).is(200, "refund_id");
    assert_eq!(merchant.sandbox.ledger().total("refund").to_string(), big);
}

#[test]
fn batches_can_close_by_the_clock() {
    let merchant = Merchant::with(Sandbox::builder().switch(BatchClosesAfter(600)));
    let first = merchant.sale("11", SaleKind::Card);
    merchant.sandbox.advance(Duration::from_secs(599));
    let second = merchant.sale("11", SaleKind::Card);
    merchant.void(second).is(200, "void_id");
    merchant.sandbox.advance(Duration::from_secs(1));
    merchant.refund(first, "11").is(200, "refund_id");
    let ledger = merchant.sandbox.ledger();
    assert_eq!(
        (ledger.count("batch_closed"), ledger.effects_of("batch_closed")[0].at_ms),
        (1, crate::api::NOW + 600_000)
    );
}
