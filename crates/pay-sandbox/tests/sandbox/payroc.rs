//! Payroc: what its tests share, and what concerns all of it.

use std::time::Duration;

use pay_sandbox::{
    Lost, Money, Sandbox, SandboxBuilder,
    payroc::{operation_ids, switches::*},
};
use serde_json::{Value, json};

use crate::{
    api::{NOW, Reply, call},
    wire::send,
};

pub(crate) const JSON: (&str, &str) = ("accept", "application/json");

pub(crate) struct Partner {
    pub(crate) sandbox: Sandbox,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

impl Partner {
    pub(crate) fn new() -> Self {
        Self::with(Sandbox::builder())
    }

    pub(crate) fn with(builder: SandboxBuilder) -> Self {
        let sandbox = builder.clock_stopped_at_ms(NOW).without_sockets();
        let mut partner = Self { sandbox, token: String::new(), refresh_token: String::new() };
        let reply = partner.log_in();
        reply.is(200, "bearerToken");
        partner.token = reply.field("bearerToken");
        partner.refresh_token = reply.field("refreshToken");
        partner
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        call(&self.sandbox, method, &format!("/payroc/v1{path}"), headers, body).unwrap()
    }

    pub(crate) fn log_in_with(&self, user_name: &str, password: &str) -> Reply {
        let body = json!({"userName": user_name, "password": password}).to_string();
        self.send("POST", "/auth", &[JSON], &body)
    }

    pub(crate) fn log_in(&self) -> Reply {
        let partner = self.sandbox.payroc().partner();
        self.log_in_with(partner.user_name, partner.password)
    }

    pub(crate) fn refresh(&self, token: &str) -> Reply {
        let body = json!({"refreshToken": token}).to_string();
        self.send("POST", "/access-token", &[JSON], &body)
    }

    pub(crate) fn try_call(&self, method: &str, path: &str, body: &str) -> Result<Reply, Lost> {
        let token = format!("Bearer {}", self.token);
        let headers = [JSON, ("authorization", &token)];
        call(&self.sandbox, method, &format!("/payroc/v1{path}"), &headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.try_call("GET", path, "").unwrap()
    }

    pub(crate) fn board(&self, application: &Value) -> Reply {
        self.try_call("POST", "/boarding", &application.to_string()).unwrap()
    }

    /// A merchant that boards well; the clock moves on, so that the next can follow.
    pub(crate) fn boarded(&self, tax_id: &str) -> String {
        let reply = self.board(&with("fedTaxId", json!(tax_id)));
        reply.is(200, "applicationUrl");
        self.sandbox.advance(Duration::from_secs(5));
        reply.json()["merchant"]["mid"].as_str().unwrap().to_owned()
    }

    pub(crate) fn statuses(&self, mid: &str) -> [String; 3] {
        let reply = self.get(&format!("/boarding/{mid}/status"));
        ["applicationStatus", "processingStatus", "settlementStatus"].map(|name| reply.field(name))
    }
}

impl Reply {
    #[track_caller]
    pub(crate) fn is_refused(&self, status: u16, code: &str, message: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        let error = &self.json()["responseStatus"];
        assert_eq!(error["errorCode"], code, "{}", self.text);
        assert_eq!(error["message"], message, "{}", self.text);
    }

    /// Code, field and message of each error.
    pub(crate) fn errors(&self) -> Vec<[String; 3]> {
        let errors = self.json()["responseStatus"]["errors"].as_array().unwrap().clone();
        errors
            .iter()
            .map(|error| {
                ["errorCode", "fieldName", "message"]
                    .map(|name| error[name].as_str().unwrap().to_owned())
            })
            .collect()
    }
}

pub(crate) fn address() -> Value {
    json!({"addressLine1": "1 State St", "city": "Chicago", "state": "IL", "zip": "60601"})
}

pub(crate) fn owner() -> Value {
    json!({
        "firstName": "Ann", "lastName": "Lee", "email": "ann@example.com", "phone": "8888888888",
        "address": address(), "equityPercentage": 60.5, "isPrimaryContact": true, "ssn": "123456789",
    })
}

pub(crate) fn application() -> Value {
    json!({
        "doingBusinessAs": "Lee Coffee",
        "legalBusinessName": "Lee Coffee LLC",
        "fedTaxId": "987654321",
        "dbaAddress": address(),
        "legalBusinessAddress": address(),
        "ownerContacts": [owner()],
        "bankAccount": {
            "nameOnAccount": "Lee Coffee LLC", "routingNumber": "021000021",
            "accountNumber": "000123456789",
        },
    })
}

pub(crate) fn with(name: &str, value: Value) -> Value {
    let mut application = application();
    application[name] = value;
    application
}

/// The application with one thing changed in it, by JSON pointer.
pub(crate) fn changed(pointer: &str, value: Value) -> Value {
    let mut application = application();
    *application.pointer_mut(pointer).unwrap() = value;
    application
}

pub(crate) fn amounts(texts: &[&str]) -> Vec<Money> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn the_operations_are_the_documents() {
    assert_eq!(
        operation_ids(),
        [
            "payroc.auth.login",
            "payroc.auth.refresh",
            "payroc.boarding.status",
            "payroc.boarding.submit",
            "payroc.settlement.batch",
            "payroc.settlement.report",
        ]
    );
}

#[test]
fn answers_take_other_forms() {
    let partner = Partner::with(Sandbox::builder().switch(BoardingInterval(0)));
    for (name, setting) in [
        ("mid", "number"),
        ("links", "objects"),
        ("status_details", "objects"),
        ("response_status", "never"),
        ("chargeback_list", "Chargebacks"),
        ("transaction_id", "number"),
        ("dates", "utc"),
    ] {
        partner.sandbox.set_by_name(&format!("payroc.{name}"), setting).unwrap();
    }
    let json = partner.board(&application()).json();
    let mid = json["merchant"]["mid"].as_u64().unwrap().to_string();
    assert!(json.get("responseStatus").is_none());
    let href = format!("http://127.0.0.1/payroc/v1/boarding/{mid}/status");
    assert_eq!(json["links"], json!([{"rel": "status", "href": href}]));
    let status = partner.get(&format!("/boarding/{mid}/status")).json();
    assert_eq!(status["processingDetails"][0]["code"], "Pending");
    let batch = partner.sandbox.payroc().add_batch(&mid, &amounts(&["1"])).unwrap();
    let id = batch.transaction_ids[0];
    partner.sandbox.payroc().add_chargeback(&mid, id, "1".parse().unwrap()).unwrap();
    let path = format!("/settlement/{mid}?StartDate=06/15/26&EndDate=06/15/26");
    let chargeback = partner.get(&path).json()["Chargebacks"][0].clone();
    assert_eq!(chargeback["transactionId"], id);
    assert_eq!(chargeback["receivedDate"], "2026-06-15T00:00:00.0000000Z");
    partner.sandbox.set(EmptyStatus::Always);
    assert_eq!(partner.refresh(&partner.refresh_token).json()["responseStatus"], json!({}));
    partner.sandbox.set(InnerFields::Optional);
    partner.board(&changed("/dbaAddress/city", Value::Null)).is(200, "mid");
    partner.sandbox.set(States::Without);
    partner.board(&changed("/dbaAddress/state", json!("PR"))).is(400, "Invalid State");
    partner.sandbox.set(Phones::Formatted);
    partner.board(&changed("/ownerContacts/0/phone", json!("(888) 888-8888"))).is(200, "mid");
    partner.sandbox.set(TooLong(5));
    partner.board(&application()).is(400, "must be less than 5 characters");
}

#[test]
fn faults_strike_here_too() {
    let fault = |rule: &str| {
        let partner = Partner::new();
        partner.sandbox.add_fault(rule.parse().unwrap()).unwrap();
        partner
    };
    let on = "on=payroc.boarding.submit";
    let partner = fault(&format!("kind=reset phase=after {on}"));
    let lost = partner.try_call("POST", "/boarding", &application().to_string());
    assert_eq!(lost.unwrap_err(), Lost::Reset);
    assert_eq!(partner.sandbox.ledger().count("merchant_boarded"), 1);
    assert_eq!(partner.sandbox.faults_fired()[0].count, 1);

    let partner = fault(&format!("kind=status status=503 phase=before {on}"));
    partner
        .board(&application())
        .is(503, r#"{"responseStatus":{"errorCode":"ServiceUnavailable","#);
    assert!(partner.sandbox.ledger().is_empty());

    // The token was good, and the throttle open, when the request came.
    let partner = fault(&format!("kind=stall phase=later:9000 {on} limit=1"));
    assert!(partner.try_call("POST", "/boarding", &application().to_string()).is_err());
    partner.sandbox.advance(Duration::from_secs(8_999));
    let token = partner.log_in().field("bearerToken");
    let partner = Partner { token, ..partner };
    partner.board(&application()).is(200, "mid");
    partner.sandbox.advance(Duration::from_secs(1));
    assert_eq!(partner.sandbox.ledger().count("merchant_boarded"), 2);

    // A request that the network doubles runs into the throttle.
    let partner = fault(&format!("kind=duplicate-request {on}"));
    partner.board(&application()).is(429, "Too many boarding request");
    assert_eq!(partner.sandbox.ledger().count("merchant_boarded"), 1);

    let partner = fault("kind=wrong-amount by=0.01 on=payroc.settlement.report");
    let mid = partner.boarded("987654321");
    partner.sandbox.payroc().add_batch(&mid, &amounts(&["11"])).unwrap();
    let reply = partner.get(&format!("/settlement/{mid}?StartDate=06/15/26&EndDate=06/15/26"));
    reply.is(200, r#""saleAmount":11.01"#);
    let partner = fault("kind=unknown-value on=payroc.boarding.status");
    let mid = partner.boarded("987654321");
    assert_eq!(partner.statuses(&mid), ["SOMETHING_NEW"; 3]);
}

#[test]
fn what_the_handle_does_can_be_done_over_http() {
    let partner = Partner::new();
    let admin = |method: &str, path: &str, body: &str| {
        call(&partner.sandbox, method, &format!("/_sandbox/payroc{path}"), &[], body).unwrap()
    };
    let mid = partner.boarded("987654320");
    admin("POST", &format!("/approve/{mid}"), "").is(200, r#""stage":"approved""#);
    admin("POST", &format!("/activate/{mid}"), "").is(200, r#""stage":"active""#);
    admin("POST", &format!("/decline/{mid}"), "").is(400, "decided already");
    let batch = admin("POST", &format!("/batch/{mid}"), r#"{"amounts": [11.00, "-5"]}"#).json();
    let dispute = json!({"transaction_id": batch["transaction_ids"][0], "amount": "11.00"});
    admin("POST", &format!("/chargeback/{mid}"), &dispute.to_string()).is(200, "chargeback_id");
    admin("POST", &format!("/batch/{mid}"), "{}").is(400, "amounts");
    admin("GET", "/merchants", "").is(200, r#""tax_id_last_four":"4320""#);
    admin("GET", "/logins", "").is(200, r#""logins":1"#);
    assert_eq!(admin("POST", "/lock", "").status, 204);
    partner.log_in().is(401, "locked");
    assert_eq!(admin("POST", "/unlock", "").status, 204);
    partner.log_in().is(200, "bearerToken");
    assert_eq!(admin("POST", "/expire-refresh-tokens", "").status, 204);
    partner.refresh(&partner.refresh_token).is(401, "TokenException");
    let help = call(&partner.sandbox, "GET", "/_sandbox", &[], "").unwrap();
    help.is(200, "/_sandbox/payroc/chargeback/{mid}");
}

#[test]
fn what_is_kept_and_shown_holds_no_secret() {
    let partner = Partner::new();
    let mid = partner.boarded("987654321");
    partner.get(&format!("/boarding/{mid}/status"));
    let payroc = partner.sandbox.payroc();
    let shown = [
        format!("{:?}", partner.sandbox),
        format!("{:?} {:?}", payroc, payroc.partner()),
        format!("{:?}", payroc.merchants()),
        format!("{:?}", partner.sandbox.requests()),
        partner.sandbox.ledger().to_json(),
        partner.get(&format!("/boarding/{mid}/status")).text,
    ];
    let login = payroc.partner();
    let secrets = [
        "987654321",
        "123456789",
        "000123456789",
        "021000021",
        login.password,
        &partner.token,
        &partner.refresh_token,
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
    sandbox.set(Accept::Ignored);
    let base_url = sandbox.payroc().base_url();
    assert_eq!(base_url, format!("{}/payroc/v1", sandbox.base_url()));
    let login = sandbox.payroc().partner();
    let body = json!({"userName": login.user_name, "password": login.password}).to_string();
    let reply = send(&sandbox, "POST", "/payroc/v1/auth", None, &body).await;
    assert!(reply.body().contains("bearerToken"), "{}", reply.text());
}
