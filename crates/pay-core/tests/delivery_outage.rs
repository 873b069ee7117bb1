//! A provider that is down: each call ends within its deadline, the provider is spared, and when it
//! is back, calls go well again without anybody's doing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "delivery/raw_server.rs"]
mod raw_server;
#[path = "delivery/test_provider.rs"]
mod test_provider;
#[path = "delivery/virtual_time.rs"]
mod virtual_time;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response};
use pay_core::{
    BoxFuture, CallOptions, Clock as _, Connection, Error, Extra, ManualClock, Outcome, Result,
    RetryPolicy, SeededRandomness, Timeouts,
    provider::{Effect, Engine, Operation},
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use self::{
    raw_server::read_request,
    test_provider::{TestProvider, operation},
    virtual_time::{dropped_after, hop, run},
};

static SALE: Operation = operation("test.sale", Effect::Once, &[401]);
static READ: Operation = operation("test.read", Effect::Read, &[401]);

const TASKS: usize = 50;
const CALLS_OF_A_TASK: usize = 40;
const CALLS: usize = TASKS * CALLS_OF_A_TASK;
/// What the default budget of 100 pays for, at 5 each.
const RETRIES: usize = 20;

async fn call(engine: &Engine<TestProvider>, operation: &Operation) -> Result<u32> {
    let call = engine.call(operation, CallOptions::new()).path("sale_id", "s1");
    let answer = call.json(&json!({"amount": 1}), &Extra::default()).send::<Value>().await?;
    Ok(answer.meta().attempts())
}

/// Fifty tasks make two thousand calls: how each failed, and how long it took.
async fn storm(engine: &Engine<TestProvider>, operations: &[&Operation]) -> Vec<(Error, Duration)> {
    let clock = engine.connection().clock();
    let tasks = (0..TASKS).map(async |task| {
        let mut failed = Vec::new();
        for step in 0..CALLS_OF_A_TASK {
            let began = clock.monotonic();
            let operation = operations[(task + step) % operations.len()];
            let error = call(engine, operation).await.unwrap_err();
            failed.push((error, clock.monotonic() - began));
        }
        failed
    });
    let failed: Vec<_> = join_all(tasks).await.into_iter().flatten().collect();
    assert_eq!(failed.len(), CALLS);
    failed
}

fn attempts(failed: &[(Error, Duration)]) -> usize {
    failed.iter().map(|(error, _)| usize::try_from(error.attempts()).unwrap()).sum()
}

/// What a provider does with every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Well,
    Refuses,
    /// Takes the request and never answers.
    Silent,
    Busy,
}

mod in_virtual_time {
    use super::*;

    #[derive(Clone)]
    struct Wire {
        mood: Arc<Mutex<Mood>>,
        asked: Arc<AtomicUsize>,
    }

    impl Transport for Wire {
        fn send(
            &self,
            _: Request<Bytes>,
            progress: Progress,
        ) -> BoxFuture<'_, std::result::Result<Response<Bytes>, TransportError>> {
            self.asked.fetch_add(1, SeqCst);
            let mood = *self.mood.lock().unwrap();
            Box::pin(async move {
                progress.connecting();
                hop().await;
                if mood == Mood::Refuses {
                    return Err(TransportError::new(Phase::NotSent, Failure::Connect));
                }
                assert!(progress.sending());
                hop().await;
                let (status, body) = match mood {
                    Mood::Silent => std::future::pending().await,
                    Mood::Busy => (503, "{}"),
                    _ => (200, r#"{"id":"t1"}"#),
                };
                Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap())
            })
        }
    }

    struct World {
        engine: Engine<TestProvider>,
        clock: ManualClock,
        wire: Wire,
    }

    impl World {
        fn new(mood: Mood) -> Self {
            let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
            let wire = Wire { mood: Arc::new(Mutex::new(mood)), asked: Arc::default() };
            let connection = Connection::builder()
                .clock(clock.clone())
                .randomness(SeededRandomness::new(1))
                .transport(wire.clone())
                .build()
                .unwrap();
            let engine = Engine::new(TestProvider::at("https://api.test"), connection);
            Self { engine, clock, wire }
        }

        fn becomes(&self, mood: Mood) {
            *self.wire.mood.lock().unwrap() = mood;
        }

        fn asked(&self) -> usize {
            self.wire.asked.swap(0, SeqCst)
        }

        /// How long the longest call took.
        fn storm(&self, operations: &[&Operation]) -> Duration {
            let failed = run(&self.clock, storm(&self.engine, operations));
            failed.into_iter().map(|(_, took)| took).max().unwrap()
        }

        fn one(&self, operation: &Operation) -> Result<u32> {
            run(&self.clock, call(&self.engine, operation))
        }
    }

    #[test]
    fn no_call_outlives_its_deadline_and_the_retries_of_all_are_bounded() {
        let limit = Duration::from_secs(75);
        for (mood, operations, longest) in [
            // Two pauses, of at most 0.2 and 0.4 s.
            (Mood::Refuses, &[&READ, &SALE], Duration::from_millis(600)),
            (Mood::Busy, &[&READ, &READ], Duration::from_millis(600)),
            (Mood::Silent, &[&READ, &READ], limit),
        ] {
            let world = World::new(mood);
            let took = world.storm(operations);
            assert!(took <= longest && took > longest / 4, "{mood:?}: {took:?}");
            assert_eq!(world.asked(), CALLS + RETRIES, "{mood:?}");
            // Without a success in between there is nothing left.
            world.storm(operations);
            assert_eq!(world.asked(), CALLS, "{mood:?}");

            world.becomes(Mood::Well);
            assert_eq!(world.one(operations[1]).unwrap(), 1, "{mood:?}: the first call goes well");
            // And so do the next: the whole budget is there again.
            (0..5 * RETRIES).for_each(|_| assert_eq!(world.one(&READ).unwrap(), 1));
            world.asked();
            world.becomes(mood);
            world.storm(operations);
            assert_eq!(world.asked(), CALLS + RETRIES, "{mood:?}");
        }
    }

    #[test]
    fn a_write_into_silence_or_a_busy_provider_is_sent_once_however_much_budget_there_is() {
        for mood in [Mood::Silent, Mood::Busy] {
            let world = World::new(mood);
            assert!(world.storm(&[&SALE]) <= Duration::from_secs(30));
            assert_eq!(world.asked(), CALLS);
            assert_eq!(world.one(&SALE).unwrap_err().outcome(), Outcome::Unknown);
        }
    }

    #[test]
    fn a_call_may_have_less_time_than_one_attempt() {
        let world = World::new(Mood::Silent);
        let options = CallOptions::new().timeout(Duration::from_secs(7));
        let call = world.engine.call(&READ, options).path("sale_id", "s1");
        let error = run(&world.clock, call.acknowledge()).unwrap_err();
        assert!(error.is_timeout());
        assert_eq!(world.clock.monotonic(), Duration::from_secs(7));
    }

    /// Callers in a hurry must not use up the retries of the others.
    #[test]
    fn calls_that_are_dropped_leave_the_budget_as_their_attempts_made_it() {
        let mut ended = false;
        for polls in 1.. {
            let world = World::new(Mood::Refuses);
            // Enough to use it all up, were each to take for a retry that it does not make.
            for _ in 0..2 * RETRIES {
                let dropped = dropped_after(polls, call(&world.engine, &SALE));
                ended = run(&world.clock, dropped).is_some();
                let retries = world.asked() - 1;
                world.becomes(Mood::Well);
                // What was really used is earned again.
                (0..5 * retries).for_each(|_| assert_eq!(world.one(&READ).unwrap(), 1));
                world.becomes(Mood::Refuses);
                world.asked();
            }
            world.storm(&[&SALE]);
            assert_eq!(world.asked(), CALLS + RETRIES, "dropped after {polls} polls");
            if ended {
                assert!(polls > 5, "too few awaits for this test to mean anything");
                break;
            }
        }
    }
}

mod on_sockets {
    use tokio::{
        io::AsyncWriteExt as _,
        net::{TcpListener, TcpSocket, TcpStream},
        task::JoinSet,
    };

    use super::*;

    /// A provider with moods. Its port is its own all the time: before it listens, it refuses.
    struct Server {
        mood: Arc<Mutex<Mood>>,
        /// Requests that were read.
        asked: Arc<AtomicUsize>,
        socket: Option<TcpSocket>,
        url: String,
        serving: JoinSet<()>,
    }

    impl Server {
        fn refusing() -> Self {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let url = format!("http://{}", socket.local_addr().unwrap());
            let mood = Arc::new(Mutex::new(Mood::Refuses));
            let socket = Some(socket);
            Self { mood, asked: Arc::default(), socket, url, serving: JoinSet::new() }
        }

        fn becomes(&mut self, mood: Mood) {
            *self.mood.lock().unwrap() = mood;
            if let Some(socket) = self.socket.take() {
                let listener = socket.listen(1024).unwrap();
                let serving = serve(listener, Arc::clone(&self.mood), Arc::clone(&self.asked));
                self.serving.spawn(serving);
            }
        }

        fn client(&self, attempt: Duration) -> Engine<TestProvider> {
            let timeouts = Timeouts::new().connect(attempt / 2).attempt(attempt).call(3 * attempt);
            let retry = RetryPolicy::new().backoff(Duration::ZERO, Duration::ZERO);
            let connection = Connection::builder().timeouts(timeouts).retry(retry).build().unwrap();
            Engine::new(TestProvider::at(&self.url), connection)
        }
    }

    async fn serve(listener: TcpListener, mood: Arc<Mutex<Mood>>, asked: Arc<AtomicUsize>) {
        let mut open = JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            open.spawn(answer(stream, Arc::clone(&mood), Arc::clone(&asked)));
        }
    }

    async fn answer(mut stream: TcpStream, mood: Arc<Mutex<Mood>>, asked: Arc<AtomicUsize>) {
        while read_request(&mut stream).await.is_some() {
            asked.fetch_add(1, SeqCst);
            let mood = *mood.lock().unwrap();
            let (status, body) = match mood {
                Mood::Silent => continue,
                Mood::Busy => ("503 Service Unavailable", "{}"),
                _ => ("200 OK", r#"{"id":"t1"}"#),
            };
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
            if stream.write_all(head.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    const PATIENT: Duration = Duration::from_secs(20);

    async fn goes_well(engine: &Engine<TestProvider>) {
        for operation in [&SALE, &READ] {
            assert_eq!(call(engine, operation).await.unwrap(), 1);
        }
    }

    #[tokio::test]
    async fn one_that_refuses_connections() {
        let mut server = Server::refusing();
        let engine = server.client(PATIENT);
        let failed = storm(&engine, &[&READ, &SALE]).await;
        assert!(failed.iter().all(|(error, _)| error.outcome() == Outcome::NotSent));
        assert_eq!(attempts(&failed), CALLS + RETRIES);
        server.becomes(Mood::Well);
        goes_well(&engine).await;
    }

    #[tokio::test]
    async fn one_that_takes_requests_and_never_answers() {
        let mut server = Server::refusing();
        server.becomes(Mood::Silent);
        let engine = server.client(Duration::from_millis(100));
        let failed = storm(&engine, &[&READ, &SALE]).await;
        assert!(failed.iter().all(|(error, _)| error.is_timeout()));
        let attempts = attempts(&failed);
        assert!(attempts <= CALLS + RETRIES, "{attempts}");
        let asked = server.asked.load(SeqCst);
        assert!(asked <= attempts && asked > 0, "{asked}");
        server.becomes(Mood::Well);
        // The same budget and connections, with more time for a loaded machine.
        let options = CallOptions::new().timeout(PATIENT).attempt_timeout(PATIENT);
        for operation in [&SALE, &READ] {
            let call = engine.call(operation, options).path("sale_id", "s1");
            let told = call.json(&json!({}), &Extra::default()).send::<Value>().await;
            assert_eq!(told.unwrap()["id"], "t1");
        }
    }

    #[tokio::test]
    async fn one_that_answers_503_to_everything() {
        let mut server = Server::refusing();
        server.becomes(Mood::Busy);
        let engine = server.client(PATIENT);
        let failed = storm(&engine, &[&READ, &SALE]).await;
        assert!(failed.iter().all(|(error, _)| error.is_provider_fault()));
        let asked = server.asked.load(SeqCst);
        assert_eq!((attempts(&failed), asked), (CALLS + RETRIES, CALLS + RETRIES));
        server.becomes(Mood::Well);
        goes_well(&engine).await;
    }
}
