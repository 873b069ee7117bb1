//! A client on a transport that answers from a list, and a clock that the tests move.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use pay_core::{
    BoxFuture, ManualClock, SeededRandomness,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use payanywhere::{
    Amount, Client, ClientBuilder, Connection, Email, Environment, TransactionUniqId,
};
use time::{OffsetDateTime, macros::datetime};

pub(crate) const MID: &str = "1234567890123";
pub(crate) const KEY: &str = "d3vel0per-key";
pub(crate) const PASSWORD: &str = "p4ss-w0rd";
pub(crate) const APP_SOURCE: &str = "pa_isv_1234567890abc";
pub(crate) const HOST: &str = "https://proxy.payanywhere.dev";

pub(crate) const THEN: OffsetDateTime = datetime!(2026-03-01 12:00:00 UTC);

/// What comes of an attempt.
pub(crate) enum Step {
    Answers(u16, String),
    Fails(Phase),
    Hangs,
}

pub(crate) fn answer(status: u16, body: impl Into<String>) -> Step {
    Step::Answers(status, body.into())
}

/// A login or a refresh that gives this token.
pub(crate) fn token(token: &str) -> Step {
    answer(200, format!(r#"{{"token":"{token}","accountId":4711,"mid":"{MID}"}}"#))
}

pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) clock: ManualClock,
    steps: Arc<Mutex<VecDeque<Step>>>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl World {
    /// The steps follow a login.
    pub(crate) fn logged_in(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::new([token("t0ken-1")].into_iter().chain(steps))
    }

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

    /// The one request that was sent after the login.
    pub(crate) fn only(&self) -> Request<Bytes> {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 2);
        assert_eq!(path(&sent[0]), "/auth");
        sent.remove(1)
    }

    /// Where requests went, and with which token.
    pub(crate) fn went(&self) -> Vec<String> {
        self.sent().iter().map(|request| format!("{} {}", path(request), bearer(request))).collect()
    }

    pub(crate) fn then(&self, steps: impl IntoIterator<Item = Step>) {
        self.steps.lock().unwrap().extend(steps);
    }
}

pub(crate) fn builder() -> ClientBuilder {
    Client::builder(Environment::sandbox())
        .mid(MID)
        .developer_key(KEY)
        .password(PASSWORD)
        .app_source(APP_SOURCE)
}

struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Transport for Script {
    fn send(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.sent.lock().unwrap().push(request);
        let step = self.steps.lock().unwrap().pop_front().expect("one attempt too many");
        Box::pin(async move {
            match step {
                Step::Answers(status, body) => {
                    let mut response = Response::new(Bytes::from(body));
                    *response.status_mut() = StatusCode::from_u16(status).unwrap();
                    Ok(response)
                }
                Step::Fails(phase) => Err(TransportError::new(phase, Failure::Broken)),
                Step::Hangs => {
                    progress.connecting();
                    assert!(progress.sending());
                    std::future::pending().await
                }
            }
        })
    }
}

pub(crate) fn path(request: &Request<Bytes>) -> String {
    request.uri().path().to_owned()
}

pub(crate) fn bearer(request: &Request<Bytes>) -> String {
    match request.headers().get("authorization") {
        Some(value) => value.to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned(),
        None => "-".to_owned(),
    }
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn clerk() -> Email {
    "clerk@example.com".parse().unwrap()
}

pub(crate) fn sale() -> TransactionUniqId {
    TransactionUniqId::credit_card_sale(15218)
}
