//! The sandbox's own surface.

use pay_sandbox::{Sandbox, UnknownSwitch};

use crate::api::{Api, NOW, Reply};

fn admin(api: &Api, method: &str, path: &str, body: &str) -> Reply {
    api.send(method, &format!("/_sandbox{path}"), None, body).unwrap()
}

#[test]
fn the_ledger_and_the_requests_can_be_read() {
    let api = Api::new();
    api.sale("11.50");
    api.sale("12");
    let ledger = admin(&api, "GET", "/ledger", "");
    assert_eq!(ledger.text, api.sandbox.ledger().to_json());
    assert_eq!(ledger.json()[0]["amount"], "11.5");
    assert_eq!(admin(&api, "GET", "/ledger?kind=sale", "").json().as_array().unwrap().len(), 1);
    let requests = admin(&api, "GET", "/requests", "").json();
    assert_eq!(requests[1]["operation"], "payfirma.transactions.sale");
    assert_eq!(requests[2]["status"], 402);
    admin(&api, "GET", "", "").is(200, "/_sandbox/ledger");
    assert_eq!(admin(&api, "GET", "/nothing", "").status, 404);
}

#[test]
fn the_clock_moves() {
    let api = Api::new();
    let moved = admin(&api, "POST", "/clock", r#"{"advance_seconds": 1.5}"#);
    moved.is(200, &format!("{{\"now_ms\":{}}}", NOW + 1_500));
    admin(&api, "POST", "/clock", r#"{"advance_ms": 500}"#);
    assert_eq!(api.sandbox.now_ms(), NOW + 2_000);
    for wrong in ["{}", "", r#"{"advance_seconds": -1}"#, r#"{"advance_seconds": "x"}"#] {
        assert_eq!(admin(&api, "POST", "/clock", wrong).status, 400, "{wrong}");
    }
}

#[test]
fn switches_are_listed_and_set_all_or_none() {
    let api = Api::new();
    let both = r#"{"payfirma.decline_shape": "200-object", "payfirma.listing_lag": 5}"#;
    admin(&api, "POST", "/switches", both).is(200, r#""setting":"200-object""#);
    api.sale("10").is(200, "DECLINED");
    let half = r#"{"payfirma.decline_shape": "402-object", "payfirma.nothing": "x"}"#;
    admin(&api, "POST", "/switches", half).is(400, "payfirma.nothing");
    api.sale("10").is(200, "DECLINED");
    let listed = admin(&api, "GET", "/switches", "").json();
    assert_eq!(listed.as_array().unwrap().len(), api.sandbox.switches().len());
    assert!(matches!(api.sandbox.set_by_name("x", "y"), Err(UnknownSwitch::Name(_))));
}

#[test]
fn every_setting_of_every_switch_can_be_set() {
    let api = Api::new();
    for state in api.sandbox.switches() {
        let name = state.spec.name;
        assert!(!state.spec.about.is_empty() && !state.spec.about.starts_with(' '), "{name}");
        let settings: Vec<&str> = match state.spec.settings {
            pay_sandbox::Settings::Named(all) => all.iter().map(|(name, _)| *name).collect(),
            _ => vec!["1", "7"],
        };
        assert!(settings.len() > 1, "{name}");
        for setting in settings {
            api.sandbox.set_by_name(name, setting).unwrap();
            let now = api.sandbox.switches();
            let now = now.iter().find(|state| state.spec.name == name).unwrap();
            assert_eq!(now.setting, setting, "{name}");
            // Whatever is set, the sandbox answers.
            assert!(matches!(api.sale("11").status, 200 | 201), "{name}={setting}");
        }
        api.sandbox.set_by_name(name, &state.spec.default_setting()).unwrap();
    }
}

#[test]
fn rules_are_added_listed_and_taken_away() {
    let api = Api::new();
    let rule = r#"{"rule": "kind=status status=503 on=payfirma.transactions.sale"}"#;
    admin(&api, "POST", "/faults", rule).is(201, r#"{"rule":1}"#);
    admin(&api, "POST", "/faults", r#"{"rule": "kind=melt"}"#).is(400, "melt");
    assert_eq!(api.sale("11").status, 503);
    let json = admin(&api, "GET", "/faults", "").json();
    assert_eq!(json["rules"][0]["fault"], "kind=status on=payfirma.transactions.sale status=503");
    assert_eq!(json["fired"][0]["count"], 1);
    assert_eq!(admin(&api, "DELETE", "/faults/1", "").status, 204);
    assert_eq!(admin(&api, "DELETE", "/faults/1", "").status, 404);
    assert_eq!(api.sale("11").status, 200);
    admin(&api, "POST", "/faults", rule);
    assert_eq!(admin(&api, "DELETE", "/faults", "").status, 204);
    assert_eq!(api.sale("11").status, 200);
}

#[test]
fn a_reset_goes_back_to_the_start() {
    let mut api = Api::with(Sandbox::builder().seed(9));
    let first = api.sale("11").text;
    api.sandbox.advance(std::time::Duration::from_secs(60));
    api.sandbox.set_by_name("payfirma.decline_shape", "200-object").unwrap();
    api.sandbox.add_fault("kind=close on=nothing".parse().unwrap()).unwrap();
    assert_eq!(admin(&api, "POST", "/reset", "").status, 204);
    assert!(api.sandbox.ledger().is_empty());
    assert!(api.sandbox.faults().is_empty());
    assert_eq!(api.sandbox.now_ms(), NOW);
    assert_eq!(api.sale("11").status, 401);
    api.sandbox.reset();
    api.login();
    api.sale("12").is(402, "DECLINED");
    api.sandbox.reset();
    api.login();
    // The same seed, the same requests at the same times: the same answers.
    assert_eq!(api.sale("11").text, first);
}

#[test]
fn what_happens_outside_the_api() {
    let api = Api::new();
    let code = admin(&api, "POST", "/payfirma/authorization-code", r#"{"merchant_id": "m"}"#);
    let granted = api.token(&format!("grant_type=authorization_code&code={}", code.field("code")));
    assert_eq!(granted.field("merchant_id"), "m");
    let card = format!("{{{}}}", crate::api::CARD);
    let token = admin(&api, "POST", "/payfirma/card-token", &card).field("token");
    let body = format!(r#"{{"amount": 1, "token": "{token}"}}"#);
    let sold = api.post("/transaction-service/sale", &body);
    sold.is(200, "APPROVED");
    assert_eq!(
        admin(&api, "POST", "/payfirma/payment-token", &card).field("payment_token").len(),
        20
    );
    admin(&api, "POST", "/payfirma/payment-token", r#"{"card_number": "1"}"#).is(400, "error");
    let refund = format!(r#"{{"id": {}, "amount": 1}}"#, sold.field("id"));
    assert_eq!(admin(&api, "POST", "/payfirma/portal-refund", &refund).status, 200);
    assert_eq!(admin(&api, "POST", "/payfirma/portal-refund", &refund).status, 400);
    assert_eq!(admin(&api, "POST", "/payfirma/settle-eft", "").status, 204);
    let incoming = r#"{"amount": 5, "email": "x@y.z"}"#;
    assert_eq!(admin(&api, "POST", "/payfirma/incoming-eft-request", incoming).status, 204);
    admin(&api, "GET", "/payfirma/token-grants", "").is(200, r#""client_credentials":1"#);
    assert_eq!(admin(&api, "POST", "/payfirma/expire-access-tokens", "").status, 204);
    assert_eq!(api.sale("11").status, 401);
}

#[test]
fn tags_are_known_to_the_ledger_alone() {
    let api = Api::new();
    let request = http::Request::post("/payfirma/gateway/transaction-service/sale")
        .header("authorization", format!("Bearer {}", api.token))
        .header("content-type", "application/json")
        .header("x-sandbox-tag", "intent-7")
        .body(format!(r#"{{"amount": 11, {}}}"#, crate::api::CARD).into())
        .unwrap();
    let response = api.sandbox.respond(request).unwrap();
    assert!(!String::from_utf8_lossy(response.body()).contains("intent-7"));
    assert_eq!(api.sandbox.ledger().tagged("intent-7").len(), 1);
    assert_eq!(api.sandbox.requests().last().unwrap().tag.as_deref(), Some("intent-7"));
}
