//! Payanywhere: what its tests share, and what concerns all of it.

use std::time::Duration;

use pay_sandbox::{
    Lost, Money, Sandbox, SandboxBuilder,
    payanywhere::{SaleKind, operation_ids, switches::*},
};
use serde_json::{Value, json};

use crate::{
    api::{NOW, Reply, call},
    wire::send,
};

pub(crate) struct Merchant {
    pub(crate) sandbox: Sandbox,
    pub(crate) token: String,
    pub(crate) app_source: &'static str,
}

impl Merchant {
    pub(crate) fn new() -> Self {
        Self::with(Sandbox::builder())
    }

    pub(crate) fn with(builder: SandboxBuilder) -> Self {
        let sandbox = builder.clock_stopped_at_ms(NOW).without_sockets();
        let app_source = sandbox.payanywhere().merchant().app_source;
        let mut merchant = Self { sandbox, token: String::new(), app_source };
        let reply = merchant.log_in(&merchant.login());
        reply.is(200, "token");
        merchant.token = reply.field("token");
        merchant
    }

    /// The body of a right login.
    pub(crate) fn login(&self) -> Value {
        let merchant = self.sandbox.payanywhere().merchant();
        json!({
            "mid": merchant.mid,
            "developerKey": merchant.developer_key,
            "password": merchant.password,
        })
    }

    pub(crate) fn log_in(&self, body: &Value) -> Reply {
        let headers = [("x-nabwss-appsource", self.app_source)];
        call(&self.sandbox, "POST", "/payanywhere/auth", &headers, &body.to_string()).unwrap()
    }

    /// The same sandbox with another token.
    pub(crate) fn holding(&self, token: String) -> Self {
        Self { sandbox: self.sandbox.clone(), token, app_source: self.app_source }
    }

    pub(crate) fn try_call(&self, method: &str, path: &str, body: &str) -> Result<Reply, Lost> {
        let token = format!("Bearer {}", self.token);
        let headers = [("x-nabwss-appsource", self.app_source), ("authorization", &token)];
        call(&self.sandbox, method, &format!("/payanywhere{path}"), &headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.try_call("GET", path, "").unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.try_call("POST", path, &body.to_string()).unwrap()
    }

    /// A path below the merchant's account.
    pub(crate) fn own(&self, path: &str) -> String {
        format!("/accounts/{}{path}", self.sandbox.payanywhere().merchant().account_id)
    }

    pub(crate) fn sale(&self, amount: &str, kind: SaleKind) -> u64 {
        self.sandbox.payanywhere().add_sale(money(amount), kind).unwrap()
    }

    /// A card sale in a closed batch.
    pub(crate) fn settled(&self, amount: &str) -> u64 {
        let sale = self.sale(amount, SaleKind::Card);
        self.sandbox.payanywhere().close_batch().unwrap();
        sale
    }

    pub(crate) fn void(&self, id: u64) -> Reply {
        self.post(
            &self.own("/transactions"),
            &json!({"type": "void", "transaction_id": id, "username": "clerk@example.com"}),
        )
    }

    pub(crate) fn refund(&self, id: u64, amount: &str) -> Reply {
        self.post(&self.own("/transactions"), &refund(id, amount))
    }

    /// The ids in a list.
    pub(crate) fn listed(&self, query: &str) -> Vec<u64> {
        let reply = self.get(&self.own(&format!("/transactions?{query}")));
        let items = reply.json()["transactions"]
            .as_array()
            .unwrap_or_else(|| panic!("{}", reply.text))
            .clone();
        items.iter().map(|it| it["id"].as_u64().unwrap()).collect()
    }

    pub(crate) fn item(&self, id: u64) -> Value {
        self.get(&self.own(&format!("/transactions/{id}"))).json()
    }

    pub(crate) fn card_token(&self) -> String {
        self.sandbox.payanywhere().card_token("4111111111111111", 12, 30, "9713").unwrap()
    }

    pub(crate) fn charge(&self, token: &str, amount: &str) -> Reply {
        let merchant = self.sandbox.payanywhere().merchant();
        let body = json!({
            "token": token,
            "amount": amount,
            "gateway_public_key": merchant.gateway_public_key,
            "transaction_source": "PA-JS-SDK",
        });
        self.post(&format!("/mids/{}/gateways/payment", merchant.mid), &body)
    }
}

pub(crate) fn refund(id: u64, amount: &str) -> Value {
    json!({"type": "refund", "ccs_pk": id, "amount": amount, "username": "clerk@example.com"})
}

pub(crate) fn money(text: &str) -> Money {
    text.parse().unwrap()
}

pub(crate) fn invoice() -> Value {
    json!({
        "type": "ondemand",
        "qrcode": false,
        "invoice": {
            "customer": {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"},
            "name": "Repair",
            "description": "Two hours",
            "number": "INV-7",
            "due_date": "2026-07-01",
            "send_date": "2026-06-15T00:00:00Z",
            "amount": 101.10,
            "tax_rate": 0.1,
            "service_fee_enabled": false,
        },
    })
}

#[test]
fn the_operations_are_those_that_are_known() {
    assert_eq!(
        operation_ids(),
        [
            "payanywhere.auth.expire_token",
            "payanywhere.auth.log_in",
            "payanywhere.auth.refresh_session",
            "payanywhere.iframe.charge",
            "payanywhere.invoices.create",
            "payanywhere.terminal.notify",
            "payanywhere.transactions.get",
            "payanywhere.transactions.list",
            "payanywhere.transactions.refund",
            "payanywhere.transactions.void",
        ]
    );
}

#[test]
fn faults_strike_here_too() {
    let fault = |rule: &str| {
        let merchant = Merchant::new();
        merchant.sandbox.add_fault(rule.parse().unwrap()).unwrap();
        merchant
    };
    // A rule on refunds leaves voids alone, though both have one route.
    let merchant = fault("kind=reset phase=after on=payanywhere.transactions.refund");
    let (settled, open) = (merchant.settled("11"), merchant.sale("11", SaleKind::Card));
    merchant.void(open).is(200, "void_id");
    let path = merchant.own("/transactions");
    let lost = merchant.try_call("POST", &path, &refund(settled, "5.00").to_string());
    assert_eq!(lost.unwrap_err(), Lost::Reset);
    assert_eq!(merchant.sandbox.ledger().total("refund").to_string(), "5");
    assert_eq!(merchant.sandbox.faults_fired()[0].count, 1);

    let merchant = fault("kind=duplicate-request on=payanywhere.transactions.refund");
    let sale = merchant.settled("11");
    merchant.refund(sale, "1.00").is(200, "refund_id");
    assert_eq!(merchant.sandbox.ledger().count("refund"), 2);

    let merchant = fault("kind=status status=503 phase=before on=payanywhere.*");
    merchant.refund(1, "1").is(503, r#"{"message":"#);

    // The token was good when the request came.
    let merchant = fault("kind=stall phase=later:9000 on=payanywhere.transactions.refund");
    let sale = merchant.settled("11");
    assert!(merchant.try_call("POST", &path, &refund(sale, "1.00").to_string()).is_err());
    merchant.sandbox.advance(Duration::from_secs(9_000));
    assert_eq!(merchant.sandbox.ledger().count("refund"), 1);

    let merchant = fault("kind=wrong-amount by=0.01 on=payanywhere.transactions.get");
    let sale = merchant.sale("47.70", SaleKind::Cash);
    assert_eq!(merchant.item(sale)["amount"], "47.71");
    let merchant = fault("kind=unknown-value on=payanywhere.transactions.void");
    let sale = merchant.sale("11", SaleKind::Card);
    assert_eq!(merchant.void(sale).field("status_code"), "SOMETHING_NEW");
}

#[test]
fn errors_take_other_forms() {
    let merchant = Merchant::new();
    let expect = |setting: ErrorBody, body: &str| {
        merchant.sandbox.set(setting);
        let reply = merchant.get(&merchant.own("/transactions/1"));
        assert_eq!((reply.status, reply.text.as_str()), (404, body), "{setting:?}");
    };
    expect(ErrorBody::Message, r#"{"message":"Transaction not found"}"#);
    expect(ErrorBody::Detail, r#"{"detail":"Transaction not found"}"#);
    expect(ErrorBody::Nested, r#"{"status":404,"error":{"message":"Transaction not found"}}"#);
    expect(ErrorBody::PlainText, "Transaction not found");
    expect(ErrorBody::Empty, "");
    merchant.sandbox.set(ErrorBody::Message);
    merchant.get("/nothing").is(404, "Not Found");
    merchant.try_call("PUT", "/auth", "{}").unwrap().is(405, "Method Not Allowed");
}

#[test]
fn what_the_handle_does_can_be_done_over_http() {
    let merchant = Merchant::new();
    let admin = |method: &str, path: &str, body: Value| {
        let path = format!("/_sandbox/payanywhere{path}");
        call(&merchant.sandbox, method, &path, &[], &body.to_string()).unwrap()
    };
    let sale = admin("POST", "/sale", json!({"amount": "11.00", "device_id": "x"})).json()["id"]
        .as_u64()
        .unwrap();
    admin("POST", "/sale", json!({"amount": 5, "kind": "cash"})).is(200, "id");
    admin("POST", "/sale", json!({"amount": 5, "kind": "gold"})).is(400, "card or cash");
    admin("POST", "/sale", json!({})).is(400, "amount");
    admin("POST", "/portal-refund", json!({"id": sale, "amount": 1})).is(400, "not settled");
    admin("POST", "/close-batch", json!({})).is(200, r#"{"batch_id":7001}"#);
    admin("POST", "/close-batch", json!({})).is(400, "No batch");
    admin("POST", "/portal-refund", json!({"id": sale, "amount": 1})).is(200, "id");
    admin("POST", "/portal-void", json!({"id": sale})).is(400, "settled");
    let url = merchant.post(&merchant.own("/invoices"), &invoice()).field("url");
    admin("POST", "/pay-invoice", json!({"url": url})).is(200, "id");
    let card = json!({"card_number": "4111111111111111", "card_expiry_month": 12,
        "card_expiry_year": 30, "cvv2": "123"});
    let token = admin("POST", "/card-token", card).field("token");
    merchant.charge(&token, "1.00").is(200, "uniq_id");
    admin("GET", "/sessions", json!({})).is(200, r#""logins":1"#);
    assert_eq!(admin("POST", "/expire-tokens", json!({})).status, 204);
    merchant.get(&merchant.own("/transactions")).is(401, "Unauthorized");
    let help = call(&merchant.sandbox, "GET", "/_sandbox", &[], "").unwrap();
    help.is(200, "/_sandbox/payanywhere/close-batch");
}

#[test]
fn what_is_kept_and_shown_holds_no_secret() {
    let merchant = Merchant::new();
    let card_token = merchant.card_token();
    merchant.charge(&card_token, "11.00").is(200, "00");
    let payanywhere = merchant.sandbox.payanywhere();
    let keys = payanywhere.merchant();
    let shown = [
        format!("{:?} {payanywhere:?} {keys:?}", merchant.sandbox),
        format!("{:?}", merchant.sandbox.requests()),
        merchant.sandbox.ledger().to_json(),
        merchant.get(&merchant.own("/transactions")).text,
        format!("{:?}", payanywhere.card_token("4111111111111112", 12, 30, "9713").unwrap_err()),
    ];
    let secrets = [
        "411111111111111",
        "9713",
        &card_token,
        &merchant.token,
        keys.password,
        keys.developer_key,
    ];
    for text in shown {
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}

#[tokio::test]
async fn it_listens_below_the_one_address() {
    let sandbox = Sandbox::start().await.unwrap();
    let base_url = sandbox.payanywhere().base_url();
    assert_eq!(base_url, format!("{}/payanywhere", sandbox.base_url()));
    let reply = send(&sandbox, "POST", "/payanywhere/auth", None, "{}").await;
    assert_eq!(reply.status(), Some(400), "{}", reply.text());
}
