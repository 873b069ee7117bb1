//! NumeroPay: payments, errors, switches and faults. Tokens and lists have files of their own.

use std::time::Duration;

use pay_sandbox::{
    Lost, Sandbox, SandboxBuilder,
    numeropay::{PaymentState, operation_ids, switches::*},
};
use serde_json::{Value, json};

use crate::{
    api::{NOW, Reply, call},
    wire::send,
};

const LIFETIME: Duration = Duration::from_secs(1_200);

pub(crate) struct Merchant {
    pub(crate) sandbox: Sandbox,
    pub(crate) token: String,
}

impl Merchant {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.try_call("GET", path, "").unwrap()
    }

    pub(crate) fn create_with(&self, change: Value) -> Reply {
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
    pub(crate) fn create(&self, amount: i64) -> String {
        self.create_with(json!({"amount": amount})).data("id")
    }

    fn state(&self, id: &str) -> String {
        self.get(&format!("/transaction/{id}")).data("state")
    }

    /// The descriptions of a list.
    pub(crate) fn listed(&self, query: &str) -> Vec<String> {
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
    pub(crate) fn is_error(&self, status: u16, name: &str) {
        self.is(status, &format!(r#""name":"{name}""#));
        let json = self.json();
        assert_eq!(json["success"], false);
        assert!(json["error"]["code"].is_number() && json["error"]["message"].is_string());
        assert!(json.get("data").is_none());
    }
}

#[test]
fn the_operations_are_the_documents() {
    assert_eq!(
        operation_ids(),
        ["numeropay.payments.create", "numeropay.payments.get", "numeropay.payments.list"]
    );
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
    assert_eq!(effect.operation, "numeropay.payments.create");
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
    let on = "on=numeropay.payments.create";
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
        assert!(
            !text.contains(merchant.sandbox.numeropay().merchant().key_secret)
                && !text.contains(&merchant.token),
            "{text}"
        );
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
