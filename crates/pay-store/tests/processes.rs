//! Several processes on one file, and processes that are killed at each point of a payment. The
//! provider is the sandbox, whose ledger counts what really happened.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, missing_docs, unreachable_pub, dead_code)]

#[path = "support/stores.rs"]
mod stores;

use std::{
    future::pending,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use pay_core::{BoxFuture, Clock, Outcome, Response, Result, SystemClock, TokenKey};
use pay_sandbox::Sandbox;
use pay_store::{
    Account, AccountKey, Entry, EntryKey, Event, Journal, Keyring, LaneRow, Query, Recorded,
    SqliteStore, State, Store, TokenRow,
};
use payfirma::{Card, Client, Environment, Reference, Sale, Transaction};
use time::OffsetDateTime;

/// Where a worker stops and waits to be killed.
const POINTS: [&str; 6] =
    ["before-insert", "after-insert", "before-send", "after-send", "before-update", "after-update"];

/// A store that stops at a point.
#[derive(Clone, Debug)]
struct Stopping {
    inner: SqliteStore,
    at: String,
}

async fn stop_at(point: &str, at: &str) {
    if point == at {
        println!("at {point}");
        pending::<()>().await;
    }
}

impl Store for Stopping {
    fn entry<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Option<Entry>>> {
        self.inner.entry(key)
    }
    fn insert<'a>(&'a self, entry: &'a Entry, event: &'a Event) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            stop_at("before-insert", &self.at).await;
            let inserted = self.inner.insert(entry, event).await;
            stop_at("after-insert", &self.at).await;
            inserted
        })
    }
    fn update<'a>(&'a self, entry: &'a Entry, event: &'a Event) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            stop_at("before-update", &self.at).await;
            let updated = self.inner.update(entry, event).await;
            stop_at("after-update", &self.at).await;
            updated
        })
    }
    fn entries<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Entry>>> {
        self.inner.entries(query)
    }
    fn history<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Vec<Event>>> {
        self.inner.history(key)
    }
    fn token<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenRow>>> {
        self.inner.token(key)
    }
    fn put_token<'a>(
        &'a self,
        key: &'a TokenKey,
        row: &'a TokenRow,
    ) -> BoxFuture<'a, Result<bool>> {
        self.inner.put_token(key, row)
    }
    fn lane<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<LaneRow>>> {
        self.inner.lane(key)
    }
    fn put_lane<'a>(&'a self, key: &'a str, row: &'a LaneRow) -> BoxFuture<'a, Result<bool>> {
        self.inner.put_lane(key, row)
    }
}

/// A clock on which the time to send of the dead is over.
#[derive(Clone, Copy, Debug)]
struct Later;

impl Clock for Later {
    fn now(&self) -> OffsetDateTime {
        // Two minutes unless a call says otherwise.
        SystemClock.now() + Duration::from_secs(121)
    }

    fn monotonic(&self) -> Duration {
        SystemClock.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(duration)
    }
}

fn sale(key: &str) -> Sale {
    let card = Card::new(
        "4111111111111111".parse().unwrap(),
        "12/39".parse().unwrap(),
        "123".parse().unwrap(),
    );
    Sale::new("11.00".parse().unwrap(), card, Reference::new(key).unwrap())
}

async fn charge(shop: Account<Client>, key: &str, stop: String) -> Result<Recorded<Transaction>> {
    let sale = sale(key);
    shop.once(key, sale.lost_call(), move |client| async move {
        stop_at("before-send", &stop).await;
        let answer: Result<Response<Transaction>> = client.transactions().sale(&sale).await;
        stop_at("after-send", &stop).await;
        answer
    })
    .await
}

fn shop(store: impl Store, client: Client, clock: impl Clock) -> Account<Client> {
    let journal =
        Journal::new(store, Keyring::new("test", [7; 32]).unwrap()).clock(Arc::new(clock));
    let key = AccountKey::new("payfirma", "sandbox", "shop");
    journal.account(key, client, |client, lost| async move {
        let found = client.resolve(&lost).await?;
        Ok(found.map(|found| found.transaction().cloned()))
    })
}

fn client(auth: &str, gateway: &str, id: &str, secret: &str) -> Client {
    Client::builder(Environment::custom(auth, gateway).unwrap())
        .client_credentials(id, secret)
        .build()
        .unwrap()
}

/// Not a test of its own: what the other processes run.
#[test]
#[ignore = "run by the other tests in processes of their own"]
fn worker() {
    let Ok(db) = std::env::var("WORKER_DB") else { return };
    let get = |name: &str| std::env::var(name).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stop = get("WORKER_STOP");
        let inner = SqliteStore::open(db).await.unwrap();
        let store = Stopping { inner, at: stop.clone() };
        let client = client(
            &get("WORKER_AUTH"),
            &get("WORKER_GATEWAY"),
            &get("WORKER_ID"),
            &get("WORKER_SECRET"),
        );
        let shop = shop(store, client, SystemClock);
        match charge(shop, &get("WORKER_KEY"), stop).await {
            Ok(sale) => println!("ok {}", sale.id),
            Err(error) => println!("err {} {error}", error.outcome().as_str()),
        }
    });
}

fn spawn(sandbox: &Sandbox, db: &Path, key: &str, stop: &str) -> Child {
    let account = sandbox.payfirma();
    Command::new(std::env::current_exe().unwrap())
        .args(["worker", "--exact", "--ignored", "--nocapture"])
        .env("WORKER_DB", db)
        .env("WORKER_KEY", key)
        .env("WORKER_STOP", stop)
        .env("WORKER_AUTH", account.auth_url())
        .env("WORKER_GATEWAY", account.gateway_url())
        .env("WORKER_ID", account.client_id())
        .env("WORKER_SECRET", account.client_secret())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The line in which a worker says where it is, or how it ended.
fn said(child: &mut Child) -> String {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines
        .map_while(std::io::Result::ok)
        .map(|line| line.rsplit("... ").next().unwrap_or_default().to_owned())
        .find(|line| ["at ", "ok ", "err "].iter().any(|word| line.starts_with(word)))
        .expect("a worker says how it ended")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_processes_with_one_key_charge_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = stores::Folder::new();
    let db = folder.file("payments.db");
    let workers: Vec<_> = (0..6).map(|_| spawn(&sandbox, &db, "order-1", "")).collect();
    let mut answers = Vec::new();
    for mut worker in workers {
        let answer = tokio::task::spawn_blocking(move || {
            let said = said(&mut worker);
            worker.wait().unwrap();
            said
        });
        answers.push(answer.await.unwrap());
    }
    answers.sort();
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(answers[0].starts_with("ok "), "{answers:?}");
    assert_eq!(sandbox.ledger().count("sale"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_at_any_point_charges_at_most_once_and_leaves_an_honest_state() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = stores::Folder::new();
    let db = folder.file("payments.db");
    let account = sandbox.payfirma();
    let client = client(
        &account.auth_url(),
        &account.gateway_url(),
        account.client_id(),
        account.client_secret(),
    );
    let mut effects = 0;
    for (round, point) in POINTS.iter().cycle().take(12).enumerate() {
        let key = format!("order-{round}");
        let mut worker = spawn(&sandbox, &db, &key, point);
        let (worker, said) = tokio::task::spawn_blocking(move || {
            let said = said(&mut worker);
            // SIGKILL: nothing is cleared up.
            worker.kill().unwrap();
            worker.wait().unwrap();
            (worker, said)
        })
        .await
        .unwrap();
        drop(worker);
        assert_eq!(said, format!("at {point}"));
        let happened = sandbox.ledger().count("sale") - effects;
        let should = usize::from(matches!(*point, "after-send" | "before-update" | "after-update"));
        assert_eq!(happened, should, "{point}");

        let store = folder.sqlite("payments.db").await;
        let shop = shop(store.clone(), client.clone(), Later);
        let recovered = shop.recover().await.unwrap();
        let answer = charge(shop, &key, String::new()).await;
        match *point {
            // Nothing was recorded, nothing was sent: it is sent now.
            "before-insert" => {
                assert!(recovered.is_empty());
                assert!(!answer.unwrap().is_replayed());
            }
            // In doubt, though no byte left.
            "after-insert" | "before-send" => {
                assert_eq!(recovered[0].state, State::InDoubt);
                assert_eq!(answer.unwrap_err().outcome(), Outcome::Unknown);
            }
            "after-send" | "before-update" => {
                assert_eq!(recovered[0].state, State::Applied);
                assert!(answer.unwrap().is_replayed());
            }
            _ => {
                assert!(recovered.is_empty());
                assert!(answer.unwrap().is_replayed());
            }
        }
        // What stays in doubt is ended by a person, so that the next round sees its own only.
        for entry in store.entries(&Query::unfinished()).await.unwrap() {
            let because = pay_store::Decision::new("ada", "the ledger says so").unwrap();
            pay_store::Desk::new(store.clone()).settle(&entry.key, false, because).await.unwrap();
        }
        let total = sandbox.ledger().count("sale") - effects;
        assert!(total <= 1, "{point}");
        effects += total;
        store.close().await;
    }
}
