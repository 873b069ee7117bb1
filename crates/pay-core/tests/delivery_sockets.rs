//! The engine on real sockets, against a server that breaks the connection in every way we know.
//!
//! One and the same break is reported in several ways, depending on timing. So these tests assert
//! the safe direction: never "not sent" once the server has read the request, and never a write
//! that the server reads twice.

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
    error::Error as _,
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use http::Method;
use pay_core::{
    CallOptions, Connection, ConnectionBuilder, Error, ErrorKind, Extra, Outcome, Response, Result,
    RetryPolicy, Timeouts,
    provider::{Effect, Engine, Operation},
};
use serde_json::{Value, json};
use tokio::net::TcpSocket;

use self::{
    raw_server::{Act, RawServer, ok, reply, write},
    test_provider::{TestProvider, operation},
};

static SALE: Operation = operation("test.sale", Effect::Once, &[401]);
static READ: Operation = operation("test.read", Effect::Read, &[401]);

/// Long enough for a loaded machine: for tests in which no time runs out.
fn patient() -> ConnectionBuilder {
    timed(Duration::from_secs(10), Duration::from_secs(20))
}

/// For tests in which the answer does not come: an attempt takes 1.2 s.
fn hasty() -> ConnectionBuilder {
    timed(Duration::from_secs(1), Duration::from_millis(1_200))
}

/// For tests in which the connection does not come: 200 ms to connect.
fn hasty_to_connect() -> ConnectionBuilder {
    timed(Duration::from_millis(200), Duration::from_secs(20))
}

fn timed(connect: Duration, attempt: Duration) -> ConnectionBuilder {
    let timeouts = Timeouts::new().connect(connect).attempt(attempt).call(3 * attempt);
    Connection::builder().timeouts(timeouts).retry(at_once())
}

fn at_once() -> RetryPolicy {
    RetryPolicy::new().backoff(Duration::ZERO, Duration::ZERO)
}

fn client(url: &str, connection: ConnectionBuilder) -> Engine<TestProvider> {
    Engine::new(TestProvider::at(url), connection.build().unwrap())
}

async fn sell(engine: &Engine<TestProvider>) -> Result<Response<Value>> {
    sell_with(engine, CallOptions::new()).await
}

async fn sell_with(engine: &Engine<TestProvider>, options: CallOptions) -> Result<Response<Value>> {
    engine
        .call(&SALE, options)
        .path("sale_id", "s1")
        .json(&json!({"amount": 1}), &Extra::default())
        .send()
        .await
}

async fn look(engine: &Engine<TestProvider>) -> Result<Response<Value>> {
    engine.call(&READ, CallOptions::new()).path("sale_id", "s1").send().await
}

/// The chain of causes, for messages.
fn chain(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// A port that nobody listens on, and that nobody else gets while it is held.
fn nobody() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    socket
}

mod before_the_request_is_sent {
    use super::*;

    #[tokio::test]
    async fn refused_is_not_sent() {
        let nobody = nobody();
        let engine = client(&format!("http://{}", nobody.local_addr().unwrap()), patient());
        let error = sell(&engine).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{}", chain(&error));
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3));
    }

    #[tokio::test]
    async fn a_name_that_is_not_found_is_not_sent() {
        // Where a network swallows the question, the time to connect runs out instead.
        let engine = client("https://nowhere.invalid", hasty_to_connect());
        let error = sell(&engine).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{}", chain(&error));
    }

    #[tokio::test]
    async fn tls_to_a_port_without_it_is_not_sent() {
        let server = RawServer::always(vec![
            Act::Wait(Duration::from_millis(5)),
            write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
            Act::Stall,
        ])
        .await;
        let error = sell(&client(&server.https_url(), patient())).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{}", chain(&error));
        assert_eq!((server.connections(), server.count()), (3, 0));
    }

    #[tokio::test]
    async fn a_tls_handshake_that_stalls_is_not_sent() {
        let server = RawServer::always(vec![Act::Stall]).await;
        let error = sell(&client(&server.https_url(), hasty_to_connect())).await.unwrap_err();
        assert!(error.is_timeout());
        assert_eq!(error.outcome(), Outcome::NotSent, "{}", chain(&error));
        assert_eq!((server.connections(), error.attempts()), (3, 3));
    }

    #[tokio::test]
    async fn a_tls_handshake_that_outlasts_the_attempt_is_not_sent_either() {
        // The time to connect is longer here: only the silence of the body tells.
        let server = RawServer::always(vec![Act::Stall]).await;
        let options = CallOptions::new().attempt_timeout(Duration::from_millis(150));
        let engine = client(&server.https_url(), patient());
        let error = sell_with(&engine, options).await.unwrap_err();
        assert!(error.is_timeout());
        assert_eq!(error.outcome(), Outcome::NotSent, "{}", chain(&error));
    }

    #[tokio::test]
    async fn the_same_without_a_body_proves_nothing_and_is_unknown() {
        let server = RawServer::always(vec![Act::Stall]).await;
        let options = CallOptions::new().attempt_timeout(Duration::from_millis(150));
        let engine = client(&server.https_url(), patient());
        let call = engine.call(&SALE, options).path("sale_id", "s1");
        let error = call.acknowledge().await.unwrap_err();
        assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
    }

    #[tokio::test]
    async fn a_connection_closed_on_arrival_is_never_called_sent_nor_sent_twice() {
        for last in [vec![Act::Reset], vec![]] {
            for _ in 0..20 {
                let server = RawServer::always(last.clone()).await;
                let error = sell(&client(&server.url(), patient())).await.unwrap_err();
                assert_eq!(server.count(), 0);
                let outcome = error.outcome();
                let expected = matches!(outcome, Outcome::NotSent | Outcome::Unknown);
                assert!(expected, "{}", chain(&error));
                if error.attempts() < 3 {
                    assert_eq!(outcome, Outcome::Unknown, "it stopped, so it did not know");
                }
            }
        }
    }

    #[tokio::test]
    async fn a_connection_that_breaks_on_arrival_and_then_holds_reads_it_once() {
        for first in [vec![Act::Reset], vec![]] {
            for _ in 0..20 {
                let server =
                    RawServer::start([first.clone(), vec![Act::Read, ok(), Act::Stall]]).await;
                let result = sell(&client(&server.url(), patient())).await;
                match result {
                    Ok(_) => assert_eq!(server.count(), 1),
                    Err(error) => {
                        assert_eq!((error.outcome(), server.count()), (Outcome::Unknown, 0));
                    }
                }
            }
        }
    }
}

mod after_the_request_was_read {
    use super::*;

    const CUT_LENGTH: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":\"t1\"}";
    const CUT_CHUNKED: &str =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\n{\"id\":\"t1\"}\r\n";

    /// Every way in which a reply may fail, with what it is called.
    fn failures() -> Vec<(&'static str, Vec<Act>, ErrorKind)> {
        let broken = ErrorKind::Transport;
        let unreadable = ErrorKind::Unreadable;
        let timeout = ErrorKind::Timeout;
        let pause = Duration::from_millis(50);
        vec![
            ("closed", vec![], broken),
            ("reset", vec![Act::Reset], broken),
            ("a cut status line", vec![write("HTTP/1.1 20")], broken),
            ("cut headers", vec![write("HTTP/1.1 200 OK\r\ncontent-le")], broken),
            ("a reset in the headers", vec![write("HTTP/1.1 200 OK\r\nx: "), Act::Reset], broken),
            ("garbage", vec![write("\x16\x03\x01 no HTTP at all\r\n\r\n")], unreadable),
            ("a bad status", vec![write("HTTP/1.1 abc OK\r\n\r\n")], unreadable),
            ("a bad header", vec![write("HTTP/1.1 200 OK\r\n\0bad: 1\r\n\r\n")], unreadable),
            ("another HTTP", vec![write("HTTP/3.0 200 OK\r\n\r\n")], unreadable),
            ("a body cut short", vec![write(CUT_LENGTH)], broken),
            ("a body reset", vec![write(CUT_LENGTH), Act::Reset], broken),
            ("a chunked body cut short", vec![write(CUT_CHUNKED)], broken),
            (
                "a bad chunk",
                vec![write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")],
                broken,
            ),
            (
                "no length and an early end",
                vec![write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"id\":\"t")],
                unreadable,
            ),
            ("an empty reply", vec![reply("200 OK", "", "")], unreadable),
            ("silence", vec![Act::Stall], timeout),
            ("silence after the head", vec![write("HTTP/1.1 200 OK\r\n"), Act::Stall], timeout),
            ("a body that stalls", vec![write(CUT_LENGTH), Act::Stall], timeout),
            ("a chunk that stalls", vec![write(CUT_CHUNKED), Act::Stall], timeout),
            (
                "a slow drip",
                vec![Act::Drip(CUT_LENGTH.as_bytes().to_vec(), pause), Act::Stall],
                timeout,
            ),
            (
                "endless early hints",
                vec![Act::Drip("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50).into_bytes(), pause)],
                timeout,
            ),
        ]
    }

    #[tokio::test]
    async fn every_failed_reply_is_unknown_and_the_server_read_one_request() {
        for_all_failures(async |name, acts, kind, engine_for| {
            let server = RawServer::always([vec![Act::Read], acts].concat()).await;
            let error = sell(&engine_for(&server)).await.unwrap_err();
            assert_eq!(error.outcome(), Outcome::Unknown, "{name}: {}", chain(&error));
            assert_eq!(error.kind(), kind, "{name}: {}", chain(&error));
            assert_eq!((server.count(), server.connections()), (1, 1), "{name}");
            assert!(error.lost_call().is_some());
        })
        .await;
    }

    #[tokio::test]
    async fn the_same_for_a_read_is_asked_again() {
        for_all_failures(async |name, acts, _, engine_for| {
            let script = [vec![Act::Read], acts].concat();
            let server = RawServer::start([script, vec![Act::Read, ok(), Act::Stall]]).await;
            let response = look(&engine_for(&server))
                .await
                .unwrap_or_else(|error| panic!("{name}: {}", chain(&error)));
            assert_eq!((response.meta().attempts(), server.count()), (2, 2), "{name}");
        })
        .await;
    }

    #[tokio::test]
    async fn so_is_one_on_a_connection_that_was_used_before() {
        for_all_failures(async |name, acts, _, engine_for| {
            let script = [vec![Act::Read, ok(), Act::Read], acts].concat();
            let server = RawServer::start([script, vec![Act::Read, ok(), Act::Stall]]).await;
            let engine = engine_for(&server);
            look(&engine).await.unwrap();
            let response =
                look(&engine).await.unwrap_or_else(|error| panic!("{name}: {}", chain(&error)));
            assert_eq!((response.meta().attempts(), server.count()), (2, 3), "{name}");
            assert_eq!(server.connections(), 2, "{name}");
        })
        .await;
    }

    /// All at once, because some take as long as an attempt may.
    async fn for_all_failures(
        check: impl AsyncFn(&str, Vec<Act>, ErrorKind, &dyn Fn(&RawServer) -> Engine<TestProvider>),
    ) {
        let check = &check;
        // Made before: it takes long enough to make the time of others run out.
        let [hasty, patient] = &[hasty(), patient()].map(|builder| builder.build().unwrap());
        let checks = failures().into_iter().map(|(name, acts, kind)| async move {
            let connection = if kind == ErrorKind::Timeout { hasty } else { patient };
            let engine_for = |server: &RawServer| {
                Engine::new(TestProvider::at(&server.url()), connection.clone())
            };
            check(name, acts, kind, &engine_for).await;
        });
        futures_util::future::join_all(checks).await;
    }

    #[tokio::test]
    async fn time_that_runs_out_is_known_on_time() {
        let server = RawServer::always(vec![Act::Read, Act::Stall]).await;
        let began = Instant::now();
        assert!(sell(&client(&server.url(), hasty())).await.unwrap_err().is_timeout());
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(1_200) && took < Duration::from_secs(5), "{took:?}");
    }

    #[tokio::test]
    async fn a_body_larger_than_the_limit_is_not_read() {
        let endless = "10000\r\n".to_owned() + &"x".repeat(0x10000) + "\r\n";
        for (name, acts) in [
            ("declared", vec![write("HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n")]),
            (
                "chunked",
                vec![
                    write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
                    write(endless.repeat(20)),
                ],
            ),
            ("unbounded", vec![write("HTTP/1.1 200 OK\r\n\r\n"), write("x".repeat(1_000_000))]),
        ] {
            let script = [vec![Act::Read], acts, vec![Act::Stall]].concat();
            let server = RawServer::always(script).await;
            let connection = patient().response_limit(1_000);
            let error = sell(&client(&server.url(), connection)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unreadable, "{name}: {}", chain(&error));
            assert_eq!((error.outcome(), server.count()), (Outcome::Unknown, 1), "{name}");
        }
        let body = format!("{{\"id\":\"{}\"}}", "x".repeat(991));
        assert_eq!(body.len(), 1_000);
        let server = RawServer::always(vec![Act::Read, reply("200 OK", "", &body)]).await;
        assert!(sell(&client(&server.url(), patient().response_limit(1_000))).await.is_ok());
        assert!(sell(&client(&server.url(), patient().response_limit(999))).await.is_err());
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let elsewhere = RawServer::always(vec![Act::Read, ok()]).await;
        for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
        {
            let location = format!("location: {}/v1/sale/s1\r\n", elsewhere.url());
            let server =
                RawServer::always(vec![Act::Read, reply(status, &location, ""), Act::Stall]).await;
            let error = sell(&client(&server.url(), patient())).await.unwrap_err();
            assert_eq!(error.outcome(), Outcome::Unknown, "{status}: {}", chain(&error));
            assert!(error.meta().unwrap().headers().contains_key("location"));
            assert_eq!((server.count(), elsewhere.connections()), (1, 0), "{status}");

            let engine = client(&server.url(), patient());
            let call = engine.call(&READ, CallOptions::new()).path("sale_id", "s1");
            assert!(call.send::<Value>().await.is_err());
            assert_eq!((server.count(), elsewhere.connections()), (2, 0), "{status}");
        }
    }

    #[tokio::test]
    async fn what_comes_before_the_answer_is_passed_over() {
        let server = RawServer::always(vec![
            Act::Read,
            write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"),
            ok(),
            Act::Stall,
        ])
        .await;
        let response = sell(&client(&server.url(), patient())).await.unwrap();
        assert_eq!((response["id"].as_str(), server.count()), (Some("t1"), 1));
    }

    #[tokio::test]
    async fn an_answer_of_http_1_0_and_one_in_pieces_are_read() {
        let body = "HTTP/1.0 200 OK\r\n\r\n{\"id\":\"t1\"}";
        let pieces = Act::Drip(body.as_bytes().to_vec(), Duration::from_millis(1));
        let chunked = write(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n6\r\n:\"t1\"}\r\n0\r\n\r\n",
        );
        for act in [write(body), pieces, chunked] {
            let server = RawServer::always(vec![Act::Read, act]).await;
            assert_eq!(sell(&client(&server.url(), patient())).await.unwrap()["id"], "t1");
        }
    }
}

/// Only reads have it. What protects writes is in `delivery_own_connection.rs`.
mod a_pooled_connection {
    use super::*;

    #[tokio::test]
    async fn is_used_again() {
        let server = RawServer::always(vec![Act::Read, ok(), Act::Read, ok(), Act::Stall]).await;
        let engine = client(&server.url(), patient());
        look(&engine).await.unwrap();
        look(&engine).await.unwrap();
        assert_eq!((server.connections(), server.count()), (1, 2));
    }

    #[tokio::test]
    async fn that_was_closed_while_idle_is_replaced() {
        for last in [vec![], vec![Act::Reset]] {
            let script = [vec![Act::Read, ok()], last].concat();
            let server = RawServer::always(script).await;
            let engine = client(&server.url(), patient());
            for asked in 1..=3 {
                assert_eq!(look(&engine).await.unwrap().meta().attempts(), 1);
                assert_eq!(server.count(), asked);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assert_eq!(server.connections(), 3);
        }
    }

    #[tokio::test]
    async fn that_is_being_closed_just_now_leaves_no_read_without_an_answer() {
        // No pause: the close races with the next request, which may or may not get through.
        for last in [vec![], vec![Act::Reset]] {
            let script = [vec![Act::Read, ok()], last].concat();
            for _ in 0..30 {
                let server = RawServer::always(script.clone()).await;
                let engine = client(&server.url(), patient());
                look(&engine).await.unwrap();
                look(&engine).await.unwrap();
                assert_eq!((server.count(), server.connections()), (2, 2));
            }
        }
    }

    #[tokio::test]
    async fn does_not_give_a_stray_answer_to_the_next_call() {
        let stray = reply("200 OK", "", r#"{"id":"stray"}"#);
        for between in [vec![], vec![Act::Wait(Duration::from_millis(30))]] {
            let script = [vec![Act::Read, ok()], between, vec![stray.clone(), Act::Stall]].concat();
            let server = RawServer::start([script, vec![Act::Read, ok(), Act::Stall]]).await;
            let engine = client(&server.url(), patient());
            assert_eq!(look(&engine).await.unwrap()["id"], "t1");
            // The client hangs up.
            server.ended(1).await;
            assert_eq!(look(&engine).await.unwrap()["id"], "t1");
        }
    }

    #[tokio::test]
    async fn of_a_call_that_was_given_up_is_not_used_again() {
        let late = Act::Wait(Duration::from_millis(1_800));
        let first = vec![Act::Read, late, reply("200 OK", "", r#"{"id":"late"}"#), Act::Stall];
        let server = RawServer::start([first, vec![Act::Read, ok(), Act::Stall]]).await;
        let engine = client(&server.url(), hasty().retry(RetryPolicy::never()));
        assert!(look(&engine).await.unwrap_err().is_timeout());
        assert_eq!(look(&engine).await.unwrap()["id"], "t1");
        assert_eq!((server.connections(), server.count()), (2, 2));
    }

    #[tokio::test]
    async fn of_a_call_that_was_dropped_is_not_used_again() {
        let first = vec![Act::Read, Act::Wait(Duration::from_millis(1_800)), ok(), Act::Stall];
        let server = RawServer::start([first, vec![Act::Read, ok(), Act::Stall]]).await;
        let engine = client(&server.url(), patient());
        tokio::select! {
            answer = look(&engine) => panic!("it was not there yet: {answer:?}"),
            () = server.has_read(1) => {}
        }
        look(&engine).await.unwrap();
        assert_eq!(server.connections(), 2);
    }
}

mod a_request_without_a_body {
    use super::*;

    fn operations() -> Vec<Operation> {
        [Method::GET, Method::POST, Method::PUT, Method::DELETE]
            .into_iter()
            .map(|method| Operation { method, ..operation("test.empty", Effect::Once, &[]) })
            .collect()
    }

    async fn send(engine: &Engine<TestProvider>, operation: &Operation) -> Result<Response<()>> {
        engine.call(operation, CallOptions::new()).path("sale_id", "s1").acknowledge().await
    }

    #[tokio::test]
    async fn is_not_sent_where_there_is_no_connection() {
        let nobody = nobody();
        let engine = client(&format!("http://{}", nobody.local_addr().unwrap()), patient());
        let stalling = RawServer::always(vec![Act::Stall]).await;
        let stalled = client(&stalling.https_url(), hasty_to_connect());
        let check = async |operation: Operation| {
            let error = send(&engine, &operation).await.unwrap_err();
            assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 3));
            let error = send(&stalled, &operation).await.unwrap_err();
            assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 3));
            assert!(error.is_timeout());
        };
        futures_util::future::join_all(operations().into_iter().map(check)).await;
    }

    #[tokio::test]
    async fn is_unknown_and_not_sent_again_once_there_is_one() {
        for operation in operations() {
            for last in [vec![], vec![Act::Reset]] {
                let script = [vec![Act::Read], last].concat();
                let server = RawServer::always(script).await;
                let error = send(&client(&server.url(), patient()), &operation).await.unwrap_err();
                assert_eq!(error.outcome(), Outcome::Unknown, "{}", chain(&error));
                assert_eq!((server.count(), server.connections()), (1, 1));
            }
            let server = RawServer::always(vec![Act::Reset]).await;
            let error = send(&client(&server.url(), patient()), &operation).await.unwrap_err();
            assert!(error.attempts() == 1 || error.outcome() == Outcome::NotSent);
        }
    }

    #[tokio::test]
    async fn says_that_it_has_none() {
        for operation in operations() {
            let server = RawServer::always(vec![Act::Read, ok(), Act::Stall]).await;
            send(&client(&server.url(), patient()), &operation).await.unwrap();
            let request = server.requests()[0].to_ascii_lowercase();
            let needs_length = matches!(operation.method, Method::POST | Method::PUT);
            assert_eq!(request.contains("content-length: 0"), needs_length, "{request}");
            assert_eq!(request.matches("content-length").count(), usize::from(needs_length));
            assert!(!request.contains("transfer-encoding") && !request.contains("content-type"));
        }
    }
}

mod the_request_on_the_wire {
    use super::*;

    #[tokio::test]
    async fn has_a_length_and_asks_for_nothing_that_we_cannot_read() {
        let server = RawServer::always(vec![Act::Read, ok(), Act::Stall]).await;
        sell(&client(&server.url(), patient())).await.unwrap();
        let request = server.requests()[0].clone();
        assert!(request.starts_with("POST /v1/sale/s1 HTTP/1.1\r\n"), "{request}");
        assert!(request.ends_with("\r\n\r\n{\"amount\":1}"), "{request}");
        let request = request.to_ascii_lowercase();
        assert!(request.contains("\r\ncontent-length: 12\r\n"), "{request}");
        for header in ["accept-encoding", "transfer-encoding", "expect", "cookie", "referer"] {
            assert!(!request.contains(&format!("\r\n{header}:")), "{request}");
        }
    }
}

mod a_proxy {
    use super::*;

    #[tokio::test]
    async fn is_asked_for_a_tunnel_and_its_refusal_is_not_sent() {
        let refused = reply("502 Bad Gateway", "", "");
        let proxy = RawServer::always(vec![Act::Read, refused]).await;
        let url = proxy.url().replace("http://", "http://user:hunter2@");
        let engine = client("https://api.invalid", patient().proxy(url));
        let error = sell(&engine).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{}", chain(&error));
        assert_eq!(proxy.connections(), 3);
        for request in proxy.requests() {
            assert!(request.starts_with("CONNECT api.invalid:443 HTTP/1.1\r\n"), "{request}");
            let request = request.to_ascii_lowercase();
            assert!(request.contains("proxy-authorization: basic"), "{request}");
            assert!(!request.contains("secret-token") && !request.contains("/v1/sale"));
        }
        let text = format!("{} {error:?}", chain(&error));
        assert!(!text.contains("hunter2") && !text.contains("/v1/sale"), "{text}");
    }

    #[tokio::test]
    async fn that_stalls_or_breaks_before_the_tunnel_is_not_sent() {
        for acts in [vec![Act::Stall], vec![], vec![Act::Reset], vec![write("nonsense\r\n\r\n")]] {
            let proxy = RawServer::always([vec![Act::Read], acts].concat()).await;
            let engine = client("https://api.invalid", hasty_to_connect().proxy(proxy.url()));
            let error = sell(&engine).await.unwrap_err();
            assert_eq!(error.outcome(), Outcome::NotSent, "{}", chain(&error));
        }
    }

    #[tokio::test]
    async fn is_not_asked_for_this_machine() {
        let server = RawServer::always(vec![Act::Read, ok(), Act::Stall]).await;
        let proxy = RawServer::always(vec![Act::Read, ok(), Act::Stall]).await;
        let by_name = server.url().replace("127.0.0.1", "localhost");
        for url in [server.url(), by_name] {
            sell(&client(&url, patient().proxy(proxy.url()))).await.unwrap();
        }
        assert_eq!((server.count(), proxy.connections()), (2, 0));
    }

    /// The environment of this process cannot be changed without unsafe code, so a copy of the
    /// test is run with another one.
    #[test]
    fn of_the_environment_is_ignored() {
        const PROXY: &str = "DELIVERY_TEST_PROXY";
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        if std::env::var_os(PROXY).is_some() {
            let engine =
                client("https://nowhere.invalid", hasty_to_connect().retry(RetryPolicy::never()));
            let error = runtime.block_on(sell(&engine)).unwrap_err();
            assert_eq!(error.outcome(), Outcome::NotSent);
            return;
        }
        let proxy = runtime.block_on(RawServer::always(vec![Act::Read]));
        let mut copy = std::process::Command::new(std::env::current_exe().unwrap());
        copy.args(["--exact", "a_proxy::of_the_environment_is_ignored"]).env(PROXY, "1");
        for name in
            ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
        {
            copy.env(name, proxy.url());
        }
        let output = copy.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
        assert_eq!(proxy.connections(), 0);
    }
}
