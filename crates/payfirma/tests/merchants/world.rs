//! A partner on the sandbox without sockets, on a clock of the test's own, with a store that fails
//! when told to. Every step yields, so that a call can be dropped between any two.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use pay_core::{
    BoxFuture, Connection, Error, ErrorKind, ManualClock, Outcome, Result,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use pay_sandbox::{Lost, Sandbox};
use payfirma::{
    Client, Environment, Lease, MemoryTokenStore, Merchant, MerchantId, Partner, TokenKey,
    TokenPair, TokenStore, TransactionFilter,
};
use time::OffsetDateTime;
use tokio::{sync::Notify, task::yield_now};

pub(crate) const START: i64 = 1_800_000_000;
pub(crate) const AUTH: &str = "https://sandbox.test/payfirma/auth";
pub(crate) const GATEWAY: &str = "https://sandbox.test/payfirma/gateway";

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: ManualClock,
    pub(crate) store: FailingStore,
    pub(crate) wire: Wire,
    pub(crate) partner: Partner,
}

impl World {
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::builder().clock_stopped_at_ms(START * 1_000).without_sockets();
        let now = OffsetDateTime::from_unix_timestamp(START).unwrap();
        // Back-offs pass, timeouts wait.
        let clock = ManualClock::auto_up_to(now, Duration::from_secs(3));
        let store = FailingStore::default();
        let wire = Wire::to(&sandbox);
        let partner = partner(&sandbox, &clock, &store, &wire);
        Self { sandbox, clock, store, wire, partner }
    }

    /// Another process: the same provider and store, and nothing else.
    pub(crate) fn beside(&self) -> Self {
        let partner = partner(&self.sandbox, &self.clock, &self.store, &self.wire);
        Self { partner, ..self.clone() }
    }

    pub(crate) async fn consent(&self) -> Merchant {
        let code = self.sandbox.payfirma().authorization_code("m1");
        let callback = payfirma::Callback::from_code(code, "https://partner.example/cb").unwrap();
        self.partner.exchange_code(&callback).await.unwrap()
    }

    pub(crate) fn client(&self) -> Client {
        self.partner.merchant(&merchant())
    }

    pub(crate) async fn stored(&self) -> Option<TokenPair> {
        self.store.inner.read(&key()).await.unwrap()
    }

    pub(crate) async fn begun(&self) -> bool {
        self.store.inner.lease(&key()).await.unwrap().exchange_begun()
    }

    /// Both clocks.
    pub(crate) fn pass(&self, seconds: u64) {
        self.sandbox.advance(Duration::from_secs(seconds));
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn refreshes(&self) -> u64 {
        self.sandbox.payfirma().token_grants().refresh
    }

    pub(crate) fn refusals(&self) -> u64 {
        self.sandbox.payfirma().token_grants().refused
    }
}

fn partner(sandbox: &Sandbox, clock: &ManualClock, store: &FailingStore, wire: &Wire) -> Partner {
    let payfirma = sandbox.payfirma();
    let connection =
        Connection::builder().clock(clock.clone()).transport(wire.clone()).build().unwrap();
    Partner::builder(Environment::custom(AUTH, GATEWAY).unwrap())
        .credentials(payfirma.client_id(), payfirma.client_secret())
        .token_store(store.clone())
        .connection(connection)
        .build()
        .unwrap()
}

pub(crate) fn merchant() -> MerchantId {
    MerchantId::new("m1").unwrap()
}

pub(crate) fn key() -> TokenKey {
    TokenKey::new("payfirma", AUTH, "m1")
}

/// Any call that needs a token.
pub(crate) async fn call(client: &Client) -> Result<()> {
    client.transactions().list(&TransactionFilter::new()).await.map(|_| ())
}

/// To the sandbox, or to answers that the test has written.
#[derive(Clone)]
pub(crate) struct Wire {
    sandbox: Sandbox,
    state: Arc<WireState>,
}

#[derive(Default)]
struct WireState {
    gate: Mutex<Option<Arc<Notify>>>,
    at_gate: AtomicUsize,
    answers: Mutex<VecDeque<(u16, String)>>,
    tokens_asked: Mutex<Vec<String>>,
}

impl Wire {
    fn to(sandbox: &Sandbox) -> Self {
        Self { sandbox: sandbox.clone(), state: Arc::default() }
    }

    /// Holds the answer to the next token request until the gate is notified.
    pub(crate) fn hold(&self) -> Arc<Notify> {
        let gate = Arc::new(Notify::new());
        *self.state.gate.lock().unwrap() = Some(Arc::clone(&gate));
        gate
    }

    pub(crate) async fn wait_until_held(&self) {
        while self.state.at_gate.load(SeqCst) == 0 {
            yield_now().await;
        }
    }

    /// Answers the next token request like this.
    pub(crate) fn answer(&self, status: u16, body: &str) {
        self.state.answers.lock().unwrap().push_back((status, body.to_owned()));
    }

    /// The bodies of the token requests so far.
    pub(crate) fn token_requests(&self) -> Vec<String> {
        self.state.tokens_asked.lock().unwrap().clone()
    }
}

impl Transport for Wire {
    fn send(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            progress.connecting();
            yield_now().await;
            let is_token = request.uri().path().ends_with("/oauth/token");
            if is_token {
                let body = String::from_utf8(request.body().to_vec()).unwrap();
                self.state.tokens_asked.lock().unwrap().push(body);
            }
            let _ = progress.sending();
            let written =
                is_token.then(|| self.state.answers.lock().unwrap().pop_front()).flatten();
            let answer = match written {
                Some((status, body)) => {
                    Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap())
                }
                None => self.sandbox.handle(request).await,
            };
            let gate = is_token.then(|| self.state.gate.lock().unwrap().take()).flatten();
            if let Some(gate) = gate {
                self.state.at_gate.fetch_add(1, SeqCst);
                gate.notified().await;
            }
            yield_now().await;
            answer.map_err(|lost| match lost {
                Lost::NotRead => TransportError::new(Phase::NotSent, Failure::Connect),
                _ => TransportError::new(Phase::Unknown, Failure::Broken),
            })
        })
    }
}

/// A step of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Read,
    Lease,
    Begin,
    Commit,
    Abandon,
    Put,
    Remove,
}

/// In memory, with failures on request.
#[derive(Clone, Default)]
pub(crate) struct FailingStore {
    pub(crate) inner: MemoryTokenStore,
    failures: Arc<Mutex<Vec<Step>>>,
    pub(crate) commits: Arc<AtomicUsize>,
    /// What consents brought, oldest first.
    pub(crate) puts: Arc<Mutex<Vec<TokenPair>>>,
}

impl FailingStore {
    /// The next time this step is taken, it fails.
    pub(crate) fn fail(&self, step: Step) {
        self.failures.lock().unwrap().push(step);
    }

    async fn take(&self, step: Step) -> Result<()> {
        yield_now().await;
        let mut failures = self.failures.lock().unwrap();
        match failures.iter().position(|failing| *failing == step) {
            Some(place) => {
                failures.remove(place);
                // A careless store: this kind and outcome must not pass for the provider's word.
                let why = format!("the disk is full at {step:?}");
                Err(Error::new(ErrorKind::Unauthorized, Outcome::Refused, why))
            }
            None => Ok(()),
        }
    }
}

impl TokenStore for FailingStore {
    fn read<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenPair>>> {
        Box::pin(async move {
            self.take(Step::Read).await?;
            self.inner.read(key).await
        })
    }

    fn lease<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn Lease>>> {
        Box::pin(async move {
            self.take(Step::Lease).await?;
            let inner = self.inner.lease(key).await?;
            let lease: Box<dyn Lease> = Box::new(FailingLease { inner, store: self.clone() });
            Ok(lease)
        })
    }

    fn put<'a>(&'a self, key: &'a TokenKey, pair: TokenPair) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.take(Step::Put).await?;
            self.puts.lock().unwrap().push(pair.clone());
            self.inner.put(key, pair).await
        })
    }

    fn remove<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.take(Step::Remove).await?;
            self.inner.remove(key).await
        })
    }
}

struct FailingLease {
    inner: Box<dyn Lease>,
    store: FailingStore,
}

impl Lease for FailingLease {
    fn pair(&self) -> Option<&TokenPair> {
        self.inner.pair()
    }

    fn exchange_begun(&self) -> bool {
        self.inner.exchange_begun()
    }

    fn begin(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.store.take(Step::Begin).await?;
            self.inner.begin().await
        })
    }

    fn commit(&mut self, pair: TokenPair) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.store.take(Step::Commit).await?;
            self.inner.commit(pair).await?;
            self.store.commits.fetch_add(1, SeqCst);
            yield_now().await;
            Ok(())
        })
    }

    fn abandon(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.store.take(Step::Abandon).await?;
            self.inner.abandon().await
        })
    }

    fn remove(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.store.take(Step::Remove).await?;
            self.inner.remove().await
        })
    }
}
