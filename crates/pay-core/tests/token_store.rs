//! What every token store promises. Each function takes any store; the runner at the end names
//! the stores.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use futures_util::FutureExt as _;
use pay_core::{Lease, MemoryTokenStore, Secret, TokenKey, TokenPair, TokenStore};
use time::OffsetDateTime;

fn key() -> TokenKey {
    TokenKey::new("payfirma", "sandbox", "merchant-1")
}

fn pair(name: &str) -> TokenPair {
    TokenPair::new(Secret::new(format!("access-{name}")))
        .with_refresh(Some(Secret::new(format!("refresh-{name}"))))
        .with_expires_at(OffsetDateTime::from_unix_timestamp(1_700_000_000).ok())
        .with_attribute("scope", "invoice ecom")
}

fn assert_same(found: Option<&TokenPair>, expected: &TokenPair) {
    let found = found.expect("a pair");
    assert_eq!(found.access.expose(), expected.access.expose());
    assert_eq!(
        found.refresh.as_ref().map(Secret::expose),
        expected.refresh.as_ref().map(Secret::expose)
    );
    assert_eq!(found.expires_at, expected.expires_at);
    assert_eq!(found.attributes, expected.attributes);
}

async fn read(store: &impl TokenStore) -> Option<TokenPair> {
    store.read(&key()).await.unwrap()
}

async fn lease(store: &impl TokenStore) -> Box<dyn Lease> {
    store.lease(&key()).await.unwrap()
}

async fn an_empty_store_has_nothing(store: impl TokenStore) {
    assert!(read(&store).await.is_none());
    let lease = lease(&store).await;
    assert!(lease.pair().is_none());
    assert!(!lease.exchange_begun());
}

async fn a_pair_comes_back_whole(store: impl TokenStore) {
    store.put(&key(), pair("a")).await.unwrap();
    assert_same(read(&store).await.as_ref(), &pair("a"));
    assert_same(lease(&store).await.pair(), &pair("a"));

    let bare = TokenPair::new("access-b");
    store.put(&key(), bare.clone()).await.unwrap();
    assert_same(read(&store).await.as_ref(), &bare);

    store.remove(&key()).await.unwrap();
    assert!(read(&store).await.is_none());
}

async fn keys_are_kept_apart_by_each_part(store: impl TokenStore) {
    let keys = [
        TokenKey::new("p", "e", "a"),
        TokenKey::new("p2", "e", "a"),
        TokenKey::new("p", "e2", "a"),
        TokenKey::new("p", "e", "a2"),
        // The same text where the parts are run together.
        TokenKey::new("p e", "", "a"),
        TokenKey::new("p", "e a", ""),
        TokenKey::new("p'; --", "é/\\\"", "%00"),
    ];
    for (n, key) in keys.iter().enumerate() {
        store.put(key, pair(&n.to_string())).await.unwrap();
    }
    // A lease on one leaves the others free.
    let _held = store.lease(&keys[0]).await.unwrap();
    for (n, key) in keys.iter().enumerate() {
        assert_same(store.read(key).await.unwrap().as_ref(), &pair(&n.to_string()));
    }
    store.remove(&keys[1]).await.unwrap();
    assert_same(store.read(&keys[2]).await.unwrap().as_ref(), &pair("2"));
}

async fn an_exchange_replaces_the_pair(store: impl TokenStore) {
    store.put(&key(), pair("old")).await.unwrap();
    let mut lease = lease(&store).await;
    lease.begin().await.unwrap();
    assert!(lease.exchange_begun());
    assert_same(read(&store).await.as_ref(), &pair("old"));
    lease.commit(pair("new")).await.unwrap();
    assert!(!lease.exchange_begun());
    assert_same(lease.pair(), &pair("new"));
    assert_same(read(&store).await.as_ref(), &pair("new"));
    drop(lease);
    let lease = self::lease(&store).await;
    assert!(!lease.exchange_begun());
    assert_same(lease.pair(), &pair("new"));
}

async fn a_lease_is_held_by_one_at_a_time_and_reading_waits_for_none(store: impl TokenStore) {
    store.put(&key(), pair("old")).await.unwrap();
    let mut first = lease(&store).await;
    let key = key();
    let mut second = pin!(store.lease(&key));
    assert!(second.as_mut().now_or_never().is_none());
    assert_same(read(&store).await.as_ref(), &pair("old"));
    first.begin().await.unwrap();
    first.commit(pair("new")).await.unwrap();
    drop(first);
    // The second sees what the first did while it waited.
    let second = second.await.unwrap();
    assert_same(second.pair(), &pair("new"));
    assert!(!second.exchange_begun());
}

async fn giving_up_the_wait_leaves_the_lease_to_others(store: impl TokenStore) {
    let first = lease(&store).await;
    let key = key();
    {
        let waiting = pin!(store.lease(&key));
        assert!(waiting.now_or_never().is_none());
    }
    drop(first);
    drop(lease(&store).await);
}

async fn a_lease_dropped_after_it_began_leaves_its_mark(store: impl TokenStore) {
    store.put(&key(), pair("old")).await.unwrap();
    let mut crashed = lease(&store).await;
    crashed.begin().await.unwrap();
    drop(crashed);
    for _ in 0..2 {
        let lease = lease(&store).await;
        assert!(lease.exchange_begun());
        assert_same(lease.pair(), &pair("old"));
    }
    let mut lease = lease(&store).await;
    lease.begin().await.unwrap();
    lease.commit(pair("new")).await.unwrap();
    drop(lease);
    assert!(!self::lease(&store).await.exchange_begun());
}

async fn a_lease_dropped_before_it_began_leaves_no_mark(store: impl TokenStore) {
    store.put(&key(), pair("old")).await.unwrap();
    drop(lease(&store).await);
    assert!(!lease(&store).await.exchange_begun());
}

async fn an_abandoned_exchange_leaves_no_mark_but_an_earlier_one(store: impl TokenStore) {
    store.put(&key(), pair("old")).await.unwrap();
    let mut lease = lease(&store).await;
    lease.begin().await.unwrap();
    lease.abandon().await.unwrap();
    assert!(!lease.exchange_begun());
    drop(lease);
    let mut lease = self::lease(&store).await;
    assert!(!lease.exchange_begun());
    assert_same(lease.pair(), &pair("old"));

    lease.begin().await.unwrap();
    drop(lease);
    let mut lease = self::lease(&store).await;
    lease.begin().await.unwrap();
    lease.abandon().await.unwrap();
    drop(lease);
    assert!(self::lease(&store).await.exchange_begun());
}

async fn a_new_consent_waits_for_the_lease_and_clears_the_mark(store: impl TokenStore) {
    store.put(&key(), pair("old")).await.unwrap();
    let mut lease = lease(&store).await;
    lease.begin().await.unwrap();
    let key = key();
    let mut consent = pin!(store.put(&key, pair("consented")));
    assert!(consent.as_mut().now_or_never().is_none());
    drop(lease);
    consent.await.unwrap();
    let mut lease = self::lease(&store).await;
    assert!(!lease.exchange_begun());
    assert_same(lease.pair(), &pair("consented"));

    lease.begin().await.unwrap();
    drop(lease);
    store.remove(&key).await.unwrap();
    let lease = self::lease(&store).await;
    assert!(!lease.exchange_begun());
    assert!(lease.pair().is_none());
}

async fn what_waits_while_a_lease_removes_its_pair_comes_after_it(store: impl TokenStore) {
    store.put(&key(), pair("old")).await.unwrap();
    let mut lease = lease(&store).await;
    lease.begin().await.unwrap();
    let key = key();
    let mut consent = pin!(store.put(&key, pair("consented")));
    assert!(consent.as_mut().now_or_never().is_none());
    lease.remove().await.unwrap();
    assert!(lease.pair().is_none());
    assert!(!lease.exchange_begun());
    assert!(read(&store).await.is_none());
    drop(lease);
    consent.await.unwrap();
    assert_same(read(&store).await.as_ref(), &pair("consented"));
    assert!(!self::lease(&store).await.exchange_begun());
}

/// Workers who find the pair they cannot use any more, all at once: each refresh token is
/// exchanged once.
async fn many_workers_exchange_each_refresh_token_once(store: impl TokenStore) {
    let store = Arc::new(store);
    store.put(&key(), pair("0")).await.unwrap();
    let exchanges = Arc::new(AtomicUsize::new(0));
    for round in 0..5 {
        let workers: Vec<_> = (0..40)
            .map(|_| {
                let (store, exchanges) = (Arc::clone(&store), Arc::clone(&exchanges));
                tokio::spawn(async move {
                    let dead = format!("access-{round}");
                    let mut lease = lease(&*store).await;
                    if lease.pair().unwrap().access.expose() == dead {
                        assert!(!lease.exchange_begun());
                        lease.begin().await.unwrap();
                        tokio::task::yield_now().await;
                        exchanges.fetch_add(1, SeqCst);
                        lease.commit(pair(&(round + 1).to_string())).await.unwrap();
                    }
                    drop(lease);
                    let now = read(&*store).await.unwrap();
                    assert_eq!(now.access.expose(), format!("access-{}", round + 1));
                })
            })
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
    }
    assert_eq!(exchanges.load(SeqCst), 5);
}

pub(crate) async fn all_promises<S: TokenStore>(new: impl Fn() -> S) {
    an_empty_store_has_nothing(new()).await;
    a_pair_comes_back_whole(new()).await;
    keys_are_kept_apart_by_each_part(new()).await;
    an_exchange_replaces_the_pair(new()).await;
    a_lease_is_held_by_one_at_a_time_and_reading_waits_for_none(new()).await;
    giving_up_the_wait_leaves_the_lease_to_others(new()).await;
    a_lease_dropped_after_it_began_leaves_its_mark(new()).await;
    a_lease_dropped_before_it_began_leaves_no_mark(new()).await;
    an_abandoned_exchange_leaves_no_mark_but_an_earlier_one(new()).await;
    a_new_consent_waits_for_the_lease_and_clears_the_mark(new()).await;
    what_waits_while_a_lease_removes_its_pair_comes_after_it(new()).await;
    many_workers_exchange_each_refresh_token_once(new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_memory_store_keeps_all_promises() {
    all_promises(MemoryTokenStore::new).await;
}

#[tokio::test]
async fn clones_of_the_memory_store_are_one_store() {
    let store = MemoryTokenStore::new();
    store.clone().put(&key(), pair("a")).await.unwrap();
    assert_same(read(&store).await.as_ref(), &pair("a"));
}

#[tokio::test]
async fn nothing_shows_a_token() {
    let store = MemoryTokenStore::new();
    store.put(&key(), pair("s3cr3t").with_attribute("merchant_id", "hidden-too")).await.unwrap();
    let shown = format!("{store:?} {:?}", read(&store).await);
    assert!(shown.contains("merchant_id"));
    assert!(!shown.contains("s3cr3t") && !shown.contains("hidden-too"), "{shown}");
}

#[test]
fn a_key_reads_as_its_three_parts() {
    assert_eq!(key().to_string(), "payfirma sandbox merchant-1");
    assert_eq!(
        (key().provider(), key().environment(), key().account()),
        ("payfirma", "sandbox", "merchant-1")
    );
}
