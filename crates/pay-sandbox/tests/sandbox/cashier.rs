//! Cashier: payments and payouts. Reading back, refusals and webhooks have files of their own.

use std::time::Duration;

use pay_sandbox::{
    Lost, Sandbox, SandboxBuilder,
    cashier::{CashierHandle, TransactionStatus, operation_ids, switches::*},
};
use serde_json::{Value, json};

use crate::api::{NOW, Reply, call};

pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) key: Option<&'static str>,
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self::with(Sandbox::builder())
    }

    fn with(builder: SandboxBuilder) -> Self {
        let sandbox = builder.clock_stopped_at_ms(NOW).without_sockets();
        Self { key: Some(sandbox.cashier().api_key()), sandbox }
    }

    pub(crate) fn try_call(&self, method: &str, path: &str, body: &str) -> Result<Reply, Lost> {
        let headers: Vec<_> = self.key.iter().map(|key| ("X-Api-Key", *key)).collect();
        call(&self.sandbox, method, &format!("/cashier{path}"), &headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.try_call("GET", path, "").unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.try_call("POST", path, &body.to_string()).unwrap()
    }

    /// A card payment; its tracking id is the amount.
    pub(crate) fn pay_by_card(&self, number: &str, amount: &str) -> Reply {
        let mut body = order(amount, amount);
        body["request"]["routing_id"] = json!(210);
        body["card_details"] = card(number);
        self.post("/s2s", &body)
    }

    /// A payout; its tracking id is the amount.
    pub(crate) fn pay_out(&self, amount: &str) -> Reply {
        self.post("/payout", &order(amount, amount))
    }

    pub(crate) fn decide(&self, verb: &str, id: &str) -> Reply {
        self.post(&format!("/payout/{verb}"), &json!({"transaction_id": id}))
    }

    pub(crate) fn status(&self, id: &str) -> String {
        self.get(&format!("/transaction/{id}")).field("transaction_status")
    }

    fn kinds(&self) -> Vec<String> {
        self.sandbox.ledger().effects().iter().map(|effect| effect.kind.clone()).collect()
    }
}

/// The least that goes through.
pub(crate) fn order(tracking_id: &str, amount: &str) -> Value {
    json!({"request": {
        "mode": "test",
        "user_id": "U123",
        "tracking_id": tracking_id,
        "amount": amount.parse::<serde_json::Number>().unwrap(),
        "currency": "EUR",
    }})
}

/// The document's sample of a hosted payment.
pub(crate) fn sample() -> Value {
    json!({"request": {
        "mode": "test",
        "theme": "dark",
        "settings": {},
        "user_id": "128",
        "tracking_id": "fb832194-34e1-4e6c-8494-d88034cf3e47",
        "ip": "127.34.125.54",
        "amount": 10.05,
        "currency": "EUR",
        "amount_restricted": true,
        "customer": {
            "max_deposit_limit": 1000,
            "first_name": "John",
            "last_name": "Doe",
            "kyc_status": "passed",
            "email": "user@example.com",
            "zip_code": "12345",
            "address": "123 Main Street",
            "city": "New York",
            "dob": "05/03/2000",
            "country_code": "GB",
            "phone": {"country": "GB", "number": 783433252, "prefix": 44}
        }
    }})
}

pub(crate) fn card(number: &str) -> Value {
    json!({"holder_name": "John Doe", "card_number": number, "cvc": "444", "exp_month": "05",
        "exp_year": "2028"})
}

#[test]
fn the_operations_are_the_documents() {
    let ids = [
        "cashier.payments.direct",
        "cashier.payments.hosted",
        "cashier.payments.s2s",
        "cashier.payouts.approve",
        "cashier.payouts.create",
        "cashier.payouts.reject",
        "cashier.transactions.get",
        "cashier.transactions.list",
    ];
    assert_eq!(operation_ids(), ids);
}

#[test]
fn a_hosted_payment_is_decided_on_its_page() {
    let shop = Shop::new();
    let cashier = shop.sandbox.cashier();
    let reply = shop.post("/hosted", &sample());
    let token = reply.field("token");
    assert_eq!(reply.json(), json!({"token": token}));
    assert_eq!(token.len(), 50);
    let id = "fb832194-34e1-4e6c-8494-d88034cf3e47";
    assert_eq!(shop.status(id), "pending");
    let own = shop.sandbox.ledger().effects()[0].id.clone();
    assert_eq!(cashier.transaction_on_page(&token).as_ref(), Some(&own));
    assert_eq!(cashier.transaction_on_page(&cashier.page_url(&token)).as_ref(), Some(&own));
    assert_eq!((cashier.page_of(&own), cashier.page_of(id)), (Some(token.clone()), None));
    // 10.05 is even.
    assert_eq!(cashier.complete_page(&token), Ok(TransactionStatus::Rejected));
    let read = shop.get(&format!("/transaction/{id}"));
    let expected =
        json!({"transaction_status": "rejected", "rejected_reason": "Insufficient funds"});
    assert_eq!(read.json(), expected);
    assert!(cashier.complete_page(&token).is_err());
    assert!(cashier.give_up_page("nothing").is_err());

    let page = |amount: &str| {
        let token = shop.post("/hosted", &order(amount, amount)).field("token");
        cashier.page_url(&token)
    };
    assert_eq!(cashier.complete_page(&page("11")), Ok(TransactionStatus::Successful));
    assert_eq!(cashier.give_up_page(&page("13")), Ok(TransactionStatus::Rejected));
    shop.get("/transaction/11").is(200, r#"{"transaction_status":"successful"}"#);
    shop.get("/transaction/13").is(200, "The payer gave up");
    // A browser: no key.
    let browser = Shop { sandbox: shop.sandbox.clone(), key: None };
    let url = page("15");
    let path = url.rsplit_once("/cashier").unwrap().1.to_owned();
    browser.get(&path).is(200, "<p>The transaction is successful");
    browser.get(&path).is(200, "<p>The transaction is successful");
    browser.get(&format!("{path}x")).is(404, "page");
    let cancel = page("17").rsplit_once("/cashier").unwrap().1.to_owned() + "?cancel=true";
    browser.get(&cancel).is(200, "rejected");
    let ledger = shop.sandbox.ledger();
    assert_eq!(ledger.count("deposit_started"), 5);
    assert_eq!((ledger.count("deposit"), ledger.count("deposit_rejected")), (2, 3));
    assert_eq!(ledger.total("deposit").to_string(), "26");
    assert_eq!(ledger.referring_to(id).len(), 2);
}

#[test]
fn a_payer_may_change_an_amount_that_is_not_restricted() {
    let shop = Shop::new();
    let cashier = shop.sandbox.cashier();
    let token = shop.post("/hosted", &order("a", "10")).field("token");
    let amount = "11.5".parse().unwrap();
    assert!(cashier.complete_page_paying(&token, "0".parse().unwrap()).is_err());
    assert_eq!(cashier.complete_page_paying(&token, amount), Ok(TransactionStatus::Successful));
    assert_eq!(shop.sandbox.ledger().total("deposit"), amount);
    let token = shop.post("/hosted", &sample()).field("token");
    assert!(cashier.complete_page_paying(&token, amount).is_err());
}

#[test]
fn a_hosted_transaction_can_come_to_be_with_its_payer() {
    let shop = Shop::new();
    shop.sandbox.set(CashierTransaction::WhenPayerActs);
    let deposit = shop.post("/hosted", &order("deposit", "11")).field("token");
    let payout = shop.pay_out("13").field("token");
    assert_eq!(shop.get("/transaction/deposit").status, 404);
    assert_eq!(shop.get("/transactions").text, "[]");
    assert_eq!(shop.decide("approve", "13").status, 404);
    shop.sandbox.cashier().complete_page(&deposit).unwrap();
    assert_eq!(shop.sandbox.cashier().complete_page(&payout), Ok(TransactionStatus::Pending));
    assert_eq!(shop.status("deposit"), "successful");
    assert_eq!(shop.decide("approve", "13").status, 200);
}

#[test]
fn direct_integration_answers_as_switched() {
    let shop = Shop::new();
    let mut body = order("a", "11");
    assert_eq!(shop.post("/direct", &body).status, 400);
    body["request"]["provider_id"] = json!(211);
    shop.post("/direct", &body).is(400, "request.provider_id");
    body["request"]["provider_id"] = json!(210);
    let reply = shop.post("/direct", &body);
    assert_eq!(reply.field("transaction_status"), "pending");
    let status = shop.sandbox.cashier().complete_page(&reply.field("url"));
    assert_eq!(status, Ok(TransactionStatus::Successful));
    shop.sandbox.set(DirectAnswer::Url);
    let json = shop.post("/direct", &body).json();
    assert!(json["url"].is_string() && json.as_object().unwrap().len() == 1);
    shop.sandbox.set(DirectAnswer::Token);
    let token = shop.post("/direct", &body).field("token");
    assert!(shop.sandbox.cashier().complete_page(&token).is_ok());
}

#[test]
fn cards_go_three_ways() {
    let shop = Shop::new();
    let reply = shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11.05");
    assert_eq!(reply.text, r#"{"url":"","transaction_status":"successful"}"#);
    let reply = shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "10.05");
    let rejected = r#"{"url":"","transaction_status":"rejected","error":"Insufficient funds"}"#;
    assert_eq!((reply.status, reply.text.as_str()), (200, rejected));
    let reply = shop.pay_by_card(CashierHandle::DECLINED_CARD, "13");
    reply.is(200, r#""error":"Do not honor""#);
    for (amount, status) in
        [("15", TransactionStatus::Successful), ("16", TransactionStatus::Rejected)]
    {
        let reply = shop.pay_by_card(CashierHandle::THREE_D_SECURE_CARD, amount);
        assert_eq!(reply.field("transaction_status"), "pending");
        assert!(reply.json().get("error").is_none());
        let url = reply.field("url");
        assert!(url.starts_with("http://127.0.0.1/cashier/page/"), "{url}");
        assert_eq!(shop.status(amount), "pending");
        assert_eq!(shop.sandbox.cashier().complete_page(&url), Ok(status));
    }
    let expired = {
        let mut body = order("x", "11");
        body["request"]["routing_id"] = json!(210);
        body["card_details"] = card(CashierHandle::FRICTIONLESS_CARD);
        body["card_details"]["exp_year"] = json!("2025");
        shop.post("/s2s", &body)
    };
    expired.is(200, r#""error":"The card has expired""#);
    let ledger = shop.sandbox.ledger();
    assert_eq!(ledger.total("deposit").to_string(), "26.05");
    assert_eq!(ledger.count("deposit_rejected"), 4);
    assert_eq!(ledger.effects_of("deposit")[0].operation, "cashier.payments.s2s");
}

#[test]
fn a_card_payments_answer_takes_other_forms() {
    let shop = Shop::new();
    let pay = |amount| shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, amount);
    shop.sandbox.set(EmptyUrl::Null);
    assert!(pay("1").text.contains(r#""url":null"#));
    shop.sandbox.set(EmptyUrl::Absent);
    assert_eq!(pay("1").text, r#"{"transaction_status":"successful"}"#);
    shop.sandbox.set(ErrorAttribute::Object);
    shop.sandbox.set(RejectedStatus::Status402);
    pay("2").is(402, r#""error":{"code":"rejected","message":"Insufficient funds"}"#);
    shop.sandbox.set(Frictionless::Pending);
    assert_eq!(pay("3").text, r#"{"transaction_status":"pending"}"#);
    assert_eq!(shop.status("3"), "pending");
    shop.sandbox.advance(Duration::from_secs(60));
    assert_eq!(shop.status("3"), "successful");
    let mut within = order("in", "5");
    within["request"]["routing_id"] = json!(210);
    within["request"]["card_details"] = card(CashierHandle::FRICTIONLESS_CARD);
    shop.post("/s2s", &within).is(400, "card_details is required");
    shop.sandbox.set(CardPlace::Either);
    assert_eq!(shop.post("/s2s", &within).status, 200);
}

#[test]
fn a_tag_and_the_tracking_id_are_in_the_ledger() {
    let shop = Shop::new();
    let headers = [("x-api-key", "sandbox-cashier-api-key"), ("x-sandbox-tag", "mine")];
    let body = order("t-1", "11").to_string();
    let reply = call(&shop.sandbox, "POST", "/cashier/payout", &headers, &body).unwrap();
    assert!(!reply.text.contains("mine"));
    shop.pay_out("13");
    let ledger = shop.sandbox.ledger();
    let tagged = ledger.tagged("mine");
    assert_eq!(tagged.len(), 1);
    assert_eq!(tagged, ledger.referring_to("t-1"));
    assert_eq!(tagged[0].operation, "cashier.payouts.create");
    assert_eq!((tagged[0].currency.as_deref(), tagged[0].provider), (Some("EUR"), "cashier"));
}

#[test]
fn a_payout_is_approved_and_carried_out() {
    let shop = Shop::new();
    assert_eq!(shop.pay_out("11").field("token").len(), 50);
    shop.pay_out("10");
    assert_eq!(shop.status("11"), "pending");
    let approved = shop.decide("approve", "11");
    let expected = json!({
        "message": "Transaction Withdrawal has been approved successfully",
        "transaction_status": "pending",
    });
    assert_eq!(approved.json(), expected);
    shop.decide("approve", "10");
    assert_eq!(shop.decide("approve", "11").status, 400);
    shop.sandbox.set(SecondApproval::SameAnswer);
    assert_eq!(shop.decide("approve", "11").json(), expected);
    assert_eq!(shop.sandbox.next_event_ms(), Some(NOW + 60_000));
    shop.sandbox.advance(Duration::from_secs(59));
    assert_eq!(shop.status("11"), "pending");
    shop.sandbox.advance(Duration::from_secs(1));
    assert_eq!((shop.status("11"), shop.status("10")), ("successful".into(), "rejected".into()));
    shop.sandbox.set(ConflictStatus::Status409);
    assert_eq!(shop.decide("approve", "11").status, 409);
    assert_eq!(shop.decide("reject", "11").status, 409);
    let ledger = shop.sandbox.ledger();
    assert_eq!(ledger.count("withdrawal_approved"), 2);
    assert_eq!((ledger.count("withdrawal"), ledger.count("withdrawal_rejected")), (1, 1));
}

#[test]
fn a_payout_is_rejected() {
    let shop = Shop::new();
    shop.pay_out("11");
    let reply = shop.decide("reject", "11");
    assert_eq!((reply.status, reply.text.as_str()), (200, "{}"));
    shop.get("/transaction/11").is(200, "Rejected by the merchant");
    assert_eq!(shop.decide("approve", "11").status, 400);
    shop.pay_out("13");
    shop.decide("approve", "13");
    // It is under way.
    assert_eq!(shop.decide("reject", "13").status, 400);
    assert_eq!(
        shop.kinds(),
        ["withdrawal_started", "withdrawal_rejected", "withdrawal_started", "withdrawal_approved"]
    );
    for body in [json!({}), json!({"transaction_id": 5}), json!({"transaction_id": ""})] {
        shop.post("/payout/reject", &body).is(400, "transaction_id");
    }
    // A deposit is no payout.
    shop.post("/hosted", &order("deposit", "11"));
    assert_eq!(shop.decide("approve", "deposit").status, 404);
}

#[test]
fn the_portal_decides_too() {
    let shop = Shop::new();
    let cashier = shop.sandbox.cashier();
    shop.pay_out("11");
    shop.pay_out("13");
    cashier.approve_in_portal("11").unwrap();
    cashier.reject_in_portal("13").unwrap();
    assert!(cashier.approve_in_portal("13").is_err() && cashier.approve_in_portal("x").is_err());
    cashier.settle();
    assert_eq!((shop.status("11"), shop.status("13")), ("successful".into(), "rejected".into()));
    let effects = shop.sandbox.ledger();
    let approved = effects.effects_of("withdrawal_approved")[0];
    assert_eq!((approved.operation.as_str(), approved.provider), ("", "cashier"));
}

#[test]
fn a_tracking_id_may_come_twice_or_not() {
    let shop = Shop::new();
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
    assert_eq!(shop.sandbox.ledger().count("deposit"), 2);
    shop.sandbox.set(DuplicateTrackingId::Refused);
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11").is(400, "tracking_id");
    for path in ["/hosted", "/payout"] {
        shop.post(path, &order("11", "11")).is(400, "tracking_id");
    }
    assert_eq!(shop.sandbox.ledger().count("deposit"), 2);
}

#[test]
fn faults_strike_here_too() {
    let fault = |rule: &str| {
        let shop = Shop::new();
        shop.sandbox.add_fault(rule.parse().unwrap()).unwrap();
        shop
    };
    let on = "on=cashier.payments.s2s";
    let pay = |shop: &Shop| shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
    let shop = fault(&format!("kind=status status=503 phase=after {on}"));
    pay(&shop).is(503, "message");
    assert_eq!(shop.sandbox.ledger().count("deposit"), 1);
    let shop = fault(&format!("kind=unknown-value {on}"));
    assert_eq!(pay(&shop).field("transaction_status"), "SOMETHING_NEW");
    let shop = fault("kind=wrong-amount by=1 on=cashier.transactions.list");
    pay(&shop);
    let item = shop.get("/transactions").json()[0].clone();
    assert_eq!((&item["amount"], &item["user_amount"]), (&json!(12), &json!(12)));
    let shop = fault("kind=reset phase=later:5 on=cashier.payouts.*");
    assert!(shop.try_call("POST", "/payout", &order("a", "1").to_string()).is_err());
    assert!(shop.sandbox.ledger().is_empty());
    shop.sandbox.advance(Duration::from_secs(5));
    assert_eq!(shop.kinds(), ["withdrawal_started"]);
    assert_eq!(shop.sandbox.faults_fired()[0].operation.as_deref(), Some("cashier.payouts.create"));
}
