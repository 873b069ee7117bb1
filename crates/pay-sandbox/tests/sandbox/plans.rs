//! Plans.

use pay_sandbox::payfirma::switches::{MonthlyLiteral, RemoveAnswer};

use crate::api::Api;

const PLANS: &str = "/plan-service/plan";

pub(crate) fn plan(api: &Api, amount: &str, frequency: &str) -> String {
    let body = format!(
        r#"{{"name": "Sample Plan", "amount": {amount}, "currency": "CAD",
            "frequency": "{frequency}", "number_of_payments": 10, "send_receipt": false}}"#
    );
    let reply = api.post("/plan-service/plan/", &body);
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.field("lookup_id")
}

#[test]
fn a_plan_is_made_read_changed_and_removed() {
    let api = Api::new();
    let path = format!("{PLANS}/{}", plan(&api, "10.99", "DAILY"));
    let read = api.get(&path);
    read.is(200, r#""amount":10.99,"currency":"CAD","frequency":"DAILY","number_of_payments":10"#);
    assert_eq!(read.json()["total_subscriptions"], 0);
    api.call("PUT", &path, r#"{"amount": 5, "send_receipt": true}"#).is(200, r#""amount":5,"#);
    api.call("PATCH", &path, r#"{"name": "Other"}"#).is(200, r#""name":"Other""#);
    api.get(PLANS).is(200, r#"{"entities":[{"id":"#);
    api.call("DELETE", &path, "").is(200, "Other");
    assert_eq!(api.get(&path).status, 404);
    api.sandbox.set(RemoveAnswer::NoContent);
    let path = format!("{PLANS}/{}", plan(&api, "1", "WEEKLY"));
    assert_eq!(api.call("DELETE", &path, "").status, 204);
}

#[test]
fn what_a_plan_needs() {
    let api = Api::new();
    for (body, part) in [
        (r#"{"amount": 1, "currency": "CAD", "frequency": "DAILY"}"#, "name"),
        (r#"{"name": "p", "currency": "CAD", "frequency": "DAILY"}"#, "amount"),
        (r#"{"name": "p", "amount": 1, "frequency": "DAILY"}"#, "currency"),
        (r#"{"name": "p", "amount": 1, "currency": "CAD"}"#, "frequency"),
        (r#"{"name": "p", "amount": 1, "currency": "CAD", "frequency": "HOURLY"}"#, "frequency"),
    ] {
        api.post(PLANS, body).is(400, part);
    }
}

#[test]
fn the_word_for_monthly_is_a_switch() {
    let api = Api::new();
    for (setting, monthly, mothly) in [
        (MonthlyLiteral::Both, 200, 200),
        (MonthlyLiteral::Monthly, 200, 400),
        (MonthlyLiteral::Mothly, 400, 200),
    ] {
        api.sandbox.set(setting);
        for (word, status) in [("MONTHLY", monthly), ("MOTHLY", mothly)] {
            let body = format!(
                r#"{{"name": "p", "amount": 1, "currency": "CAD", "frequency": "{word}"}}"#
            );
            assert_eq!(api.post(PLANS, &body).status, status, "{setting:?} {word}");
        }
    }
}
