//! A Payroc without sockets: it answers from a list, on a clock that sleeps move by themselves.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::Engine as _;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use pay_core::{
    BoxFuture, Clock as _, ManualClock, SeededRandomness,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use payroc::{
    Address, BankAccount, Client, ClientBuilder, Connection, Contact, Environment,
    MerchantApplication, RetryPolicy, Timeouts,
};
use time::{OffsetDateTime, macros::datetime};

pub(crate) const START: OffsetDateTime = datetime!(2026-03-01 12:00:00 UTC);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) const SSN: &str = "219099999";
pub(crate) const OTHER_SSN: &str = "457555462";
pub(crate) const TAX_ID: &str = "987654321";
pub(crate) const ACCOUNT: &str = "000123456789";
pub(crate) const PASSWORD: &str = "pass-word-1";

#[derive(Clone)]
pub(crate) enum Step {
    Answers(u16, HeaderMap, String),
    Fails(Phase, Failure),
}

pub(crate) fn answer(status: u16, body: impl Into<String>) -> Step {
    Step::Answers(status, HeaderMap::new(), body.into())
}

pub(crate) fn lost() -> Step {
    Step::Fails(Phase::Unknown, Failure::Broken)
}

pub(crate) fn refused_connection() -> Step {
    Step::Fails(Phase::NotSent, Failure::Connect)
}

/// An error as the document prints it.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Step {
    answer(
        status,
        format!(
            r#"{{"responseStatus":{{"errorCode":"{code}","message":"{message}","errors":[]}}}}"#
        ),
    )
}

/// The document's sample of a login, with tokens that name themselves.
pub(crate) fn login(access: &str, refresh: &str) -> Step {
    answer(
        200,
        format!(
            r#"{{"userId":"2","sessionId":"DPaIIIUrPjUeW8aAU4yu","userName":"myUserName",
                "displayName":"myDisplayName","bearerToken":"{access}","refreshToken":"{refresh}",
                "responseStatus":{{}}}}"#
        ),
    )
}

/// The document's sample of a refresh.
pub(crate) fn refreshed(access: &str) -> Step {
    answer(200, format!(r#"{{"accessToken":"{access}"}}"#))
}

/// A token that says when it expires.
pub(crate) fn jwt(name: &str, exp: OffsetDateTime) -> String {
    let encode = |text: String| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let header = encode(r#"{"alg":"RS256","typ":"JWT","kid":"1"}"#.to_owned());
    let claims = encode(format!(r#"{{"iss":"ipsjwt","sub":2,"exp":{}}}"#, exp.unix_timestamp()));
    format!("{header}.{claims}.{name}")
}

pub(crate) struct Sent {
    /// `POST /v1/boarding` and the like, with the query.
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// On the monotonic clock.
    pub(crate) at: Duration,
}

impl Sent {
    pub(crate) fn authorization(&self) -> Option<&str> {
        Some(self.headers.get(header::AUTHORIZATION)?.to_str().unwrap())
    }
}

#[derive(Clone)]
pub(crate) struct World {
    steps: Arc<Mutex<VecDeque<Step>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
    pub(crate) clock: ManualClock,
}

impl World {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps = Arc::new(Mutex::new(steps.into_iter().collect()));
        // Turns and pauses pass by themselves; the timers of attempts and calls stay armed.
        let clock = ManualClock::auto_up_to(START, Duration::from_secs(10));
        Self { steps, sent: Arc::default(), clock }
    }

    pub(crate) fn connection(&self) -> Connection {
        Connection::builder()
            .transport(self.clone())
            .clock(self.clock.clone())
            .randomness(SeededRandomness::new(7))
            .timeouts(Timeouts::new().connect(Duration::from_secs(20)))
            .retry(RetryPolicy::new())
            .build()
            .unwrap()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder(Environment::sandbox()).connection(self.connection())
    }

    /// With a token of its own: no login.
    pub(crate) fn client(&self) -> Client {
        self.builder().access_token("an-access-token").build().unwrap()
    }

    /// With credentials that are sent in the body.
    pub(crate) fn partner(&self) -> Client {
        self.builder().credentials("myUserName", PASSWORD).build().unwrap()
    }

    pub(crate) fn then(&self, steps: impl IntoIterator<Item = Step>) {
        self.steps.lock().unwrap().extend(steps);
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    /// The request lines, such as `POST /v1/auth`.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.sent().into_iter().map(|sent| sent.line).collect()
    }

    pub(crate) fn left(&self) -> usize {
        self.steps.lock().unwrap().len()
    }
}

impl Transport for World {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        assert_eq!(request.uri().host(), Some("apisandbox.integritypays.com"));
        assert_eq!(request.headers()[header::ACCEPT], "application/json");
        let sent = Sent {
            line: format!("{} {}", request.method(), request.uri().path_and_query().unwrap()),
            headers: request.headers().clone(),
            body: String::from_utf8(request.body().to_vec()).unwrap(),
            at: self.clock.monotonic(),
        };
        self.sent.lock().unwrap().push(sent);
        let step = self.steps.lock().unwrap().pop_front().expect("one attempt too many");
        Box::pin(async move {
            // A reply takes its time, so that calls at once are under way together.
            tokio::task::yield_now().await;
            match step {
                Step::Answers(status, headers, body) => {
                    let mut response = Response::new(Bytes::from(body));
                    *response.status_mut() = StatusCode::from_u16(status).unwrap();
                    *response.headers_mut() = headers;
                    Ok(response)
                }
                Step::Fails(phase, failure) => Err(TransportError::new(phase, failure)),
            }
        })
    }
}

pub(crate) fn shop() -> Address {
    Address::new("1 Main St", "Chicago", "IL", "60601")
}

pub(crate) fn owner() -> Contact {
    Contact::new("Ann", "Lee", "ann@lee.example", "(312) 555-0123", shop())
        .share("66.60")
        .primary()
        .ssn("219-09-9999")
}

pub(crate) fn partner() -> Contact {
    let home = Address::new("2 Oak Ave", "Evanston", "il", "60201-1234");
    Contact::new("Bo", "Ray", "bo@ray.example", "8475550199", home).share("33.40").ssn(OTHER_SSN)
}

pub(crate) fn application() -> MerchantApplication {
    application_of([owner(), partner()])
}

pub(crate) fn application_of(owners: impl IntoIterator<Item = Contact>) -> MerchantApplication {
    MerchantApplication::new("Lee's", "Lee & Ray \"Corp\"", "98-7654321", shop(), shop(), owners)
        .bank_account(BankAccount::new("Lee Corp", "021000021", ACCOUNT))
}

/// The sample that the document prints, with values in the place of types, and the MID where public
/// code finds it.
pub(crate) const BOARDED: &str = r#"{
    "links": [{"rel": "self", "href": "https://apisandbox.integritypays.com/v1/boarding/4021"}],
    "applicationUrl": "https://apply.example/a/7f3c",
    "gatewayUsers": [{"userName": "lees", "password": "initial-7"}],
    "merchant": {"mid": "402100000000017", "rate": 0.10},
    "responseStatus": {},
    "terminalConfig": {}
}"#;
