//! NumeroPay: tokens, payments, lists, errors, switches and faults.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use pay_sandbox::{
    Lost, Sandbox, SandboxBuilder,
    numeropay::{PaymentState, operation_ids, switches::*},
};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    api::{NOW, Reply, call},
    wire::send,
};

const LIFETIME: Duration = Duration::from_secs(1_200);

struct Merchant {
    sandbox: Sandbox,
    token: String,
}

impl Merchant {
    fn new() -> Self {
        Self::with(Sandbox::builder())
    }

    fn with(builder: SandboxBuilder) -> Self {
        let sandbox = builder.clock_stopped_at_ms(NOW).without_sockets();
        let numeropay = sandbox.numeropay();
        let token = numeropay.test_token(&numeropay.merchant(), LIFETIME);
        Self { sandbox, token }
    }

    fn try_call(&self, method: &str, path: &str, body: &str) -> Result<Reply, Lost> {
        let path = format!("/numeropay{path}");
        let token = format!("Bearer {}", self.token);
        call(&self.sandbox, method, &path, &[("authorization", &token)], body)
    }

    fn get(&self, path: &str) -> Reply {
        self.try_call("GET", path, "").unwrap()
    }

    fn create_with(&self, change: Value) -> Reply {
        let merchant = self.sandbox.numeropay().merchant();
        let mut body = json!({
            "amount": 101,
            "currency": "aud",
            "merchant": merchant.merchant_id,
            "businessName": merchant.business_names[0],
            "description": "sample transaction",
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.try_call("POST", "/transaction", &body.to_string()).unwrap()
    }

    /// The new payment's id.
    fn create(&self, amount: i64) -> String {
        self.create_with(json!({"amount": amount})).data("id")
    }

    fn state(&self, id: &str) -> String {
        self.get(&format!("/transaction/{id}")).data("state")
    }

    /// The descriptions of a list.
    fn listed(&self, query: &str) -> Vec<String> {
        let reply = self.get(&format!("/transaction?{query}"));
        let data =
            reply.json()["data"].as_array().unwrap_or_else(|| panic!("{}", reply.text)).clone();
        data.iter().map(|it| it["description"].as_str().unwrap().to_owned()).collect()
    }
}

impl Reply {
    fn data(&self, name: &str) -> String {
        match &self.json()["data"][name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    #[track_caller]
    fn is_error(&self, status: u16, name: &str) {
        self.is(status, &format!(r#""name":"{name}""#));
        let json = self.json();
        assert_eq!(json["success"], false);
        assert!(json["error"]["code"].is_number() && json["error"]["message"].is_string());
        assert!(json.get("data").is_none());
    }
}

/// A token by hand; a second reading of the document, independent of the sandbox's.
fn sign(header: &Value, payload: &Value, secret: &str) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(payload));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn header(key_id: &str) -> Value {
    json!({"alg": "HS256", "type": "JWT", "keyid": key_id})
}

fn payload() -> Value {
    json!({
        "scopes": ["YOUR", "SCOPES"],
        "iat": NOW / 1_000,
        "exp": NOW / 1_000 + 1_200,
        "iss": "merchant.numeropay",
        "sub": "17c69865-7edd-4d05-bc70-65a1b85b9322",
    })
}

/// The payload with one claim changed.
fn claim(name: &str, value: Value) -> Value {
    let mut payload = payload();
    payload[name] = value;
    payload
}

const KEY_ID: &str = "numeropay-key-id";
const TEST_KEY_ID: &str = "sandbox.numeropay-key-id";
const SECRET: &str = "numeropay-key-secret";

/// Whether a list answers such a token.
fn is_let_in(merchant: &Merchant, token: String) -> bool {
    let path = "/numeropay/transaction";
    let token = format!("Bearer {token}");
    let reply = call(&merchant.sandbox, "GET", path, &[("authorization", &token)], "").unwrap();
    assert!(matches!(reply.status, 200 | 401), "{}", reply.text);
    reply.status == 200
}

#[test]
fn the_operations_are_the_documents() {
    assert_eq!(
        operation_ids(),
        [
            "numeropay.transactions.create",
            "numeropay.transactions.get",
            "numeropay.transactions.list"
        ]
    );
}

#[test]
fn tokens_are_let_in_by_their_signature() {
    let merchant = Merchant::new();
    let is_let_in = |header: Value, payload: Value, secret: &str| {
        is_let_in(&merchant, sign(&header, &payload, secret))
    };
    assert!(is_let_in(header(KEY_ID), payload(), SECRET));
    assert!(is_let_in(header(TEST_KEY_ID), payload(), KEY_ID));
    // Each mode has its own secret.
    assert!(!is_let_in(header(KEY_ID), payload(), KEY_ID));
    assert!(!is_let_in(header(TEST_KEY_ID), payload(), SECRET));
    assert!(!is_let_in(header("nobody"), payload(), SECRET));
    assert!(!is_let_in(json!({"alg": "none", "type": "JWT", "keyid": KEY_ID}), payload(), SECRET));
    assert!(!is_let_in(json!({"type": "JWT", "keyid": KEY_ID}), payload(), SECRET));
}

#[test]
fn a_token_that_was_changed_is_not_let_in() {
    let merchant = Merchant::new();
    let good = sign(&header(KEY_ID), &payload(), SECRET);
    let parts: Vec<_> = good.split('.').collect();
    let other = sign(&header(KEY_ID), &claim("exp", json!(NOW / 1_000 + 9_000)), SECRET);
    let other: Vec<_> = other.split('.').collect();
    for token in [
        format!("{}.{}.{}", parts[0], other[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}.{}", parts[2]),
        format!("{good}="),
        good.replace('.', "-"),
        String::new(),
        "a.b.c".to_owned(),
    ] {
        assert!(!is_let_in(&merchant, token.clone()), "{token}");
    }
    assert!(is_let_in(&merchant, good.clone()));
    // Without the scheme, with another one, without anything.
    for value in [&good, &format!("Basic {good}"), ""] {
        let headers = [("authorization", value)];
        let reply = call(&merchant.sandbox, "GET", "/numeropay/transaction", &headers, "").unwrap();
        assert_eq!(reply.status, 401);
    }
    assert!(!merchant.get("/transaction").text.contains(&merchant.token));
}

#[test]
fn the_claims_are_checked_on_the_sandboxs_clock() {
    let merchant = Merchant::new();
    let now = NOW / 1_000;
    let with = |payload: Value| is_let_in(&merchant, sign(&header(KEY_ID), &payload, SECRET));
    assert!(with(payload()));
    for (name, value) in [
        ("iat", json!(now + 1)),
        ("exp", json!(now)),
        ("iat", json!("x")),
        ("exp", json!(null)),
        ("nbf", json!(now + 1)),
        ("iss", json!("numeropay")),
        ("sub", json!("5f0c2a3e-9d1b-4c7a-8e55-0b6f4d2c1a90")),
        ("scopes", json!("text")),
        ("scopes", json!([1])),
    ] {
        assert!(!with(claim(name, value.clone())), "{name} {value}");
    }
    assert!(with(claim("nbf", json!(now))));
    // The token of the test expires.
    merchant.sandbox.advance(Duration::from_secs(1_199));
    assert_eq!(merchant.get("/transaction").status, 200);
    merchant.sandbox.advance(Duration::from_secs(1));
    assert_eq!(merchant.get("/transaction").status, 401);
    merchant.sandbox.set(ClockLeeway(5));
    assert_eq!(merchant.get("/transaction").status, 200);
    merchant.sandbox.set(LongestTokenLife(1_000));
    assert_eq!(merchant.get("/transaction").status, 401);
}

#[test]
fn the_standards_headers_count_only_where_that_is_switched_on() {
    let merchant = Merchant::new();
    let standard = json!({"alg": "HS256", "typ": "JWT", "kid": KEY_ID});
    let without_type = json!({"alg": "HS256", "keyid": KEY_ID});
    for (setting, expected) in [
        (JwtHeader::Documented, [true, false, false]),
        (JwtHeader::Either, [true, true, false]),
        (JwtHeader::KeyIdOnly, [true, false, true]),
    ] {
        merchant.sandbox.set(setting);
        let got = [&header(KEY_ID), &standard, &without_type]
            .map(|header| is_let_in(&merchant, sign(header, &payload(), SECRET)));
        assert_eq!(got, expected, "{setting:?}");
    }
}

#[test]
fn scopes_can_matter() {
    let merchant = Merchant::new();
    let token = |scopes: Value| {
        let token = sign(&header(KEY_ID), &claim("scopes", scopes), SECRET);
        Merchant { sandbox: merchant.sandbox.clone(), token }
    };
    let nothing = sign(&header(KEY_ID), &claim("scopes", Value::Null), SECRET);
    merchant.sandbox.set(Scopes::Required);
    token(json!(["transaction.create"])).get("/transaction").is_error(200, "FORBIDDEN");
    let reader = token(json!(["x", "transaction.read"]));
    assert_eq!(reader.get("/transaction").json()["success"], true);
    reader.create_with(json!({})).is_error(200, "FORBIDDEN");
    assert!(!is_let_in(&merchant, nothing.clone()));
    merchant.sandbox.set(Scopes::Ignored);
    assert!(is_let_in(&merchant, nothing));
}

#[test]
fn a_bad_token_is_answered_as_switched() {
    let merchant = Merchant { token: "x".to_owned(), ..Merchant::new() };
    merchant.get("/transaction").is_error(401, "UNAUTHORIZED");
    merchant.sandbox.set(AuthFailure::Forbidden);
    merchant.get("/transaction").is_error(200, "FORBIDDEN");
    merchant.sandbox.set(ErrorStatus::Always500);
    merchant.get("/transaction").is_error(500, "FORBIDDEN");
    merchant.sandbox.set(AuthFailure::Plain401);
    let reply = merchant.get("/transaction");
    assert_eq!((reply.status, reply.text.as_str()), (401, "Unauthorized"));
}

#[test]
fn a_new_payment_reads_like_the_documents_sample() {
    let merchant = Merchant::new();
    let reply = merchant.create_with(json!({"amount": 100}));
    let json = reply.json();
    let id = json["data"]["id"].as_str().unwrap();
    assert_eq!(id.len(), 9);
    assert!(id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
    assert_eq!(
        json,
        json!({
            "data": {
                "id": id,
                "merchant": "17c69865-7edd-4d05-bc70-65a1b85b9322",
                "businessName": "Infinity Group",
                "channel": 1,
                "amount": 100,
                "currency": "aud",
                "description": "sample transaction",
                "structure": {},
                "state": 0,
                "createdOn": "2026-06-15T00:00:00.000Z",
                "updatedOn": "2026-06-15T00:00:00.000Z",
                "ipAddress": "127.0.0.1",
            },
            "success": true,
        })
    );
    assert_eq!(merchant.get(&format!("/transaction/{id}")).text, reply.text);
    let effect = merchant.sandbox.ledger().effects()[0].clone();
    assert_eq!((effect.kind.as_str(), effect.id.as_str()), ("payment_created", id));
    assert_eq!(effect.operation, "numeropay.transactions.create");
    assert_eq!(effect.account, "17c69865-7edd-4d05-bc70-65a1b85b9322");
    assert_eq!(merchant.sandbox.ledger().referring_to("sample transaction").len(), 1);
}

#[test]
fn amounts_are_exact() {
    let merchant = Merchant::new();
    let id = merchant.sandbox.numeropay().merchant().merchant_id;
    let body = format!(
        r#"{{"amount": 9007199254740993.01, "currency": "aud", "merchant": "{id}", "businessName": "Infinity Group"}}"#
    );
    let reply = merchant.try_call("POST", "/transaction", &body).unwrap();
    reply.is(200, r#""amount":9007199254740993.01,"#);
    let total = merchant.sandbox.ledger().total("payment_created");
    assert_eq!(total.to_string(), "9007199254740993.01");
}

#[test]
fn what_cannot_be_is_refused() {
    let merchant = Merchant::new();
    for wrong in [
        json!({"amount": 0}),
        json!({"amount": -1}),
        json!({"amount": 1.001}),
        json!({"amount": "1"}),
        json!({"amount": null}),
        json!({"currency": "AUD"}),
        json!({"currency": "au"}),
        json!({"currency": null}),
        json!({"merchant": null}),
        json!({"merchant": 5}),
        json!({"businessName": "Nobody's"}),
        json!({"businessName": ""}),
        json!({"description": 5}),
        json!({"structure": [1]}),
    ] {
        merchant.create_with(wrong).is_error(200, "BAD_REQUEST");
    }
    let call = |body| merchant.try_call("POST", "/transaction", body).unwrap();
    call("{").is_error(200, "BAD_REQUEST");
    call("[1]").is_error(200, "BAD_REQUEST");
    let other = merchant.sandbox.numeropay().other_merchant().merchant_id;
    merchant.create_with(json!({"merchant": other})).is_error(200, "FORBIDDEN");
    merchant.sandbox.set(ForeignMerchant::BadRequest);
    merchant.create_with(json!({"merchant": other})).is_error(200, "BAD_REQUEST");
    merchant.sandbox.set(Currencies::AudOnly);
    merchant.create_with(json!({"currency": "eur"})).is_error(200, "BAD_REQUEST");
    assert!(merchant.sandbox.ledger().is_empty());
    assert_eq!(merchant.create_with(json!({"description": null})).json()["success"], true);
}

#[test]
fn errors_come_under_the_status_that_is_switched_on() {
    let merchant = Merchant::new();
    for (setting, status) in
        [(ErrorStatus::ByName, 200), (ErrorStatus::Always200, 200), (ErrorStatus::Always500, 500)]
    {
        merchant.sandbox.set(setting);
        merchant.get("/transaction/ABCDEFGHI").is_error(status, "NOT_FOUND");
        merchant.get("/nothing").is_error(status, "NOT_IMPLEMENTED");
        let put = merchant.try_call("PUT", "/transaction", "{}").unwrap();
        put.is_error(status, "NOT_IMPLEMENTED");
    }
}

#[test]
fn nobody_sees_what_is_not_theirs() {
    let merchant = Merchant::new();
    let id = merchant.create(1);
    let numeropay = merchant.sandbox.numeropay();
    let other = numeropay.test_token(&numeropay.other_merchant(), LIFETIME);
    let other = Merchant { sandbox: merchant.sandbox.clone(), token: other };
    other.get(&format!("/transaction/{id}")).is_error(200, "FORBIDDEN");
    assert!(other.listed("").is_empty());
    let live = numeropay.live_token(&numeropay.merchant(), LIFETIME);
    let live = Merchant { sandbox: merchant.sandbox.clone(), token: live };
    live.get(&format!("/transaction/{id}")).is_error(200, "NOT_FOUND");
    assert!(live.listed("").is_empty());
    assert_eq!(merchant.listed("").len(), 1);
}

#[test]
fn payers_pay_by_hand() {
    let merchant = Merchant::new();
    let numeropay = merchant.sandbox.numeropay();
    let (odd, even, canceled) = (merchant.create(11), merchant.create(10), merchant.create(13));
    assert_eq!(numeropay.start_paying(&odd), Ok(PaymentState::InProgress));
    assert_eq!(merchant.state(&odd), "1");
    merchant.sandbox.advance(Duration::from_secs(5));
    assert_eq!(numeropay.pay(&odd), Ok(PaymentState::Completed));
    assert_eq!(merchant.state(&odd), "2");
    let paid = merchant.get(&format!("/transaction/{odd}"));
    assert_eq!(paid.data("updatedOn"), "2026-06-15T00:00:05.000Z");
    assert_eq!(numeropay.pay(&even), Ok(PaymentState::InProgress));
    assert_eq!(numeropay.cancel(&canceled), Ok(PaymentState::Canceled));
    assert_eq!(merchant.state(&canceled), "3");
    for id in [odd.as_str(), canceled.as_str(), "nothing"] {
        assert!(numeropay.pay(id).is_err() && numeropay.cancel(id).is_err());
    }
    // What was done by hand is not done again by the clock.
    merchant.sandbox.advance(Duration::from_secs(9_999));
    let ledger = merchant.sandbox.ledger();
    let count = |kind| ledger.count(kind);
    let counts = [count("payment_completed"), count("payment_failed"), count("payment_canceled")];
    assert_eq!(counts, [1, 1, 1]);
    assert_eq!(ledger.total("payment_completed").to_string(), "11");
}

#[test]
fn payers_pay_by_the_clock() {
    let merchant = Merchant::new();
    let (odd, even) = (merchant.create(11), merchant.create(10));
    assert_eq!(merchant.sandbox.next_event_ms(), Some(NOW + 60_000));
    merchant.sandbox.advance(Duration::from_secs(60));
    assert_eq!((merchant.state(&odd), merchant.state(&even)), ("1".into(), "1".into()));
    merchant.sandbox.advance(Duration::from_secs(600));
    assert_eq!((merchant.state(&odd), merchant.state(&even)), ("2".into(), "1".into()));
    let ledger = merchant.sandbox.ledger();
    assert_eq!(ledger.effects_of("payment_completed")[0].at_ms, NOW + 120_000);
    assert_eq!(merchant.sandbox.next_event_ms(), None);
}

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

#[test]
fn enumerations_and_structure_take_other_forms() {
    let merchant = Merchant::new();
    let sent = json!({"structure": {"order": 5, "b": "c"}});
    assert_eq!(merchant.create_with(sent.clone()).json()["data"]["structure"], sent["structure"]);
    for (name, setting) in [
        ("numeropay.state", "name"),
        ("numeropay.channel", "name"),
        ("numeropay.structure", "text"),
    ] {
        merchant.sandbox.set_by_name(name, setting).unwrap();
    }
    let reply = merchant.create_with(sent);
    let json = reply.json()["data"].clone();
    assert_eq!((&json["state"], &json["channel"]), (&json!("CREATED"), &json!("API")));
    let structure: Value = serde_json::from_str(json["structure"].as_str().unwrap()).unwrap();
    assert_eq!(structure["order"], 5);
    merchant.sandbox.set(Structure::Absent);
    merchant.sandbox.set(StateForm::Number);
    merchant.sandbox.set(StateNumbers::CanceledBelow);
    let id = reply.data("id");
    merchant.sandbox.numeropay().cancel(&id).unwrap();
    let json = merchant.get(&format!("/transaction/{id}")).json();
    assert!(json["data"].get("structure").is_none());
    assert_eq!(json["data"]["state"], -1);
}

#[test]
fn faults_strike_here_too() {
    let fault = |rule: &str| {
        let merchant = Merchant::new();
        merchant.sandbox.add_fault(rule.parse().unwrap()).unwrap();
        merchant
    };
    let on = "on=numeropay.transactions.create";
    let merchant = fault(&format!("kind=status status=500 phase=after {on}"));
    merchant.create_with(json!({})).is_error(500, "SYSTEM_ERROR");
    assert_eq!(merchant.sandbox.ledger().count("payment_created"), 1);
    let merchant = fault(&format!("kind=wrong-amount by=0.01 {on}"));
    assert_eq!(merchant.create_with(json!({})).data("amount"), "101.01");
    let merchant = fault(&format!("kind=unknown-value {on}"));
    let json = merchant.create_with(json!({})).json();
    assert_eq!(
        (&json["data"]["state"], &json["success"]),
        (&json!("SOMETHING_NEW"), &json!("SOMETHING_NEW"))
    );
    let merchant = fault(&format!("kind=stall phase=later:5000 {on}"));
    let body = json!({"amount": 7, "currency": "aud", "merchant": "17c69865-7edd-4d05-bc70-65a1b85b9322",
        "businessName": "Infinity Group"});
    assert!(merchant.try_call("POST", "/transaction", &body.to_string()).is_err());
    // The token was good when the request came.
    merchant.sandbox.advance(Duration::from_secs(5_000));
    assert_eq!(merchant.sandbox.ledger().count("payment_created"), 1);
}

#[test]
fn what_the_handle_does_can_be_done_over_http() {
    let merchant = Merchant::new();
    let post = |path: &str| {
        let path = format!("/_sandbox/numeropay{path}");
        call(&merchant.sandbox, "POST", &path, &[], "").unwrap()
    };
    let minted = post("/token").text;
    let merchant = Merchant { sandbox: merchant.sandbox.clone(), token: minted };
    let (one, two) = (merchant.create(11), merchant.create(11));
    post(&format!("/start/{one}")).is(200, "IN_PROGRESS");
    post(&format!("/pay/{one}")).is(200, "COMPLETED");
    post(&format!("/cancel/{two}")).is(200, "CANCELED");
    post(&format!("/pay/{two}")).is(400, "CANCELED");
    let help = call(&merchant.sandbox, "GET", "/_sandbox", &[], "").unwrap();
    help.is(200, "/_sandbox/numeropay/pay/{id}");
}

#[test]
fn what_is_kept_and_shown_holds_no_secret() {
    let merchant = Merchant::new();
    merchant.create(11);
    merchant.get(&format!("/transaction?x={}", merchant.token));
    let shown = [
        format!("{:?}", merchant.sandbox.requests()),
        format!("{:?}", merchant.sandbox.numeropay()),
        merchant.sandbox.ledger().to_json(),
    ];
    for text in shown {
        assert!(!text.contains(SECRET) && !text.contains(&merchant.token), "{text}");
    }
}

#[tokio::test]
async fn it_listens_below_the_one_address() {
    let sandbox = Sandbox::start().await.unwrap();
    let numeropay = sandbox.numeropay();
    assert_eq!(numeropay.base_url(), format!("{}/numeropay", sandbox.base_url()));
    let token = numeropay.test_token(&numeropay.merchant(), LIFETIME);
    let reply = send(&sandbox, "GET", "/numeropay/transaction", Some(&token), "").await;
    assert_eq!(reply.body(), r#"{"data":[],"success":true}"#);
}
