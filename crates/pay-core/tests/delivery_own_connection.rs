//! A write is never answered by another call's reply, and a connection that is closed while nobody
//! uses it never leaves a write in doubt: each write has a connection of its own.

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

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::join_all;
use pay_core::{
    CallOptions, Connection, Extra, Response, Result, RetryPolicy, Timeouts,
    provider::{Effect, Engine, Operation},
};
use serde_json::{Value, json};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use self::{
    raw_server::{Act, RawServer, ok, read_request, reply},
    test_provider::{TestProvider, operation},
};

static SALE: Operation = operation("test.sale", Effect::Once, &[401]);
static UPDATE: Operation = operation("test.update", Effect::Idempotent, &[401]);
static READ: Operation = operation("test.read", Effect::Read, &[401]);

fn client(url: &str) -> Engine<TestProvider> {
    let second = Duration::from_secs(1);
    let timeouts = Timeouts::new().connect(10 * second).attempt(20 * second).call(60 * second);
    let retry = RetryPolicy::new().backoff(Duration::ZERO, Duration::ZERO);
    let connection = Connection::builder().timeouts(timeouts).retry(retry).build().unwrap();
    Engine::new(TestProvider::at(url), connection)
}

async fn call(
    engine: &Engine<TestProvider>,
    operation: &Operation,
    id: &str,
) -> Result<Response<Value>> {
    let call = engine.call(operation, CallOptions::new()).path("sale_id", id);
    call.json(&json!({"amount": 1}), &Extra::default()).send().await
}

fn stray() -> Act {
    reply("200 OK", "", r#"{"id":"stray"}"#)
}

/// The second reply of a server or a proxy that answers twice comes when the next request is under
/// way: the HTTP stack cannot tell it from the answer.
#[tokio::test]
async fn a_second_reply_that_comes_late_answers_no_write() {
    for before in [&READ, &UPDATE, &SALE] {
        for write in [&UPDATE, &SALE] {
            let twice = vec![Act::Read, ok(), Act::Await, stray(), Act::Stall];
            let server = RawServer::start([twice, vec![Act::Read, ok(), Act::Stall]]).await;
            let engine = client(&server.url());
            call(&engine, before, "s1").await.unwrap();
            let told = call(&engine, write, "s2").await.unwrap();
            assert_eq!(told["id"], "t1", "{} after {}", write.id, before.id);
            assert_eq!((server.count(), server.connections()), (2, 2));
        }
    }
}

/// Of a read on a shared connection only its contents can tell; some answers have none that could.
#[tokio::test]
async fn nor_a_read_that_asks_for_a_connection_of_its_own() {
    for before in [&READ, &UPDATE, &SALE] {
        let twice = vec![Act::Read, ok(), Act::Await, stray(), Act::Stall];
        let server = RawServer::start([twice, vec![Act::Read, ok(), Act::Stall]]).await;
        let engine = client(&server.url());
        call(&engine, before, "s1").await.unwrap();
        let read = engine.call(&READ, CallOptions::new()).path("sale_id", "s2").own_connection();
        let told: Response<Value> = read.send().await.unwrap();
        assert_eq!(told["id"], "t1", "after {}", before.id);
        assert_eq!((server.count(), server.connections()), (2, 2));
    }
}

#[tokio::test]
async fn nor_is_a_read_answered_by_the_second_reply_to_a_write() {
    for write in [&UPDATE, &SALE] {
        let twice = vec![Act::Read, ok(), Act::Await, stray(), Act::Stall];
        let server = RawServer::start([twice, vec![Act::Read, ok(), Act::Stall]]).await;
        let engine = client(&server.url());
        call(&engine, write, "s1").await.unwrap();
        assert_eq!(call(&engine, &READ, "s2").await.unwrap()["id"], "t1");
        assert_eq!((server.count(), server.connections()), (2, 2));
    }
}

#[tokio::test]
async fn a_connection_that_is_closed_in_the_moment_of_a_write_leaves_no_doubt() {
    for before in [&READ, &UPDATE, &SALE] {
        for close in [vec![Act::Await], vec![Act::Await, Act::Reset]] {
            let closing = [vec![Act::Read, ok()], close].concat();
            let server = RawServer::start([closing, vec![Act::Read, ok(), Act::Stall]]).await;
            let engine = client(&server.url());
            call(&engine, before, "s1").await.unwrap();
            let told = call(&engine, &SALE, "s2").await.unwrap();
            assert_eq!((told.meta().attempts(), server.count()), (1, 2));
        }
    }
}

#[tokio::test]
async fn the_connection_of_a_write_is_closed_when_it_has_been_answered() {
    let server = Twice::start().await;
    let engine = client(&server.url);
    for id in ["s1", "s2", "s3"] {
        call(&engine, &SALE, id).await.unwrap();
    }
    while server.open() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn reads_share_a_connection_and_leave_it_alone_when_writes_come_between() {
    let server = RawServer::start([
        vec![Act::Read, ok(), Act::Read, ok(), Act::Stall],
        vec![Act::Read, ok(), Act::Stall],
    ])
    .await;
    let engine = client(&server.url());
    call(&engine, &READ, "s1").await.unwrap();
    call(&engine, &SALE, "s2").await.unwrap();
    call(&engine, &READ, "s3").await.unwrap();
    assert_eq!((server.count(), server.connections()), (3, 2));
}

/// Each of many calls at once, and one after another, on a server that answers everything twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writes_among_many_calls_get_their_own_answers_from_a_server_that_repeats_itself() {
    let server = Twice::start().await;
    let engine = client(&server.url);
    join_all((0..8).map(async |task| {
        for step in 0..25 {
            let id = format!("s{task}-{step}");
            let operation = [&READ, &SALE, &UPDATE][(task + step) % 3];
            let told = call(&engine, operation, &id).await.unwrap();
            if operation.effect != Effect::Read {
                assert_eq!(told["id"], id.as_str());
            }
        }
    }))
    .await;
    let seen = server.seen.lock().unwrap();
    for task in 0..8 {
        for step in 0..25 {
            let written = (task + step) % 3 != 0;
            let times = seen.get(&format!("s{task}-{step}")).copied().unwrap_or(0);
            assert!(!written || times == 1, "{times} times");
        }
    }
}

/// Answers each request with the id in its path, and once more when the next request has come on
/// the same connection.
struct Twice {
    url: String,
    /// How often each id was asked for.
    seen: Arc<Mutex<BTreeMap<String, usize>>>,
    /// Of each connection, whether it is open.
    connections: Arc<Mutex<Vec<bool>>>,
    _accepting: JoinSet<()>,
}

impl Twice {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let (seen, connections): (_, Arc<Mutex<Vec<bool>>>) = (Arc::default(), Arc::default());
        let mut accepting = JoinSet::new();
        let (counted, opened) = (Arc::clone(&seen), Arc::clone(&connections));
        accepting.spawn(async move {
            let mut serving = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let number = {
                    let mut opened = opened.lock().unwrap();
                    opened.push(true);
                    opened.len() - 1
                };
                let (counted, opened) = (Arc::clone(&counted), Arc::clone(&opened));
                serving.spawn(async move {
                    repeat(stream, &counted).await;
                    opened.lock().unwrap()[number] = false;
                });
            }
        });
        Self { url: format!("http://{address}"), seen, connections, _accepting: accepting }
    }

    fn connections(&self) -> usize {
        self.connections.lock().unwrap().len()
    }

    fn open(&self) -> usize {
        self.connections.lock().unwrap().iter().filter(|open| **open).count()
    }
}

async fn repeat(mut stream: TcpStream, seen: &Mutex<BTreeMap<String, usize>>) {
    let mut before: Option<String> = None;
    while let Some(request) = read_request(&mut stream).await {
        let path = request.split_whitespace().nth(1).unwrap();
        let id = path.rsplit('/').next().unwrap().to_owned();
        *seen.lock().unwrap().entry(id.clone()).or_default() += 1;
        let body = format!("{{\"id\":\"{id}\"}}");
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let both = [before.unwrap_or_default(), answer.clone()].concat();
        if stream.write_all(both.as_bytes()).await.is_err() {
            return;
        }
        before = Some(answer);
    }
}
