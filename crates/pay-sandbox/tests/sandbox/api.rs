//! Calls without sockets, as a merchant that is logged in.

use bytes::Bytes;
use pay_sandbox::{Lost, Sandbox, SandboxBuilder};
use serde_json::Value;

/// 2026-06-15T00:00:00Z
pub(crate) const NOW: i64 = 1_781_481_600_000;

pub(crate) const CARD: &str = r#""card_number": "4111111111111111", "card_expiry_month": 11, "card_expiry_year": 28, "cvv2": "595""#;

pub(crate) struct Api {
    pub(crate) sandbox: Sandbox,
    pub(crate) token: String,
}

/// Any call without sockets; a body that looks like JSON is sent as JSON.
pub(crate) fn call(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Reply, Lost> {
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if body.starts_with(['{', '[']) {
        request = request.header("Content-Type", "application/json");
    }
    let request = request.body(Bytes::from(body.to_owned())).unwrap();
    let response = sandbox.respond(request)?;
    Ok(Reply {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: String::from_utf8(response.body().to_vec()).unwrap(),
    })
}

#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Api {
    pub(crate) fn new() -> Self {
        Self::with(Sandbox::builder())
    }

    pub(crate) fn with(builder: SandboxBuilder) -> Self {
        let sandbox = builder.clock_stopped_at_ms(NOW).without_sockets();
        let mut api = Self { sandbox, token: String::new() };
        api.login();
        api
    }

    pub(crate) fn login(&mut self) {
        let reply = self.token("grant_type=client_credentials");
        assert_eq!(reply.status, 200, "{}", reply.text);
        self.token = reply.field("access_token");
    }

    /// A token request with the right client; `form` is the rest.
    pub(crate) fn token(&self, form: &str) -> Reply {
        let payfirma = self.sandbox.payfirma();
        let (id, secret) = (payfirma.client_id(), payfirma.client_secret());
        let form = format!("{form}&client_id={id}&client_secret={secret}");
        self.send("POST", "/payfirma/auth/oauth/token", None, &form).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.call("GET", path, "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Reply {
        self.call("POST", path, body)
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: &str) -> Reply {
        self.try_call(method, path, body).unwrap()
    }

    pub(crate) fn try_call(&self, method: &str, path: &str, body: &str) -> Result<Reply, Lost> {
        self.send(method, &format!("/payfirma/gateway{path}"), Some(&self.token), body)
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> Result<Reply, Lost> {
        let token = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = token.iter().map(|it| ("authorization", it.as_str())).collect();
        call(&self.sandbox, method, path, &headers, body)
    }

    /// A sale by card.
    pub(crate) fn sale(&self, amount: &str) -> Reply {
        let body = format!(r#"{{"amount": {amount}, "currency": "CAD", {CARD}}}"#);
        self.post("/transaction-service/sale", &body)
    }

    pub(crate) fn authorize(&self, amount: &str) -> Reply {
        self.post("/transaction-service/authorize", &format!(r#"{{"amount": {amount}, {CARD}}}"#))
    }

    /// A new customer's lookup id.
    pub(crate) fn customer(&self, email: &str) -> String {
        let body = format!(r#"{{"email": "{email}", "first_name": "Brandon"}}"#);
        let reply = self.post("/customer-service/customer", &body);
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.field("lookup_id")
    }

    /// A new card's lookup id.
    pub(crate) fn card(&self, customer: &str) -> String {
        let path = format!("/customer-service/customer/{customer}/card/");
        let reply = self.post(&path, &format!("{{{CARD}}}"));
        assert_eq!(reply.status, 200, "{}", reply.text);
        let cards = reply.json()["cards"].as_array().unwrap().clone();
        cards.last().unwrap()["lookup_id"].as_str().unwrap().to_owned()
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// A field as text, numbers included.
    pub(crate) fn field(&self, name: &str) -> String {
        match &self.json()[name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16, part: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert!(self.text.contains(part), "{part} is not in {}", self.text);
    }
}
