//! Subscriptions, and what they do as time goes by.

use std::time::Duration;

use crate::{
    api::{Api, NOW, Reply},
    plans::plan,
};

const DAY: Duration = Duration::from_secs(86_400);

fn subscribe(api: &Api, amount: &str) -> (String, Reply) {
    let plan = plan(api, amount, "DAILY");
    let customer = api.customer("brandon@stark.com");
    let card = api.card(&customer);
    let path = format!("/customer-service/customer/{customer}/subscription");
    let start = NOW + 1_000;
    let body = format!(
        r#"{{"plan_lookup_id": "{plan}", "card_lookup_id": "{card}", "start_date": {start},
            "email": "brandon@stark.com", "description": "My test subscription"}}"#
    );
    (customer, api.post(&path, &body))
}

fn subscription(reply: &Reply) -> serde_json::Value {
    reply.json()["subscriptions"][0].clone()
}

#[test]
fn a_subscription_charges_its_card_each_cycle() {
    let mut api = Api::new();
    let (customer, reply) = subscribe(&api, "11");
    let made = subscription(&reply);
    assert_eq!(made["status"], "ACTIVE");
    assert_eq!(made["next_run"], NOW + 1_000);
    assert_eq!(made["remaining_cycles"], 10);
    assert_eq!(api.sandbox.next_event_ms(), Some(NOW + 1_000));

    api.sandbox.advance(DAY * 2 + Duration::from_secs(5));
    assert_eq!(api.sandbox.ledger().count("sale"), 3);
    api.login();
    let read = subscription(&api.get(&format!("/customer-service/customer/{customer}")));
    assert_eq!(read["completed_cycles"], 3);
    assert_eq!(read["last_success"], NOW + 1_000 + 2 * 86_400_000);
    let list = api.get("/transaction-service/transaction?channel=RECURRING");
    assert_eq!(list.json()["entities"].as_array().unwrap().len(), 3);

    api.sandbox.advance(DAY * 100);
    assert_eq!(api.sandbox.ledger().count("sale"), 10);
    assert_eq!(api.sandbox.next_event_ms(), None);
}

#[test]
fn a_declined_subscription_is_tried_again_and_then_suspended() {
    let mut api = Api::new();
    let (customer, _) = subscribe(&api, "10");
    let status = |api: &mut Api| {
        api.login();
        let read = api.get(&format!("/customer-service/customer/{customer}"));
        subscription(&read)["status"].as_str().unwrap().to_owned()
    };
    api.sandbox.advance(DAY);
    assert_eq!(status(&mut api), "RETRY");
    api.sandbox.advance(DAY * 10);
    assert_eq!(status(&mut api), "SUSPENDED");
    assert_eq!(api.sandbox.ledger().count("sale_declined"), 3);
    assert_eq!(api.sandbox.ledger().count("sale"), 0);
}

#[test]
fn a_canceled_subscription_charges_no_more() {
    let api = Api::new();
    let (customer, reply) = subscribe(&api, "11");
    let id = subscription(&reply)["lookup_id"].as_str().unwrap().to_owned();
    let plan = subscription(&reply)["plan_lookup_id"].as_str().unwrap().to_owned();
    let path = format!("/customer-service/customer/{customer}/subscription/{id}");
    let changed = api.call("PATCH", &path, r#"{"amount": 13.5, "description": "d"}"#);
    changed.is(200, r#""amount":13.5"#);
    let counted = api.get(&format!("/plan-service/plan/{plan}")).json();
    assert_eq!(
        (&counted["current_subscriptions"], &counted["total_subscriptions"]),
        (&1.into(), &1.into())
    );

    let canceled = api.call("PATCH", &path, r#"{"status": "CANCELED"}"#);
    assert_eq!(subscription(&canceled)["status"], "CANCELED");
    api.call("PATCH", &path, r#"{"amount": 1}"#).is(400, "canceled");
    let counted = api.get(&format!("/plan-service/plan/{plan}")).json();
    assert_eq!(
        (&counted["current_subscriptions"], &counted["total_subscriptions"]),
        (&0.into(), &1.into())
    );
    let operations: Vec<_> =
        api.sandbox.requests().iter().filter_map(|r| r.operation.clone()).collect();
    assert!(operations.contains(&"payfirma.subscriptions.cancel".to_owned()));
    assert!(operations.contains(&"payfirma.subscriptions.update".to_owned()));
    api.sandbox.advance(DAY * 5);
    assert_eq!(api.sandbox.ledger().count("sale"), 0);
}

#[test]
fn what_a_subscription_needs() {
    let api = Api::new();
    let customer = api.customer("a@b.c");
    let (card, plan) = (api.card(&customer), plan(&api, "1", "WEEKLY"));
    let path = format!("/customer-service/customer/{customer}/subscription");
    for (body, status, part) in [
        ("{}".to_owned(), 400, "plan_lookup_id"),
        (format!(r#"{{"plan_lookup_id": "{plan}"}}"#), 400, "card_lookup_id"),
        (r#"{"plan_lookup_id": "x", "card_lookup_id": "y"}"#.to_owned(), 404, "plan"),
        (format!(r#"{{"plan_lookup_id": "{plan}", "card_lookup_id": "y"}}"#), 404, "card"),
        (
            format!(
                r#"{{"plan_lookup_id": "{plan}", "card_lookup_id": "{card}", "start_date": {NOW}}}"#
            ),
            400,
            "future",
        ),
    ] {
        api.post(&path, &body).is(status, part);
    }
    assert_eq!(api.sandbox.ledger().count("subscription_added"), 0);
}
