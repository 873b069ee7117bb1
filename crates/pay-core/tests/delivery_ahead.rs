//! What must be known before a call can be written is got in the time of that call.

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

use std::{error::Error as _, time::Duration};

use http::{HeaderName, HeaderValue, header};
use pay_core::{
    BoxFuture, CallOptions, Clock as _, Connection, Error, ErrorKind, Extra, ManualClock, Outcome,
    Result, Secret, Timeouts,
    provider::{
        Answer, Authorization, Base, BaseUrl, Effect, Engine, Need, Operation, Provider, Verdict,
    },
};
use time::{OffsetDateTime, macros::datetime};

use self::{
    script::{Script, answer},
    test_provider::{TestProvider, operation},
};

const START: OffsetDateTime = datetime!(2026-03-01 12:00:00 UTC);
const SECOND: Duration = Duration::from_secs(1);

static READ: Operation = operation("test.read", Effect::Read, &[401]);
static SALE: Operation = operation("test.sale", Effect::Once, &[401]);

fn connection(script: &Script, clock: &ManualClock) -> Connection {
    Connection::builder()
        .transport(script.clone())
        .clock(clock.clone())
        .timeouts(Timeouts::new().connect(SECOND).attempt(10 * SECOND).call(30 * SECOND))
        .build()
        .unwrap()
}

fn engine(clock: &ManualClock) -> Engine<TestProvider> {
    Engine::new(TestProvider::at("https://api.test"), connection(&Script::new([]), clock))
}

#[tokio::test]
async fn what_was_got_ahead_takes_its_time_from_the_call() {
    let clock = ManualClock::new(START);
    let engine = engine(&clock);
    let get = |need: Need| {
        clock.advance(12 * SECOND);
        std::future::ready(Ok(need))
    };
    let (need, options) = engine.ahead(&SALE, CallOptions::new(), get).await.unwrap();
    assert_eq!(need, Need { lasting: 10 * SECOND, within: 30 * SECOND });
    assert_eq!(options, CallOptions::new().timeout(18 * SECOND));

    // A read needs a token for now alone, and a deadline is kept.
    let deadline = clock.now() + 20 * SECOND;
    let given = CallOptions::new().deadline(deadline).attempt_timeout(3 * SECOND);
    let (need, options) = engine.ahead(&READ, given, get).await.unwrap();
    assert_eq!(need, Need { lasting: Duration::ZERO, within: 20 * SECOND });
    assert_eq!(options, given.timeout(8 * SECOND));
}

#[tokio::test]
async fn a_failure_ahead_is_that_of_a_call_that_was_not_sent() {
    let clock = ManualClock::new(START);
    let engine = engine(&clock);
    let refused = Error::new(ErrorKind::NotFound, Outcome::Refused, "no such merchant");
    let error =
        engine.ahead::<(), _>(&SALE, CallOptions::new(), |_| std::future::ready(Err(refused)));
    let error = error.await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_not_found());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(error.operation(), Some("test.sale"));
    assert!(error.lost_call().is_none());
    assert!(error.source().unwrap().to_string().contains("no such merchant"));

    let late = CallOptions::new().deadline(START - SECOND);
    let error = engine.ahead(&SALE, late, |_| std::future::ready(Ok(()))).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), Outcome::NotSent);
}

#[tokio::test]
async fn a_wait_ahead_ends_with_the_time_of_the_call() {
    let clock = ManualClock::auto(START);
    let engine = engine(&clock);
    let never = |_| std::future::pending::<Result<()>>();
    let error = engine.ahead(&SALE, CallOptions::new(), never).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(clock.now(), START + 30 * SECOND);
}

/// A provider that wants to hear of a body where there is none.
struct Strict {
    base: BaseUrl,
    headers: [(HeaderName, HeaderValue); 2],
}

impl Provider for Strict {
    fn user_agent(&self) -> &'static str {
        "strict/1.0"
    }

    fn raw_id(&self) -> &'static str {
        "strict.raw"
    }

    fn base(&self, _: Base) -> &BaseUrl {
        &self.base
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    fn authorize<'a>(
        &'a self,
        _: &'a Operation,
        _: Need,
    ) -> BoxFuture<'a, Result<Option<Authorization>>> {
        let token = Authorization::bearer(&Secret::new("secret-token"));
        Box::pin(std::future::ready(token.map(Some)))
    }

    fn renew(&self, _: &Operation, _: &Authorization) -> bool {
        false
    }

    fn read(&self, _: &Operation, _: &Answer) -> Option<Verdict> {
        None
    }
}

#[tokio::test]
async fn headers_of_a_body_go_where_there_is_none_and_never_come_twice() {
    let clock = ManualClock::new(START);
    let script = Script::new([answer(200, ""), answer(200, "")]);
    let provider = Strict {
        base: BaseUrl::from_static("https://api.test"),
        headers: [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/x-none")),
            (header::CONTENT_LENGTH, HeaderValue::from_static("0")),
        ],
    };
    let engine = Engine::new(provider, connection(&script, &clock));
    let call = || engine.call(&SALE, CallOptions::new()).path("sale_id", 7);
    call().acknowledge().await.unwrap();
    call().json(&[1], &Extra::default()).acknowledge().await.unwrap();
    let sent = script.sent();
    let values = |at: usize, name: &str| {
        let all = sent[at].headers().get_all(name).iter();
        all.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(values(0, "content-type"), ["application/x-none"]);
    assert_eq!(values(0, "content-length"), ["0"]);
    assert_eq!(values(1, "content-type"), ["application/json"]);
    assert!(values(1, "content-length").is_empty(), "the transport knows the length");
}
