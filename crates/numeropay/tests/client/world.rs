//! A client on a transport that answers from a list, and a clock that the tests move.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use numeropay::{
    Amount, Client, ClientBuilder, Connection, Currency, Environment, NewPayment, Reference,
};
use pay_core::{
    BoxFuture, ManualClock, SeededRandomness,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use serde_json::Value;
use time::{OffsetDateTime, macros::datetime};

pub(crate) const MERCHANT: &str = "17c69865-7edd-4d05-bc70-65a1b85b9322";
pub(crate) const KEY_ID: &str = "du7UghNhhhMTnYwqrEYp";
pub(crate) const KEY_SECRET: &str = "10LuRTaAefHwMCMdKgoF";

/// When the document's sample was created.
pub(crate) const THEN: OffsetDateTime = datetime!(2020-10-14 02:31:23.328 UTC);

/// The document's sample of a created payment.
pub(crate) const SAMPLE: &str = r#"{
  "data": {
    "id": "5CD0RGCKJ",
    "merchant": "17c69865-7edd-4d05-bc70-65a1b85b9322",
    "businessName": "Infinity Group",
    "channel": 1,
    "amount": 100,
    "currency": "aud",
    "description": "sample transaction",
    "structure": {},
    "state": 0,
    "createdOn": "2020-10-14T02:31:23.328Z",
    "updatedOn": "2020-10-14T02:31:23.328Z",
    "ipAddress": "120.19.86.103"
  },
  "success": true
}"#;

/// The document's sample of an error.
pub(crate) const SAMPLE_ERROR: &str = r#"{
  "success": false,
  "error": {
    "code": 403,
    "message": "Action not allowed",
    "name": "FORBIDDEN"
  }
}"#;

/// What comes of an attempt.
pub(crate) enum Step {
    Answers(u16, String),
    Fails(Phase),
}

pub(crate) fn answer(status: u16, body: impl Into<String>) -> Step {
    Step::Answers(status, body.into())
}

pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) clock: ManualClock,
    steps: Arc<Mutex<VecDeque<Step>>>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl World {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::with(steps, |builder| builder)
    }

    pub(crate) fn with(
        steps: impl IntoIterator<Item = Step>,
        change: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let clock = ManualClock::auto(THEN);
        let steps = Arc::new(Mutex::new(steps.into_iter().collect()));
        let sent = Arc::default();
        let script = Script { steps: Arc::clone(&steps), sent: Arc::clone(&sent) };
        let connection = Connection::builder()
            .transport(script)
            .clock(clock.clone())
            .randomness(SeededRandomness::new(1))
            .build()
            .unwrap();
        let client = change(builder()).connection(connection).build().unwrap();
        Self { client, clock, steps, sent }
    }

    /// Every step was asked for, and here is what was sent.
    pub(crate) fn sent(&self) -> Vec<Request<Bytes>> {
        assert!(self.steps.lock().unwrap().is_empty(), "steps are left");
        self.sent.lock().unwrap().clone()
    }

    /// The one request that was sent.
    pub(crate) fn only(&self) -> Request<Bytes> {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1);
        sent.remove(0)
    }
}

pub(crate) fn builder() -> ClientBuilder {
    Client::builder(Environment::production())
        .merchant(MERCHANT)
        .key_id(KEY_ID)
        .key_secret(KEY_SECRET)
        .scopes(["YOUR", "SCOPES"])
}

struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Transport for Script {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.sent.lock().unwrap().push(request);
        let step = self.steps.lock().unwrap().pop_front().expect("one attempt too many");
        Box::pin(std::future::ready(match step {
            Step::Answers(status, body) => {
                let mut response = Response::new(Bytes::from(body));
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                Ok(response)
            }
            Step::Fails(phase) => Err(TransportError::new(phase, Failure::Broken)),
        }))
    }
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn new(reference: &str) -> NewPayment {
    let reference = Reference::new(reference).unwrap();
    NewPayment::new(amount("100.00"), Currency::AUD, "Infinity Group", reference)
}

/// A payment as the sample has it, with other fields.
pub(crate) fn payment(fields: Value) -> String {
    let sample: Value = serde_json::from_str(SAMPLE).unwrap();
    let mut payment = sample["data"].clone();
    for (name, value) in fields.as_object().unwrap() {
        match value {
            Value::Null => payment.as_object_mut().unwrap().remove(name),
            value => payment.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    payment.to_string()
}

pub(crate) fn wrapped(data: &str) -> String {
    format!(r#"{{"success":true,"data":{data}}}"#)
}

pub(crate) fn listed(payments: &[String]) -> Step {
    answer(200, wrapped(&format!("[{}]", payments.join(","))))
}

pub(crate) fn refusal(name: &str) -> String {
    format!(r#"{{"success":false,"error":{{"code":400,"message":"because","name":"{name}"}}}}"#)
}

/// The header and the claims of the token that a request carries.
pub(crate) fn token(request: &Request<Bytes>) -> (Value, Value) {
    let text = request.headers()["authorization"].to_str().unwrap();
    let mut parts = text.strip_prefix("Bearer ").unwrap().split('.').map(|part| {
        let json = URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice(&json).unwrap_or(Value::Null)
    });
    (parts.next().unwrap(), parts.next().unwrap())
}
