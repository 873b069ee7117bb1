//! What a call carries in secret is seen nowhere afterwards: not in errors, not in traces.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "delivery/script.rs"]
mod script;
#[path = "delivery/test_provider.rs"]
mod test_provider;

use std::{cell::RefCell, collections::BTreeMap, error::Error as StdError, fmt, sync::Once};

use pay_core::{
    CallOptions, Connection, Error, ErrorKind, Extra, ManualClock, Outcome, Response, RetryPolicy,
    provider::{Effect, Engine, Hidden, Operation, Query, RawCall},
    transport::{Failure, Phase},
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
};

use self::{
    script::{Script, Step, answer, fails},
    test_provider::{Login, TOKEN, TestProvider, operation},
};

const CARD: &str = "4111111111111111";
const CVV: &str = "595";
const KEY: &str = "key/with+odd=signs";
/// No secret, but the payer's: it stands in a query and must not be logged.
const EMAIL: &str = "payer@example.test";

static SALE: Operation = operation("test.sale", Effect::Once, &[401]);
static READ: Operation = operation("test.read", Effect::Read, &[401]);

fn engine(provider: TestProvider, steps: impl IntoIterator<Item = Step>) -> Engine<TestProvider> {
    // Whoever comes first to a place that is traced decides whether it is for the whole process.
    install();
    let connection = Connection::builder()
        .transport(Script::new(steps))
        .clock(ManualClock::auto(OffsetDateTime::UNIX_EPOCH))
        .retry(RetryPolicy::new().max_attempts(2))
        .build()
        .unwrap();
    Engine::new(provider, connection)
}

async fn sell(
    engine: &Engine<TestProvider>,
    operation: &Operation,
) -> Result<Response<Value>, Error> {
    engine
        .call(operation, CallOptions::new())
        .path("sale_id", "s1")
        .query(Query::new().push("email", EMAIL).push("key", KEY))
        .json(&json!({"card_number": CARD, "cvv2": CVV, "key": KEY}), &Extra::default())
        .hide([Hidden::number(CARD), Hidden::code(CVV), Hidden::exact(KEY)])
        .send()
        .await
}

/// Everything that an error can print, its causes included.
fn everything(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n{}\n", error.message());
    text.push_str(&format!("{:?} {:?}\n", error.field_errors(), error.code()));
    if let Some(meta) = error.meta() {
        text.push_str(&format!("{meta:?} {:?} {:?}\n", meta.headers(), meta.request_id()));
        text.push_str(&String::from_utf8_lossy(meta.raw_body()));
    }
    if let Some(body) = error.body::<Value>() {
        text.push_str(&body.to_string());
    }
    if let Some(lost) = error.lost_call() {
        text.push_str(&format!("{lost:?} {}", serde_json::to_string(lost).unwrap()));
    }
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!("{cause}\n{cause:?}\n"));
        next = cause.source();
    }
    text
}

#[track_caller]
fn assert_no_secret(text: &str) {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    for secret in [CARD, KEY, "key%2Fwith", r"key\/with", "secret-token"] {
        assert!(!text.contains(secret), "{secret} in: {text}");
        assert!(!digits.contains(secret), "{secret} in: {text}");
    }
    assert!(!digits.contains("595"), "the CVV in: {text}");
}

/// A provider that repeats whatever it was sent, in many ways.
fn echoes() -> Vec<Step> {
    let mut steps = Vec::new();
    for (status, verdict) in [
        (402, "declined"),
        (422, "refused"),
        (500, "faulty"),
        (200, "unclear"),
        (200, "contradicts"),
        (400, "by_status"),
        (429, "throttled"),
    ] {
        let body = json!({
            "verdict": verdict,
            "message": format!("card 4111 1111-1111 1111, cvv {CVV}, token {TOKEN}, key {KEY}"),
            "code": format!("bad {KEY}"),
            "field": format!("card {CARD}"),
            "card_number": CARD,
            "card": 4_111_111_111_111_111_u64,
            "cvv2": CVV,
            "object": {"id": "d1", "echo": format!("{TOKEN} {KEY} {CARD}")},
            (CARD): "as a name",
        });
        let escaped = body.to_string().replace('/', r"\/");
        for body in [body.to_string(), escaped] {
            let step = answer(status, body)
                .header(
                    "location",
                    &format!("https://elsewhere.test/?key=key%2Fwith%2Bodd%3Dsigns&t={TOKEN}"),
                )
                .header("x-request-id", &format!("r-{CARD}"));
            steps.push(step);
        }
    }
    steps.push(answer(400, format!("<html>{CARD} {CVV} {TOKEN} {KEY}")));
    steps.push(answer(200, format!("{{\"card_number\":\"{CARD}\",\"cvv\":\"{CVV}\",")));
    let mut latin1 = format!("refus: {CARD} {CVV} {TOKEN} ").into_bytes();
    latin1.push(0xe9);
    steps.push(answer(400, latin1));
    steps
}

#[tokio::test]
async fn an_echo_is_masked_in_everything_that_an_error_holds() {
    for step in echoes() {
        let again = step.clone();
        for operation in [&SALE, &READ] {
            let engine =
                engine(TestProvider::at("https://api.test"), [step.clone(), again.clone()]);
            let error = sell(&engine, operation).await.unwrap_err();
            assert_no_secret(&everything(&error));
            assert!(!everything(&error).contains(EMAIL));
        }
    }
}

#[tokio::test]
async fn an_echo_is_masked_in_a_success_too() {
    let body = json!({"id": "t1", "amount": 595.0, "card_number": CARD, "message": format!("{CVV} {TOKEN}")});
    let engine = engine(TestProvider::at("https://api.test"), [answer(200, body.to_string())]);
    let response = sell(&engine, &SALE).await.unwrap();
    let raw = String::from_utf8(response.meta().raw_body().to_vec()).unwrap();
    assert_eq!(response["amount"], 595.0, "an amount is no CVV");
    assert!(!raw.contains(CARD) && !raw.contains(TOKEN), "{raw}");
    assert_eq!(response["message"], "*** [redacted]");
}

#[tokio::test]
async fn a_card_that_is_not_of_this_call_is_masked_in_what_is_said() {
    let body = json!({
        "verdict": "refused",
        "message": "not 5555 5555 5555 4444",
        "code": "5555555555554444",
        "field": "card 5555-5555-5555-4444",
    });
    let engine = engine(TestProvider::at("https://api.test"), [answer(422, body.to_string())]);
    let error = sell(&engine, &SALE).await.unwrap_err();
    let said = format!("{error} {error:?} {:?} {:?}", error.field_errors(), error.code());
    assert!(!said.contains("4444"), "{said}");
    assert_eq!(error.message(), "not [redacted]");
    assert_eq!(error.field_errors()[0].field, "card [redacted]");
    assert_eq!(error.field_errors()[0].code.as_deref(), Some("[redacted]"));
}

#[tokio::test]
async fn an_old_token_is_masked_after_the_renewal() {
    let second = answer(400, format!("not {TOKEN} nor secret-token-2"));
    let engine = engine(TestProvider::at("https://api.test"), [answer(401, ""), second]);
    let error = sell(&engine, &SALE).await.unwrap_err();
    assert_no_secret(&everything(&error));
}

/// Spans and events as text: each span with its fields as they are in the end.
struct Recording(Vec<Record>);

struct Record {
    id: u64,
    name: &'static str,
    fields: BTreeMap<String, String>,
}

impl Recording {
    /// The fields of all spans of a name.
    fn spans(&self, name: &str) -> Vec<&BTreeMap<String, String>> {
        self.0.iter().filter(|record| record.name == name).map(|record| &record.fields).collect()
    }

    fn text(&self) -> String {
        self.0.iter().map(|record| format!("{} {:?}\n", record.name, record.fields)).collect()
    }
}

struct Fields<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

thread_local! {
    static RECORDS: RefCell<Vec<Record>> = const { RefCell::new(Vec::new()) };
}

/// Hears everything, other libraries included, on each thread apart.
///
/// One for the whole process: whether a span is of interest to anybody is remembered for the whole
/// process too, so that subscribers that come and go would make each other deaf.
struct Recorder;

impl Recorder {
    fn add(id: u64, name: &'static str, record: impl FnOnce(&mut Fields<'_>)) {
        let mut fields = BTreeMap::new();
        record(&mut Fields(&mut fields));
        RECORDS.with_borrow_mut(|records| records.push(Record { id, name, fields }));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, _: Context<'_, S>) {
        Self::add(id.into_u64(), attributes.metadata().name(), |fields| attributes.record(fields));
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, _: Context<'_, S>) {
        RECORDS.with_borrow_mut(|records| {
            // Ids are used again: the last one is meant.
            let record = records.iter_mut().rev().find(|record| record.id == id.into_u64());
            values.record(&mut Fields(&mut record.unwrap().fields));
        });
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        Self::add(0, event.metadata().name(), |fields| event.record(fields));
    }
}

fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(Recorder);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// Runs the calls, and hands back what they left in the trace.
fn recorded(calls: impl Future<Output = ()>) -> Recording {
    install();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    RECORDS.take();
    runtime.block_on(calls);
    Recording(RECORDS.take())
}

#[test]
fn a_trace_has_opentelemetrys_names_and_no_value_of_the_call() {
    let refused = fails(Phase::NotSent, Failure::Connect);
    let recording = recorded(async {
        let engine = engine(
            TestProvider::at("https://api.test:8443/root"),
            [refused, answer(200, r#"{"id":"t1"}"#), answer(503, CARD)],
        );
        sell(&engine, &SALE).await.unwrap();
        sell(&engine, &SALE).await.unwrap_err();
    });
    let calls = recording.spans("pay.call");
    let attempts = recording.spans("pay.attempt");
    let expected = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    };
    let call = [
        ("otel.kind", "client"),
        ("pay.operation", "test.sale"),
        ("http.request.method", "POST"),
        ("url.template", "/v1/sale/{sale_id}"),
        ("server.address", "api.test"),
        ("server.port", "8443"),
    ];
    let ok = [("pay.attempts", "2"), ("pay.outcome", "ok"), ("http.response.status_code", "200")];
    assert_eq!(*calls[0], expected(&[&call[..], &ok].concat()));
    let failed = [
        ("pay.attempts", "1"),
        ("pay.outcome", "unknown"),
        ("http.response.status_code", "503"),
        ("error.type", "provider_fault"),
        ("otel.status_code", "ERROR"),
    ];
    assert_eq!(*calls[1], expected(&[&call[..], &failed].concat()));

    let attempt = &call[1..];
    let first =
        [("pay.attempt", "1"), ("http.request.resend_count", "0"), ("error.type", "connect")];
    let second = [
        ("pay.attempt", "2"),
        ("http.request.resend_count", "1"),
        ("http.response.status_code", "200"),
    ];
    let third = [
        ("pay.attempt", "1"),
        ("http.request.resend_count", "0"),
        ("http.response.status_code", "503"),
        ("error.type", "503"),
    ];
    assert_eq!(*attempts[0], expected(&[attempt, &first].concat()));
    assert_eq!(*attempts[1], expected(&[attempt, &second].concat()));
    assert_eq!(*attempts[2], expected(&[attempt, &third].concat()));
}

#[test]
fn a_trace_writes_an_address_without_brackets_and_the_port_of_the_scheme() {
    for (base, address, port) in [
        ("https://api.test/x", "api.test", "443"),
        ("http://[::1]:9", "::1", "9"),
        ("http://localhost", "localhost", "80"),
    ] {
        let recording = recorded(async {
            let engine = engine(TestProvider::at(base), [answer(200, "{}")]);
            sell(&engine, &SALE).await.unwrap();
        });
        let call = recording.spans("pay.call")[0];
        assert_eq!((&*call["server.address"], &*call["server.port"]), (address, port));
    }
}

#[test]
fn a_trace_holds_no_secret_whatever_happens() {
    let recording = recorded(async {
        for step in echoes() {
            let engine = engine(TestProvider::at("https://api.test"), (0..4).map(|_| step.clone()));
            sell(&engine, &SALE).await.unwrap_err();
            let path = format!("/raw/{KEY}");
            let raw =
                RawCall::new(&engine, CallOptions::new(), Effect::Once, http::Method::PUT, path);
            raw.query("email", EMAIL).send::<u8>().await.unwrap_err();
        }
        let cause = Error::new(ErrorKind::Refused, Outcome::Refused, "no")
            .with_code(Some("invalid_client".to_owned()));
        let provider =
            TestProvider::at("https://api.test").with_logins([Some(Login::Fails(cause))]);
        sell(&engine(provider, []), &SALE).await.unwrap_err();
    });
    let text = recording.text();
    assert!(recording.spans("pay.call").len() > 10, "nothing was recorded");
    assert_no_secret(&text);
    assert!(!text.contains(EMAIL), "{text}");
    assert!(!text.contains("/raw/"), "a raw path has its values in it: {text}");
}
