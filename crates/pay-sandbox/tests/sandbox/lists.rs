//! Lists: filters, pages, envelopes, ends.

use std::time::Duration;

use pay_sandbox::{
    Sandbox,
    payfirma::switches::{
        DateZone, DefaultPage, ListEnd, ListEnvelope, ListOrder, ListingLag, LongestPage, ToDate,
    },
};

use crate::api::{Api, CARD};

const LIST: &str = "/transaction-service/transaction";

/// Walks through all pages; gives up after 20.
fn walk(api: &Api, query: &str) -> Vec<Vec<u64>> {
    let mut pages = Vec::new();
    let mut after = String::new();
    while pages.len() < 20 {
        let json = api.get(&format!("{LIST}?{query}&after={after}")).json();
        let entities = json.get("entities").or(json.get("transactions")).unwrap_or(&json);
        let ids = |items: &Vec<serde_json::Value>| {
            items.iter().map(|item| item["id"].as_u64().unwrap()).collect()
        };
        pages.push(ids(entities.as_array().unwrap()));
        let paging = &json["paging"];
        let cursors = paging.get("cursors").or(paging.get("cursor"));
        match cursors.and_then(|cursors| cursors["after"].as_str()) {
            Some(cursor) => after = cursor.to_owned(),
            None => break,
        }
    }
    pages
}

fn sold(count: usize) -> (Api, Vec<u64>) {
    let api = Api::new();
    let ids = (0..count).map(|_| api.sale("11").field("id").parse().unwrap()).collect();
    (api, ids)
}

fn count(api: &Api, query: &str) -> usize {
    let reply = api.get(&format!("{LIST}?{query}"));
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["entities"].as_array().unwrap().len()
}

#[test]
fn pages_hold_everything_once_in_every_envelope_and_order() {
    let (api, ids) = sold(5);
    for envelope in [ListEnvelope::Entities, ListEnvelope::Named, ListEnvelope::SingleCursor] {
        for order in [ListOrder::NewestFirst, ListOrder::OldestFirst] {
            api.sandbox.set(envelope);
            api.sandbox.set(order);
            let pages = walk(&api, "limit=2");
            let lengths: Vec<_> = pages.iter().map(Vec::len).collect();
            assert_eq!(lengths, [2, 2, 1], "{envelope:?}");
            let mut seen = pages.concat();
            if order == ListOrder::NewestFirst {
                seen.reverse();
            }
            assert_eq!(seen, ids);
        }
    }
    api.sandbox.set(ListEnvelope::BareArray);
    assert_eq!(walk(&api, "limit=2"), [[ids[0], ids[1]]]);
}

#[test]
fn a_list_ends_in_three_ways() {
    let (api, _) = sold(4);
    let lengths = |api: &Api| walk(api, "limit=2").iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lengths(&api), [2, 2]);
    api.sandbox.set(ListEnd::EmptyPage);
    assert_eq!(lengths(&api), [2, 2, 0]);
    api.sandbox.set(ListEnd::Repeats);
    let pages = walk(&api, "limit=2");
    assert_eq!(pages.len(), 20);
    assert!(pages[1..].iter().all(|page| *page == pages[1]));
    assert!(walk(&api, "limit=10").iter().all(|page| page.len() == 4));
}

#[test]
fn new_items_do_not_shift_the_pages() {
    let (api, ids) = sold(4);
    let first = api.get(&format!("{LIST}?limit=2")).json();
    let after = first["paging"]["cursors"]["after"].as_str().unwrap();
    api.sale("13");
    let second = api.get(&format!("{LIST}?limit=2&after={after}")).json();
    assert_eq!(second["entities"][0]["id"], ids[1]);
    let before = second["paging"]["cursors"]["before"].as_str().unwrap();
    let back = api.get(&format!("{LIST}?limit=2&before={before}")).json();
    assert_eq!(back["entities"], first["entities"]);
}

#[test]
fn limits_have_a_default_and_a_greatest() {
    let (api, _) = sold(3);
    assert_eq!(count(&api, "limit=10000"), 3);
    api.sandbox.set(DefaultPage(2));
    assert_eq!(count(&api, ""), 2);
    api.sandbox.set(LongestPage(1));
    assert_eq!(count(&api, "limit=3"), 1);
    for wrong in [
        "limit=0",
        "limit=x",
        "after=x",
        "from_date=15-06-2026",
        "channel=FAX",
        "transaction_status=MAYBE",
        "min_amount=x",
    ] {
        assert_eq!(api.get(&format!("{LIST}?{wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn every_filter_filters() {
    let api = Api::new();
    let body = format!(
        r#"{{"amount": 5.25, {CARD}, "email": "Ana@b.c", "first_name": "Ana", "last_name": "Roy"}}"#
    );
    api.post("/transaction-service/sale", &body);
    api.sale("11");
    api.sale("12");
    let terminal = r#"{"amount": "13", "is_card_terminal_transaction": true, "processor_id": 7}"#;
    api.post("/transaction-service-vt/sale/terminal", terminal).is(200, "APPROVED");
    for (query, expected) in [
        ("", 4),
        ("transaction_status=APPROVED", 3),
        ("transaction_status=DECLINED,APPROVED", 4),
        ("transaction_status=PENDING", 0),
        ("channel=CARD_TERMINAL", 1),
        ("channel=E_COMMERCE,CARD_TERMINAL", 4),
        ("min_amount=11", 3),
        ("max_amount=11.00", 2),
        ("min_amount=11&max_amount=11", 1),
        ("email_address=ana%40b.c", 1),
        ("first_name=Ana&last_name=Roy", 1),
        ("first_name=Ana&last_name=Roe", 0),
        ("from_date=2026-06-15&to_date=2026-06-15", 4),
        ("from_date=2026-06-16", 0),
        ("to_date=2026-06-14", 0),
    ] {
        assert_eq!(count(&api, query), expected, "{query}");
    }
    api.sandbox.set(ToDate::Exclusive);
    assert_eq!(count(&api, "to_date=2026-06-15"), 0);
    assert_eq!(count(&api, "to_date=2026-06-16"), 4);
    api.sandbox.set(ToDate::Inclusive);
    // Midnight in UTC is the evening before in Vancouver.
    api.sandbox.set(DateZone::Pacific);
    assert_eq!(count(&api, "from_date=2026-06-15"), 0);
    assert_eq!(count(&api, "to_date=2026-06-14"), 4);
    api.post("/transaction-service/transaction?limit=10000", "").is(200, "entities");
}

#[test]
fn a_lag_hides_new_ones_from_lists_only() {
    let api = Api::with(Sandbox::builder().switch(ListingLag(30)));
    let id = api.sale("11").field("id");
    assert_eq!(count(&api, ""), 0);
    assert_eq!(api.get(&format!("{LIST}/{id}")).status, 200);
    api.sandbox.advance(Duration::from_secs(29));
    assert_eq!(count(&api, ""), 0);
    api.sandbox.advance(Duration::from_secs(1));
    assert_eq!(count(&api, ""), 1);
}

#[test]
fn ones_own_are_those_of_the_tokens_user() {
    let api = Api::new();
    let id: u64 = api.sale("11").field("id").parse().unwrap();
    api.sandbox.payfirma().refund_in_portal(id, "1".parse().unwrap()).unwrap();
    assert_eq!(count(&api, ""), 2);
    let own = api.get("/transaction-service/transaction/user").json();
    assert_eq!(own["entities"].as_array().unwrap().len(), 1);
}

#[test]
fn customers_are_listed_with_filters_and_by_plan() {
    let api = Api::new();
    let ana = api.customer("ana@x.y");
    api.customer("ben@x.y");
    api.customer("cyd@x.y");
    let (card, plan) = (api.card(&ana), crate::plans::plan(&api, "1", "WEEKLY"));
    let path = format!("/customer-service/customer/{ana}/subscription");
    let body = format!(r#"{{"plan_lookup_id": "{plan}", "card_lookup_id": "{card}"}}"#);
    assert_eq!(api.post(&path, &body).status, 200);
    let count = |path: &str| {
        let reply = api.get(&format!("/customer-service/customer{path}"));
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()["entities"].as_array().unwrap().len()
    };
    assert_eq!(count(""), 3);
    assert_eq!(count("?limit=1"), 1);
    assert_eq!(count("?email_address=BEN%40x.y"), 1);
    assert_eq!(count("?first_name=Brandon&company=none"), 0);
    assert_eq!(count("?with_subscription=true"), 1);
    assert_eq!(count("?with_subscription=false"), 2);
    assert_eq!(count(&format!("/plan/{plan}")), 1);
    assert_eq!(count(&format!("/plan/{plan}/?limit=5&first_name=Brandon")), 1);
    assert_eq!(api.get("/customer-service/customer/plan/nothing").status, 404);
}
