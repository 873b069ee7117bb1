//! The worker: a process that pays what it is told to, over the journal, until it is killed.

use std::{
    io::BufRead as _,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use cashier::{CardPaymentState, Mode, Routes};
use pay_core::{BoxFuture, Clock, Connection, Error, Outcome, Reference, SystemClock, Timeouts};
use pay_store::{
    Account, AccountKey, Journal, Keyring, PostgresStore, Recorded, SqliteStore, Store,
    StoredTokens,
};
use payfirma::{Callback, MerchantId, Partner, TransactionFilter};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{
    Ask, Clocks, LEASE_FOR, Line, Order, Payment, Provider, SEND_WITHIN, Setup, StoreAt, Tag, Told,
    Word,
    stops::{StoppingStore, StoppingTransport, Stops, TAG, say},
};

/// Works until its stdin ends.
pub fn main() -> ExitCode {
    let mut lines = std::io::stdin().lock().lines();
    let setup: Setup = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    drop(lines);
    let (orders, inbox) = unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let order: Order = serde_json::from_str(&line).unwrap();
            if orders.send(order).is_err() {
                break;
            }
        }
    });
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let worker = Arc::new(Worker::open(&setup).await);
        say(&Line::Up);
        worker.work(inbox).await;
    });
    ExitCode::SUCCESS
}

struct Worker {
    name: String,
    store: StoppingStore,
    stops: Stops,
    clock: Ahead,
    lease_clock: Ahead,
    partner: Partner,
    payfirma: Account<payfirma::Client>,
    cashier: Account<cashier::Client>,
    cashier_provider: u64,
}

/// What is recorded of a payment.
#[derive(Serialize, Deserialize)]
struct Receipt {
    id: String,
}

impl Worker {
    async fn open(setup: &Setup) -> Self {
        let inner: Arc<dyn Store> = match &setup.store {
            StoreAt::Sqlite(path) => Arc::new(SqliteStore::open(path).await.unwrap()),
            StoreAt::Postgres(url) => Arc::new(PostgresStore::connect(url).await.unwrap()),
        };
        let stops = Stops::default();
        let store = StoppingStore { inner, stops: stops.clone(), seen: Arc::default() };
        let (clock, lease_clock) = (Ahead::default(), Ahead::default());
        clock.set(setup.clocks.ahead);
        lease_clock.set(setup.clocks.leases);

        let (marks, name) = (stops.clone(), setup.name.clone());
        let timeouts = Timeouts::new().attempt(Duration::from_secs(20));
        let connection = Connection::builder()
            .timeouts(timeouts.call(Duration::from_secs(40)))
            .clock(clock.clone())
            .wrap_transport(|inner| StoppingTransport { inner, stops: marks, name })
            .build()
            .unwrap();
        let keys = || Keyring::new("test", [7; 32]).unwrap();
        let tokens = StoredTokens::new(store.clone(), keys())
            .clock(Arc::new(lease_clock.clone()))
            .lease_for(LEASE_FOR);
        let journal = Journal::new(store.clone(), keys())
            .clock(Arc::new(clock.clone()))
            .send_within(SEND_WITHIN)
            .wait(SEND_WITHIN);

        let environment = payfirma::Environment::custom(&setup.auth_url, &setup.gateway_url);
        let partner = Partner::builder(environment.unwrap())
            .credentials(&setup.client_id, setup.client_secret.as_str())
            .token_store(tokens)
            .connection(connection.clone())
            .build()
            .unwrap();
        let merchant = partner.merchant(&MerchantId::new(&setup.merchant).unwrap());
        let mut payfirma = journal.account(
            AccountKey::new("payfirma", "sandbox", &setup.merchant),
            merchant,
            |client, lost| async move {
                let found = client.resolve(&lost).await?;
                Ok(found.map(|found| Receipt {
                    id: found.transaction().map(|it| it.id.to_string()).unwrap_or_default(),
                }))
            },
        );
        if setup.ready {
            payfirma = payfirma.ready(|client| async move {
                client.transactions().list(&TransactionFilter::new().limit(1)).await.map(drop)
            });
        }

        let environment =
            cashier::Environment::custom(&setup.cashier_url, Mode::Test, Routes::sandbox());
        let client = cashier::Client::builder(environment.unwrap())
            .api_key(setup.cashier_key.as_str())
            .connection(connection)
            .build()
            .unwrap();
        let cashier = journal.account(
            AccountKey::new("cashier", "sandbox", &setup.merchant),
            client,
            |client, lost| async move {
                let id = lost.reference().map(ToString::to_string).unwrap_or_default();
                Ok(client.resolve(&lost).await?.map(|_| Receipt { id: id.clone() }))
            },
        );
        Self {
            name: setup.name.clone(),
            store,
            stops,
            clock,
            lease_clock,
            partner,
            payfirma,
            cashier,
            cashier_provider: setup.cashier_provider,
        }
    }

    async fn work(self: Arc<Self>, mut inbox: UnboundedReceiver<Order>) {
        while let Some(order) = inbox.recv().await {
            let worker = Arc::clone(&self);
            match order {
                Order::Ask(ask) => drop(tokio::spawn(async move { worker.pay(ask).await })),
                Order::Recover => drop(tokio::spawn(async move { worker.recover().await })),
                Order::Consent { code } => {
                    tokio::spawn(async move {
                        let callback = Callback::from_code(code, "https://partner.example/back");
                        let merchant = worker.partner.exchange_code(&callback.unwrap()).await;
                        say(&Line::Consented(merchant.map(drop).map_err(|e| e.to_string())));
                    });
                }
                Order::Stop { point, nth } => self.stops.stop_at(point, nth),
                Order::Clocks(Clocks { ahead, leases }) => {
                    self.clock.set(ahead);
                    self.lease_clock.set(leases);
                }
            }
        }
    }

    async fn recover(&self) {
        let looked = async {
            let mut entries = self.payfirma.recover().await?;
            entries.extend(self.cashier.recover().await?);
            Ok(entries)
        };
        let looked: Result<Vec<_>, Error> = looked.await;
        let states = |entries: Vec<pay_store::Entry>| {
            let state =
                |entry: pay_store::Entry| (entry.key.key().to_owned(), entry.state.to_string());
            entries.into_iter().map(state).collect()
        };
        say(&Line::Recovered(looked.map(states).map_err(|error| error.to_string())));
    }

    async fn pay(&self, Ask { call, payment }: Ask) {
        let answer = match payment.provider {
            Provider::Payfirma => self.pay_by_payfirma(call, &payment).await,
            Provider::Cashier => self.pay_by_cashier(call, &payment).await,
        };
        let key = payment.key;
        say(&Line::Told(match answer {
            Ok(receipt) => Told {
                call,
                key,
                word: Word::Ok,
                sent_now: !receipt.is_replayed(),
                id: Some(receipt.into_inner().id),
                reauthorize: false,
                text: String::new(),
            },
            Err(error) => Told {
                call,
                key,
                word: word(&error),
                id: None,
                sent_now: error.meta().is_some(),
                reauthorize: error.needs_reauthorization(),
                text: error.to_string(),
            },
        }));
    }

    async fn pay_by_payfirma(
        &self,
        call: u64,
        payment: &Payment,
    ) -> Result<Recorded<Receipt>, Error> {
        let number = "4111111111111111".parse().unwrap();
        let card = payfirma::Card::new(number, "12/39".parse().unwrap(), "123".parse().unwrap());
        let amount = payment.dollars.to_string().parse().unwrap();
        let sale = payfirma::Sale::new(amount, card, Reference::new(&payment.key).unwrap());
        let tag = self.tags(call, &payment.key);
        self.payfirma
            .once(&payment.key, sale.lost_call(), |client| async move {
                let paying = async move { client.transactions().sale(&sale).await };
                let paid = TAG.scope(tag(), paying).await?;
                Ok(paid.map(|paid| Receipt { id: paid.id.to_string() }))
            })
            .await
    }

    async fn pay_by_cashier(
        &self,
        call: u64,
        payment: &Payment,
    ) -> Result<Recorded<Receipt>, Error> {
        let number = pay_sandbox::cashier::CashierHandle::FRICTIONLESS_CARD.parse().unwrap();
        let (expiry, cvv) = ("12/39".parse().unwrap(), "444".parse().unwrap());
        let card = cashier::Card::new("John Doe", number, expiry, cvv);
        let customer =
            cashier::Customer::new().name("John", "Doe").email("user@example.com".parse().unwrap());
        let amount = payment.dollars.to_string().parse().unwrap();
        let reference = Reference::new(&payment.key).unwrap();
        let order = cashier::Order::new(amount, cashier::Currency::EUR, "128", reference)
            .ip([127, 34, 125, 54])
            .customer(customer);
        let charge = cashier::CardPayment::new(order, self.cashier_provider, card);
        let tag = self.tags(call, &payment.key);
        let id = payment.key.clone();
        self.cashier
            .once(&payment.key, charge.lost_call(), |client| async move {
                let paying = async move { client.payments().card(&charge).await };
                let paid = TAG.scope(tag(), paying).await?;
                Ok(paid.map(|state| match state {
                    CardPaymentState::Successful => Receipt { id },
                    other => Receipt { id: format!("{other:?}") },
                }))
            })
            .await
    }

    /// The mark of a payment's requests. The epoch is known once it is recorded.
    fn tags(&self, call: u64, key: &str) -> impl FnOnce() -> String + Send + 'static {
        let (store, key, worker) = (self.store.clone(), key.to_owned(), self.name.clone());
        move || Tag { epoch: store.epoch(&key), key, worker, call }.to_string()
    }
}

fn word(error: &Error) -> Word {
    match error.outcome() {
        Outcome::NotSent => Word::NotSent,
        Outcome::Refused if error.is_declined() => Word::Declined,
        Outcome::Refused => Word::Refused,
        Outcome::Applied => Word::Applied,
        _ => Word::Unknown,
    }
}

/// The machine's clock, set ahead.
#[derive(Clone, Default)]
struct Ahead(Arc<AtomicI64>);

impl Ahead {
    fn set(&self, millis: i64) {
        self.0.store(millis, SeqCst);
    }
}

impl Clock for Ahead {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now() + time::Duration::milliseconds(self.0.load(SeqCst))
    }

    fn monotonic(&self) -> Duration {
        SystemClock.monotonic()
    }

    /// Pauses between two looks are cut short: the parent moves the time, so nobody need wait.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        const LOOK: Duration = Duration::from_millis(20);
        let is_pause = duration <= Duration::from_secs(1);
        SystemClock.sleep(if is_pause { duration.min(LOOK) } else { duration })
    }
}
