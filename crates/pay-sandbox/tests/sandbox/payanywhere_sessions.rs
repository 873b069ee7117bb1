//! Payanywhere: logins, tokens, whose account is whose.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use pay_sandbox::payanywhere::{SaleKind, switches::*};
use serde_json::{Value, json};

use crate::{
    api::{NOW, call},
    payanywhere::Merchant,
};

#[test]
fn a_login_gives_token_account_and_mid() {
    let merchant = Merchant::new();
    let log_in = || merchant.log_in(&merchant.login()).json();
    let json = log_in();
    let names: Vec<_> = json.as_object().unwrap().keys().collect();
    assert_eq!(names, ["accountId", "mid", "token"]);
    assert_eq!((&json["accountId"], &json["mid"]), (&json!(40_017), &json!("8788290000017")));
    let claims = json["token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["exp"], NOW / 1_000 + 2_400);
    merchant.sandbox.set(AccountIdForm::Text);
    merchant.sandbox.set(MidEcho::NotSent);
    let json = log_in();
    assert_eq!((&json["accountId"], json.get("mid")), (&json!("40017"), None));
}

#[test]
fn wrong_credentials_are_a_404_and_missing_ones_a_400() {
    let merchant = Merchant::new();
    for name in ["mid", "developerKey", "password"] {
        let mut body = merchant.login();
        body[name] = json!("1");
        merchant.log_in(&body).is(404, r#"{"message":"Unauthorized Request"}"#);
        body[name] = Value::Null;
        merchant.log_in(&body).is(400, "Invalid Post Data");
        body[name] = json!(8_788_290_000_017_u64);
        merchant.log_in(&body).is(400, "must be text");
    }
    merchant.log_in(&json!([])).is(400, "Invalid Post Data");
    let counts = merchant.sandbox.payanywhere().sessions();
    assert_eq!((counts.logins, counts.refused), (1, 10));
}

#[test]
fn the_app_source_must_be_the_merchants_on_every_call() {
    let mut merchant = Merchant::new();
    merchant.app_source = merchant.sandbox.payanywhere().other_merchant().app_source;
    let path = merchant.own("/transactions");
    merchant.log_in(&merchant.login()).is(404, "Unauthorized Request");
    merchant.get(&path).is(401, "Unauthorized");
    merchant.sandbox.set(AppSourceFailure::BadRequest);
    merchant.log_in(&merchant.login()).is(400, "x-nabwss-appsource");
    merchant.get(&path).is(400, "x-nabwss-appsource");
    // Not there at all.
    let token = format!("Bearer {}", merchant.token);
    let headers = [("authorization", token.as_str())];
    let path = format!("/payanywhere{path}");
    let reply = call(&merchant.sandbox, "GET", &path, &headers, "").unwrap();
    assert_eq!(reply.status, 400);
}

#[test]
fn a_session_lasts_40_minutes_and_is_refreshed_only_while_it_lasts() {
    let merchant = Merchant::new();
    let path = merchant.own("/transactions");
    merchant.sandbox.advance(Duration::from_secs(2_399));
    let reply = merchant.post("/auth/refreshSession", &json!({}));
    assert_eq!(reply.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["token"]);
    let refreshed = merchant.holding(reply.field("token"));
    // The old one lives on, for a second.
    assert_eq!(merchant.get(&path).status, 200);
    merchant.sandbox.advance(Duration::from_secs(1));
    merchant.get(&path).is(401, r#"{"message":"Unauthorized"}"#);
    merchant.post("/auth/refreshSession", &json!({})).is(401, "Unauthorized");
    assert_eq!(refreshed.get(&path).status, 200);
    merchant.sandbox.set(RefreshAnswer::AsLogin);
    merchant.sandbox.set(RefreshedToken::Dies);
    // Without a body, as documented.
    let again = refreshed.try_call("POST", "/auth/refreshSession", "").unwrap();
    assert_eq!(again.json()["accountId"], 40_017);
    refreshed.get(&path).is(401, "Unauthorized");
    assert_eq!(refreshed.holding(again.field("token")).get(&path).status, 200);
    assert_eq!(merchant.sandbox.payanywhere().sessions().refreshes, 2);
}

#[test]
fn a_log_out_is_a_get_that_ends_the_session() {
    let merchant = Merchant::new();
    merchant.get("/auth/expireToken").is(200, "Request Authorized");
    merchant.get(&merchant.own("/transactions")).is(401, "Unauthorized");
    merchant.get("/auth/expireToken").is(401, "Unauthorized");
    merchant.post("/auth/refreshSession", &json!({})).is(401, "Unauthorized");
    for (setting, body) in [(LogOutAnswer::EmptyObject, "{}"), (LogOutAnswer::Empty, "")] {
        merchant.sandbox.set(setting);
        let token = merchant.log_in(&merchant.login()).field("token");
        let reply = merchant.holding(token).get("/auth/expireToken");
        assert_eq!((reply.status, reply.text.as_str()), (200, body));
    }
    assert_eq!(merchant.sandbox.payanywhere().sessions().log_outs, 3);
}

#[test]
fn without_a_token_nothing_but_logging_in_works() {
    let merchant = Merchant::new();
    let nobody = merchant.holding("x".to_owned());
    let mid = merchant.sandbox.payanywhere().merchant().mid;
    for (method, path) in [
        ("POST", "/auth/refreshSession".to_owned()),
        ("GET", "/auth/expireToken".to_owned()),
        ("GET", merchant.own("/transactions")),
        ("GET", merchant.own("/transactions/15218")),
        ("POST", merchant.own("/transactions")),
        ("POST", merchant.own("/invoices")),
        ("POST", merchant.own("/notification")),
        ("POST", format!("/mids/{mid}/gateways/payment")),
    ] {
        nobody.try_call(method, &path, "{}").unwrap().is(401, "Unauthorized");
    }
    merchant.sandbox.payanywhere().expire_tokens();
    merchant.get(&merchant.own("/transactions")).is(401, "Unauthorized");
}

#[test]
fn another_merchants_account_is_out_of_reach() {
    let merchant = Merchant::new();
    let sale = merchant.settled("11");
    let other = merchant.sandbox.payanywhere().other_merchant();
    let mut others = merchant.holding(String::new());
    others.app_source = other.app_source;
    let login =
        json!({"mid": other.mid, "developerKey": other.developer_key, "password": other.password});
    others.token = others.log_in(&login).field("token");
    for (setting, status) in [
        (ForeignAccount::Unauthorized, 401),
        (ForeignAccount::Forbidden, 403),
        (ForeignAccount::NotFound, 404),
    ] {
        merchant.sandbox.set(setting);
        assert_eq!(others.get(&merchant.own("/transactions")).status, status);
        assert_eq!(others.refund(sale, "1.00").status, status);
        assert_eq!(others.charge("x", "1.00").status, status);
    }
    let own = format!("/accounts/{}/transactions", other.account_id);
    assert_eq!(others.get(&own).text, r#"{"transactions":[]}"#);
    others.get(&format!("{own}/{sale}")).is(404, "not found");
    let body = crate::payanywhere::refund(sale, "1.00");
    others.post(&own, &body).is(404, "no such sale");
    assert_eq!(merchant.sandbox.ledger().count("refund"), 0);

    // Nor does one merchant's batch close another's.
    let body = json!({"token": merchant.card_token(), "amount": "11.00",
        "gateway_public_key": other.gateway_public_key});
    let path = format!("/mids/{}/gateways/payment", other.mid);
    let sale = others.post(&path, &body).json()["id"].clone();
    merchant.sale("11", SaleKind::Card);
    merchant.sandbox.payanywhere().close_batch().unwrap();
    let body = json!({"type": "void", "transaction_id": sale, "username": "a@b.c"});
    others.post(&own, &body).is(200, "void_id");
}
