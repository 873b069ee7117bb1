//! Turns: every attempt at a paced operation waits for its own, whatever it is sent again for.

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

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use pay_core::{
    BoxFuture, CallOptions, Clock as _, Connection, Error, ErrorKind, Extra, ManualClock,
    MemoryPacer, Outcome, Pacer, Result, RetryPolicy,
    provider::{Effect, Engine, Operation},
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use serde_json::{Value, json};
use time::{OffsetDateTime, macros::datetime};

use self::{
    script::{Script, Step, answer, fails},
    test_provider::{Login, TestProvider, operation},
};

const START: OffsetDateTime = datetime!(2026-03-01 12:00:00 UTC);
const EVERY: Duration = Duration::from_secs(5);

static SALE: Operation = operation("test.sale", Effect::Once, &[401]);
static OTHER: Operation = operation("test.other", Effect::Once, &[401]);

/// A script, and when each of its steps was asked for.
#[derive(Clone)]
struct Timed {
    script: Script,
    clock: ManualClock,
    times: Arc<Mutex<Vec<Duration>>>,
}

impl Transport for Timed {
    fn send(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.times.lock().unwrap().push(self.clock.monotonic());
        self.script.send(request, progress)
    }
}

struct World {
    engine: Engine<TestProvider>,
    sent: Timed,
}

impl World {
    fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::with(|provider| provider, None, steps)
    }

    fn with(
        provider: impl FnOnce(TestProvider) -> TestProvider,
        pacer: Option<Arc<dyn Pacer>>,
        steps: impl IntoIterator<Item = Step>,
    ) -> Self {
        // Turns and back-offs pass by themselves; the timers of attempts and calls do not.
        let clock = ManualClock::auto_up_to(START, 4 * EVERY);
        let sent =
            Timed { script: Script::new(steps), clock: clock.clone(), times: Arc::default() };
        let connection = Connection::builder()
            .transport(sent.clone())
            .clock(clock)
            .retry(RetryPolicy::new().max_attempts(5))
            .build()
            .unwrap();
        let pacer = pacer.unwrap_or_else(|| Arc::new(MemoryPacer::on(&connection)));
        let provider = provider(TestProvider::at("https://api.test").with_pace(pacer, EVERY));
        Self { engine: Engine::new(provider, connection), sent }
    }

    async fn call(&self, operation: &Operation, options: CallOptions) -> Result<Value> {
        let call = self.engine.call(operation, options).path("sale_id", "s1");
        Ok(call.json(&json!({"amount": 1}), &Extra::default()).send::<Value>().await?.into_inner())
    }

    async fn sale(&self) -> Result<Value> {
        self.call(&SALE, CallOptions::new()).await
    }

    fn gaps(&self) -> Vec<Duration> {
        let times = self.sent.times.lock().unwrap();
        times.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

fn ok() -> Step {
    answer(200, r#"{"id":"t1"}"#)
}

#[tokio::test]
async fn every_attempt_takes_a_turn() {
    let world = World::new([
        fails(Phase::NotSent, Failure::Connect),
        answer(429, r#"{"verdict":"throttled"}"#),
        answer(401, ""),
        ok(),
        ok(),
    ]);
    world.sale().await.unwrap();
    world.sale().await.unwrap();
    let gaps = world.gaps();
    assert_eq!(gaps.len(), 4);
    assert!(gaps.iter().all(|gap| *gap >= EVERY), "{gaps:?}");
    assert!(gaps.iter().all(|gap| *gap < 2 * EVERY), "{gaps:?}");
}

#[tokio::test]
async fn an_operation_without_a_pace_does_not_wait() {
    let world = World::new([ok(), ok(), ok()]);
    world.sale().await.unwrap();
    for _ in 0..2 {
        world.call(&OTHER, CallOptions::new()).await.unwrap();
    }
    assert_eq!(world.gaps(), [Duration::ZERO, Duration::ZERO]);
}

#[tokio::test]
async fn no_turn_is_taken_for_a_call_that_gets_no_token() {
    let refused = Error::new(ErrorKind::Unauthorized, Outcome::Refused, "no");
    let logins = [Some(Login::Fails(refused)), None];
    let world = World::with(|provider| provider.with_logins(logins), None, [ok()]);
    let error = world.sale().await.unwrap_err();
    assert!(error.is_unauthorized());
    world.sale().await.unwrap();
    assert_eq!(*world.sent.times.lock().unwrap(), [Duration::ZERO]);
}

#[tokio::test]
async fn a_turn_that_leaves_no_time_for_an_answer_is_not_waited_for() {
    let world = World::new([ok(), ok()]);
    world.sale().await.unwrap();
    let short = |seconds| {
        CallOptions::new()
            .attempt_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(seconds))
    };
    let error = world.call(&SALE, short(7)).await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
    assert!(error.is_timeout() && error.lost_call().is_none(), "{error}");
    assert_eq!(error.operation(), Some("test.sale"));
    world.call(&SALE, short(9)).await.unwrap();
    assert_eq!(world.gaps(), [EVERY]);
}

#[tokio::test]
async fn a_refusal_stays_known_where_the_next_turn_comes_too_late() {
    let world = World::new([answer(429, r#"{"verdict":"throttled","code":"429"}"#)]);
    let options =
        CallOptions::new().attempt_timeout(Duration::from_secs(3)).timeout(Duration::from_secs(6));
    let error = world.call(&SALE, options).await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Refused, 1));
    assert_eq!(error.status().unwrap().as_u16(), 429);
}

#[tokio::test]
async fn a_token_must_outlive_the_wait_as_well() {
    let world = World::new([ok(), ok()]);
    let options = CallOptions::new()
        .attempt_timeout(Duration::from_secs(30))
        .timeout(Duration::from_secs(75));
    world.call(&SALE, options).await.unwrap();
    world.call(&OTHER, options).await.unwrap();
    let lasting: Vec<_> =
        world.engine.provider().needs().iter().map(|need| need.lasting.as_secs()).collect();
    assert_eq!(lasting, [75, 30]);
}

/// A pacer that cannot reach its store, or never answers.
struct Broken {
    hangs: bool,
}

impl Pacer for Broken {
    fn wait<'a>(&'a self, _: &'a str, _: Duration, _: Duration) -> BoxFuture<'a, Result<()>> {
        let hangs = self.hangs;
        Box::pin(async move {
            if hangs {
                std::future::pending::<()>().await;
            }
            Err(Error::new(ErrorKind::Storage, Outcome::NotSent, "no store"))
        })
    }
}

#[tokio::test]
async fn a_pacer_that_fails_or_hangs_stops_the_call_and_nothing_is_sent() {
    for (hangs, kind) in [(false, ErrorKind::Storage), (true, ErrorKind::Timeout)] {
        let pacer: Arc<dyn Pacer> = Arc::new(Broken { hangs });
        let world = World::with(|provider| provider, Some(pacer), []);
        let options = CallOptions::new().attempt_timeout(EVERY / 5).timeout(EVERY);
        let error = world.call(&SALE, options).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::NotSent));
    }
}
