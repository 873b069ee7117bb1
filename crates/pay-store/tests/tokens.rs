//! The token store keeps the promises that pay-core's own keeps, on every store, and those that only
//! show over several processes and in crashes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, missing_docs, unreachable_pub, dead_code)]

#[path = "../../pay-core/tests/token_store.rs"]
mod contract;
#[path = "support/stores.rs"]
mod stores;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use futures_util::FutureExt as _;
use pay_core::{
    BoxFuture, Clock as _, ManualClock, Pacer as _, Secret, SystemClock, TokenKey, TokenPair,
    TokenStore as _,
};
use pay_store::{Down, Keyring, SimulationStore, Store, StoredPacer, StoredTokens};
use time::OffsetDateTime;

fn keys() -> Keyring {
    Keyring::new("test", [7; 32]).unwrap()
}

fn key() -> TokenKey {
    TokenKey::new("payfirma", "test", "merchant-1")
}

fn pair(name: &str) -> TokenPair {
    TokenPair::new(Secret::new(format!("access-{name}")))
        .with_refresh(Some(Secret::new(format!("refresh-{name}"))))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_holds_on_the_simulation() {
    contract::all_promises(|| StoredTokens::new(SimulationStore::new(), keys())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_holds_on_sqlite() {
    let folder = stores::Folder::new();
    let count = AtomicUsize::new(0);
    contract::all_promises(|| {
        let name = format!("tokens-{}.db", count.fetch_add(1, SeqCst));
        let store = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(folder.sqlite(&name))
        });
        StoredTokens::new(store, keys())
    })
    .await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_holds_on_postgres() {
    if stores::postgres().await.is_none() {
        return;
    }
    contract::all_promises(|| {
        let store = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(stores::postgres())
        });
        StoredTokens::new(store.unwrap(), keys())
    })
    .await;
}

/// Several stores on one file are like several processes: they share no queue.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_several_connections_each_refresh_token_is_exchanged_once() {
    let folder = stores::Folder::new();
    let first = StoredTokens::new(folder.sqlite("t.db").await, keys());
    first.put(&key(), pair("0")).await.unwrap();
    let exchanges = Arc::new(AtomicUsize::new(0));
    let mut workers = Vec::new();
    for _ in 0..8 {
        let tokens = StoredTokens::new(folder.sqlite("t.db").await, keys());
        let exchanges = Arc::clone(&exchanges);
        workers.push(tokio::spawn(async move {
            let mut lease = tokens.lease(&key()).await.unwrap();
            if lease.pair().unwrap().access.expose() == "access-0" {
                assert!(!lease.exchange_begun());
                lease.begin().await.unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
                exchanges.fetch_add(1, SeqCst);
                lease.commit(pair("1")).await.unwrap();
            }
        }));
    }
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(exchanges.load(SeqCst), 1);
}

/// A program that stores the tokens of a consent and exits leaves no lease that others wait for.
#[test]
fn storing_a_pair_and_removing_it_leave_no_lease() {
    let store = SimulationStore::new();
    let tokens = StoredTokens::new(store.clone(), keys());
    let in_a_process = |work: BoxFuture<'static, ()>| {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work);
    };
    for puts in [true, false] {
        let (store, tokens) = (store.clone(), tokens.clone());
        in_a_process(Box::pin(async move {
            match puts {
                true => tokens.put(&key(), pair("a")).await.unwrap(),
                false => tokens.remove(&key()).await.unwrap(),
            }
        }));
        in_a_process(Box::pin(async move {
            let row = store.token(&key()).await.unwrap().unwrap();
            assert_eq!((row.lease, row.lease_until), (None, None));
            assert_eq!(row.pair.is_some(), puts);
        }));
    }
}

#[tokio::test]
async fn nothing_of_a_pair_can_be_read_in_the_file() {
    let folder = stores::Folder::new();
    let store = folder.sqlite("t.db").await;
    StoredTokens::new(store.clone(), keys()).put(&key(), pair("s3cr3t")).await.unwrap();
    store.close().await;
    for name in ["t.db", "t.db-wal"] {
        let bytes = std::fs::read(folder.file(name)).unwrap_or_default();
        assert!(!bytes.windows(6).any(|window| window == b"s3cr3t"), "{name}");
    }
    let other = Keyring::new("other", [8; 32]).unwrap();
    let blind = StoredTokens::new(folder.sqlite("t.db").await, other);
    assert!(blind.read(&key()).await.is_err());
}

/// The time of a dead holder ends; what it began stays marked.
#[tokio::test]
async fn a_dead_holder_blocks_the_others_for_its_time_only() {
    let store = SimulationStore::new();
    let start = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
    let clock = ManualClock::auto_up_to(start, Duration::from_millis(1));
    let tokens = || {
        StoredTokens::new(store.clone(), keys())
            .clock(Arc::new(clock.clone()))
            .lease_for(Duration::from_secs(60))
    };
    tokens().put(&key(), pair("old")).await.unwrap();
    // The lease of `put` is given back in a task.
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    let mut dead = tokens().lease(&key()).await.unwrap();
    dead.begin().await.unwrap();
    let waiting = tokio::spawn({
        let tokens = tokens();
        async move {
            let lease = tokens.lease(&key()).await.unwrap();
            assert!(lease.exchange_begun());
            assert_eq!(lease.pair().unwrap().access.expose(), "access-old");
            lease
        }
    });
    while clock.sleeping() == 0 {
        tokio::task::yield_now().await;
    }
    clock.advance(Duration::from_secs(59));
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    while !waiting.is_finished() {
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    let mut taken = waiting.await.unwrap();
    // The holder was only slow: it may begin nothing any more, but what it got is kept, since it
    // exists nowhere else.
    assert!(dead.begin().await.is_err());
    dead.commit(pair("late")).await.unwrap();
    let now = tokens().read(&key()).await.unwrap().unwrap();
    assert_eq!(now.access.expose(), "access-late");
    // And the one who took over does not write over it.
    assert!(taken.commit(pair("other")).await.is_err());
}

/// A commit that fails keeps the lease, and is tried again with the same pair.
#[tokio::test]
async fn a_commit_that_failed_can_be_tried_again() {
    for down in [Down::Gone, Down::Full, Down::AnswersLost] {
        let store = SimulationStore::new();
        let tokens = StoredTokens::new(store.clone(), keys());
        tokens.put(&key(), pair("old")).await.unwrap();
        let mut lease = tokens.lease(&key()).await.unwrap();
        lease.begin().await.unwrap();
        store.set_down(Some(down));
        assert!(lease.commit(pair("new")).await.is_err());
        assert!(tokens.lease(&key()).now_or_never().is_none());
        store.set_down(None);
        lease.commit(pair("new")).await.unwrap();
        drop(lease);
        let lease = tokens.lease(&key()).await.unwrap();
        assert_eq!(lease.pair().unwrap().access.expose(), "access-new");
        assert!(!lease.exchange_begun());
    }
}

/// The process dies at every await of an exchange. The provider takes each refresh token once.
#[test]
fn a_crash_at_any_await_of_an_exchange_leaves_the_mark_or_the_pair() {
    let mut died_at = 0;
    for arrives in [false, true] {
        for step in 1.. {
            let store = SimulationStore::new();
            let exchanged = Arc::new(AtomicUsize::new(0));
            let done = Arc::new(AtomicUsize::new(0));
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let tokens = StoredTokens::new(store.clone(), keys());
                tokens.put(&key(), pair("old")).await.unwrap();
                // The lease of `put` is given back in a task.
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                store.crash_at(store.steps() + step);
                store.unsynced_arrives(arrives);
                let (exchanged, done) = (Arc::clone(&exchanged), Arc::clone(&done));
                let life = tokio::spawn(async move {
                    let mut lease = tokens.lease(&key()).await.unwrap();
                    lease.begin().await.unwrap();
                    exchanged.store(1, SeqCst);
                    lease.commit(pair("new")).await.unwrap();
                    done.store(1, SeqCst);
                });
                tokio::select! {
                    ended = life => ended.unwrap(),
                    () = store.crashed() => {}
                }
            });
            drop(runtime);
            let died = done.load(SeqCst) == 0;
            let after = StoredTokens::new(store.restart(), keys())
                .clock(Arc::new(ManualClock::new(OffsetDateTime::now_utc() + DAY)));
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let lease = after.lease(&key()).await.unwrap();
                let has_new = lease.pair().unwrap().access.expose() == "access-new";
                if !died {
                    assert!(has_new, "used before it was durable");
                }
                if exchanged.load(SeqCst) == 1 {
                    // The window that cannot be closed is marked.
                    assert!(has_new || lease.exchange_begun(), "step {step}: used up, unmarked");
                }
                assert!(!(has_new && lease.exchange_begun()), "step {step}");
            });
            if !died {
                break;
            }
            died_at += 1;
        }
    }
    assert!(died_at >= 16, "{died_at}");
}

const DAY: time::Duration = time::Duration::DAY;

/// When each had its turn, counted from before the first.
async fn turns(stores: Vec<impl Store>, every: Duration, each: usize) -> Vec<Duration> {
    let clock = SystemClock;
    let began = clock.monotonic();
    let mut workers = Vec::new();
    for store in stores {
        let pacer = StoredPacer::new(store, Arc::new(clock));
        workers.push(tokio::spawn(async move {
            let mut times = Vec::new();
            for _ in 0..each {
                pacer.wait("lane", every, Duration::from_secs(60)).await.unwrap();
                times.push(clock.monotonic() - began);
            }
            times
        }));
    }
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await.unwrap());
    }
    times.sort();
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_several_connections_the_turns_keep_their_distance() {
    let folder = stores::Folder::new();
    let mut connections = Vec::new();
    for _ in 0..3 {
        connections.push(folder.sqlite("p.db").await);
    }
    let every = Duration::from_millis(60);
    let times = turns(connections, every, 4).await;
    // All together; two neighbours can come closer by what a task waits for its thread.
    assert!(times[11] >= every * 11, "{times:?}");
}

#[tokio::test]
async fn a_turn_that_another_process_makes_too_late_is_refused() {
    let store = SimulationStore::new();
    let clock = ManualClock::new(OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap());
    let pacers = [(); 2].map(|()| StoredPacer::new(store.clone(), Arc::new(clock.clone())));
    let every = Duration::from_secs(5);
    pacers[0].wait("a", every, Duration::ZERO).await.unwrap();
    let error = pacers[1].wait("a", every, Duration::from_secs(4)).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), pay_core::Outcome::NotSent);
    pacers[1].wait("b", every, Duration::ZERO).await.unwrap();
    clock.advance(every + Duration::from_millis(1));
    pacers[1].wait("a", every, Duration::ZERO).await.unwrap();
    // A clock that is set back by a day does not close the lane for a day.
    clock.set_now(clock.now() - DAY);
    clock.advance(every);
    pacers[0].wait("a", every, Duration::ZERO).await.unwrap();
    store.set_down(Some(Down::Gone));
    let error = pacers[0].wait("c", every, Duration::ZERO).await.unwrap_err();
    assert_eq!(error.outcome(), pay_core::Outcome::NotSent);
}
