//! Attacks on the leases of tokens.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(missing_docs, unreachable_pub, dead_code)]

use std::{sync::Arc, time::Duration};

use pay_core::{ManualClock, TokenKey, TokenPair, TokenStore as _};
use pay_store::{Keyring, SimulationStore, StoredTokens};
use time::OffsetDateTime;

fn key() -> TokenKey {
    TokenKey::new("payfirma", "test", "merchant-1")
}

fn tokens(store: &SimulationStore, years: u64) -> StoredTokens {
    let start = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
    let now = start + Duration::from_secs(years * 365 * 24 * 3600);
    let clock = ManualClock::auto_up_to(now, Duration::from_secs(1));
    StoredTokens::new(store.clone(), Keyring::new("test", [7; 32]).unwrap()).clock(Arc::new(clock))
}

#[tokio::test]
async fn a_lease_of_any_length_can_be_had() {
    for length in [Duration::ZERO, Duration::MAX] {
        let tokens = tokens(&SimulationStore::new(), 0).lease_for(length);
        let mut lease = tokens.lease(&key()).await.unwrap();
        lease.begin().await.unwrap();
        lease.commit(TokenPair::new("a".to_owned())).await.unwrap();
        drop(lease);
        assert!(tokens.read(&key()).await.unwrap().is_some());
    }
}

/// The host's clock was years ahead when it took the lease, and it died.
#[tokio::test]
async fn a_lease_from_the_future_does_not_close_the_account() {
    let store = SimulationStore::new();
    let mut lease = tokens(&store, 4).lease(&key()).await.unwrap();
    lease.begin().await.unwrap();
    let after = store.restart();
    let now = tokens(&after, 0);
    let taken = tokio::time::timeout(Duration::from_secs(10), now.lease(&key())).await;
    assert!(taken.expect("nobody gets the lease").unwrap().exchange_begun());
}
