//! TLS for real: whom a connection trusts, and that a failed handshake sends nothing.

#![cfg(feature = "ring")]
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
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use pay_core::{
    CallOptions, Connection, ConnectionBuilder, Error, Extra, Outcome, Response, Result,
    RetryPolicy, Timeouts,
    provider::{Effect, Engine, Operation},
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{HandshakeKind, ServerConfig, SupportedProtocolVersion, crypto::ring};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, net::TcpListener, task::JoinSet};
use tokio_rustls::TlsAcceptor;

use self::{
    raw_server::{RawServer, read_request},
    test_provider::{TestProvider, operation},
};

static SALE: Operation = operation("test.sale", Effect::Once, &[401]);
static READ: Operation = operation("test.read", Effect::Read, &[401]);

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"id\":\"t1\"}";

/// A certificate authority of our own.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// A server's certificate; `change` is for making it wrong.
    fn server(&self, host: &str, change: impl FnOnce(&mut CertificateParams)) -> ServerConfig {
        self.server_of(rustls::DEFAULT_VERSIONS, host, change)
    }

    fn server_of(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        host: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> ServerConfig {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap()
    }
}

/// Reads requests by TLS, answers each with the same bytes, and counts.
struct TlsServer {
    url: String,
    count: Arc<AtomicUsize>,
    handshakes: Arc<Mutex<Vec<HandshakeKind>>>,
    _accepting: JoinSet<()>,
}

impl TlsServer {
    async fn start(config: ServerConfig, handshake_after: Duration, reply: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let count = Arc::new(AtomicUsize::new(0));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let mut accepting = JoinSet::new();
        let counter = Arc::clone(&count);
        let handshakes = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&handshakes);
        accepting.spawn(async move {
            let mut serving = JoinSet::new();
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
                let noted = Arc::clone(&noted);
                serving.spawn(async move {
                    tokio::time::sleep(handshake_after).await;
                    let Ok(mut tls) = acceptor.accept(tcp).await else { return };
                    noted.lock().unwrap().extend(tls.get_ref().1.handshake_kind());
                    while read_request(&mut tls).await.is_some() {
                        counter.fetch_add(1, SeqCst);
                        tls.write_all(reply.as_bytes()).await.unwrap();
                        tls.flush().await.unwrap();
                        if !reply.contains("content-length") {
                            // Gone without the goodbye that TLS asks for.
                            return;
                        }
                    }
                });
            }
        });
        Self { url, count, handshakes, _accepting: accepting }
    }

    fn count(&self) -> usize {
        self.count.load(SeqCst)
    }
}

/// A write has a connection of its own, but neither a whole handshake nor the certificate again.
#[tokio::test]
async fn a_write_takes_up_the_session_of_the_calls_before() {
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let authority = Authority::new();
        let config = authority.server_of(&[version], "localhost", |_| {});
        let server = TlsServer::start(config, Duration::ZERO, OK).await;
        let connection = patient().root_certificate(authority.pem).build().unwrap();
        let engine = Engine::new(TestProvider::at(&server.url), connection);
        for operation in [&READ, &SALE, &READ, &SALE] {
            let call = engine.call(operation, CallOptions::new()).path("sale_id", "s1");
            call.json(&json!({"amount": 1}), &Extra::default()).send::<Value>().await.unwrap();
        }
        assert_eq!(
            *server.handshakes.lock().unwrap(),
            [HandshakeKind::Full, HandshakeKind::Resumed, HandshakeKind::Resumed],
            "{version:?}"
        );
    }
}

fn patient() -> ConnectionBuilder {
    let second = Duration::from_secs(1);
    let timeouts = Timeouts::new().connect(10 * second).attempt(20 * second).call(60 * second);
    let retry = RetryPolicy::new().backoff(Duration::ZERO, Duration::ZERO);
    Connection::builder().timeouts(timeouts).retry(retry)
}

async fn sell(url: &str, connection: ConnectionBuilder) -> Result<Response<Value>> {
    let engine = Engine::new(TestProvider::at(url), connection.build().unwrap());
    let call = engine.call(&SALE, CallOptions::new()).path("sale_id", "s1");
    call.json(&json!({"amount": 1}), &Extra::default()).send().await
}

fn chain(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[tokio::test]
async fn an_added_root_is_trusted() {
    let authority = Authority::new();
    let server = TlsServer::start(authority.server("localhost", |_| {}), Duration::ZERO, OK).await;
    // Two in one text, and one alone.
    let two = format!("{}{}", Authority::new().pem, authority.pem);
    for pem in [authority.pem.clone(), two] {
        let connection = patient().root_certificate(pem);
        let response =
            sell(&server.url, connection).await.unwrap_or_else(|e| panic!("{}", chain(&e)));
        assert_eq!(response["id"], "t1");
    }
    let beside = patient().root_certificate(Authority::new().pem).root_certificate(authority.pem);
    assert!(sell(&server.url, beside).await.is_ok());
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn whoever_cannot_prove_its_name_is_sent_nothing() {
    let authority = Authority::new();
    let trusting = || patient().root_certificate(authority.pem.as_str());
    let expired = |params: &mut CertificateParams| {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    };
    for (name, config, connection) in [
        ("no root", authority.server("localhost", |_| {}), patient()),
        (
            "another root",
            authority.server("localhost", |_| {}),
            patient().root_certificate(Authority::new().pem),
        ),
        ("another name", authority.server("elsewhere.test", |_| {}), trusting()),
        ("expired", authority.server("localhost", expired), trusting()),
    ] {
        let server = TlsServer::start(config, Duration::ZERO, OK).await;
        let error = sell(&server.url, connection).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{name}: {}", chain(&error));
        assert_eq!(server.count(), 0, "{name}");
        assert!(chain(&error).contains("certificate"), "{name}: {}", chain(&error));
    }
}

#[tokio::test]
async fn an_attempt_that_was_given_up_in_the_handshake_sends_nothing_later() {
    let authority = Authority::new();
    let late = Duration::from_millis(400);
    let server = TlsServer::start(authority.server("localhost", |_| {}), late, OK).await;
    let timeouts = Timeouts::new().connect(Duration::from_millis(150));
    let connection = Connection::builder()
        .timeouts(timeouts)
        .retry(RetryPolicy::never())
        .root_certificate(authority.pem);
    let error = sell(&server.url, connection).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), Outcome::NotSent, "{}", chain(&error));
    tokio::time::sleep(2 * late).await;
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn an_answer_that_was_cut_off_below_tls_is_not_taken_for_whole() {
    let authority = Authority::new();
    let config = authority.server("localhost", |_| {});
    // Without a length only the goodbye tells that this is all.
    let cut = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"id\":\"t1\"}";
    let server = TlsServer::start(config, Duration::ZERO, cut).await;
    let error = sell(&server.url, patient().root_certificate(authority.pem)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{}", chain(&error));
    assert_eq!(server.count(), 1);
}

/// A machine without root certificates is made by the environment, which this process cannot
/// change without unsafe code: a copy of the test is run.
#[test]
#[cfg(target_os = "linux")]
fn a_machine_without_root_certificates_trusts_those_that_are_added_and_nobody_else() {
    const BARE: &str = "DELIVERY_TEST_BARE_MACHINE";
    if std::env::var_os(BARE).is_none() {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .arg("--exact")
            .arg("a_machine_without_root_certificates_trusts_those_that_are_added_and_nobody_else")
            .env(BARE, "1")
            .env("SSL_CERT_FILE", "/nonexistent/roots.pem")
            .env("SSL_CERT_DIR", "/nonexistent")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let authority = Authority::new();
        let config = authority.server("localhost", |_| {});
        let server = TlsServer::start(config, Duration::ZERO, OK).await;
        let error = sell(&server.url, patient()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert!(
            chain(&error).contains("this machine has no root certificates"),
            "{}",
            chain(&error)
        );
        assert!(sell(&server.url, patient().root_certificate(authority.pem)).await.is_ok());

        let plain = RawServer::always(vec![raw_server::Act::Read, raw_server::ok()]).await;
        assert!(sell(&plain.url(), patient()).await.is_ok(), "a loopback sandbox needs no roots");
        let nobody = tokio::net::TcpSocket::new_v4().unwrap();
        nobody.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let closed = nobody.local_addr().unwrap();
        let error = sell(&format!("https://{closed}"), patient()).await.unwrap_err();
        assert!(!chain(&error).contains("root certificates"), "that is not why: {}", chain(&error));
    });
}
