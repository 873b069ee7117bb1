use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use pay_core::{
    BoxFuture, Clock, Error, ErrorKind, Lease, Outcome, Reference, Result, Secret, SystemClock,
    TokenKey, TokenPair, TokenStore,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::sync::OwnedMutexGuard;
use zeroize::Zeroizing;

use crate::{Keyring, Store, TokenRow, journal::millis};

/// A [`TokenStore`] on a [`Store`]: one worker at a time exchanges a refresh token, over all
/// processes, and the new pair is durable before it is used. Pairs are sealed. Clones share leases.
///
/// A lease that is not given back, since its holder died, ends by itself after two minutes (see
/// [`lease_for`](Self::lease_for)). That is for liveness only: whoever takes over sees that an
/// exchange was begun, and a late holder's pair is stored if no other was meanwhile.
///
/// A pair is sealed with the current key when it is exchanged, and not before: keep an old key
/// ([`Keyring::and_old`]) until every pair was. One that cannot be read is an error at each use.
#[derive(Clone)]
pub struct StoredTokens {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn Store>,
    keys: Keyring,
    clock: Arc<dyn Clock>,
    lease_for: Duration,
    /// In one process the workers queue here, first come, first served.
    turns: Mutex<HashMap<TokenKey, Arc<tokio::sync::Mutex<()>>>>,
}

impl StoredTokens {
    /// Tokens in a store, sealed with the keys.
    #[must_use]
    pub fn new(store: impl Store, keys: Keyring) -> Self {
        Self {
            shared: Arc::new(Shared {
                store: Arc::new(store),
                keys,
                clock: Arc::new(SystemClock),
                lease_for: Duration::from_secs(120),
                turns: Mutex::default(),
            }),
        }
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        self.with(|shared| shared.clock = clock)
    }

    /// How long a lease lasts that nobody gives back: more than an exchange may take, at most an
    /// hour.
    #[must_use]
    pub fn lease_for(self, lease_for: Duration) -> Self {
        self.with(|shared| shared.lease_for = lease_for.min(LONGEST_LEASE))
    }

    fn with(self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = match Arc::try_unwrap(self.shared) {
            Ok(shared) => shared,
            Err(shared) => Shared {
                store: Arc::clone(&shared.store),
                keys: shared.keys.clone(),
                clock: Arc::clone(&shared.clock),
                lease_for: shared.lease_for,
                turns: Mutex::default(),
            },
        };
        change(&mut shared);
        Self { shared: Arc::new(shared) }
    }
}

/// Longer than any exchange, and short enough to be added to any time.
const LONGEST_LEASE: Duration = Duration::from_secs(3600);

impl TokenStore for StoredTokens {
    fn read<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenPair>>> {
        Box::pin(async move {
            let row = self.shared.store.token(key).await?;
            row.map_or(Ok(None), |row| self.shared.open(key, &row))
        })
    }

    fn lease<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn Lease>>> {
        Box::pin(async move {
            let held = Arc::clone(&self.shared).take(key.clone()).await?;
            let pair = self.shared.open(key, &held.row)?;
            let lease: Box<dyn Lease> = Box::new(StoredLease {
                begun_before: held.row.begun,
                pair,
                held,
                tried: Vec::new(),
            });
            Ok(lease)
        })
    }

    fn put<'a>(&'a self, key: &'a TokenKey, pair: TokenPair) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut held = Arc::clone(&self.shared).take(key.clone()).await?;
            let sealed = self.shared.seal(key, &pair)?;
            held.replace(Some(sealed), &[], true).await
        })
    }

    fn remove<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut held = Arc::clone(&self.shared).take(key.clone()).await?;
            held.replace(None, &[], true).await
        })
    }
}

impl fmt::Debug for StoredTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredTokens").field("store", &self.shared.store).finish_non_exhaustive()
    }
}

impl Shared {
    /// Waits for the lease: in this process by a queue, among processes by asking again.
    async fn take(self: Arc<Self>, key: TokenKey) -> Result<Held> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(key.clone()).or_default())
        };
        let turn = turn.lock_owned().await;
        let mut turn = Some(turn);
        let mut pause = Duration::from_millis(10);
        loop {
            // In a task of its own: whoever gives up the wait half-way leaves no lease behind.
            let (shared, wanted, mine) = (Arc::clone(&self), key.clone(), turn.take());
            let asked = tokio::spawn(async move { shared.try_take(wanted, mine).await });
            match asked.await.map_err(torn)?? {
                Ok(held) => return Ok(held),
                Err(back) => turn = back,
            }
            self.clock.sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(250));
        }
    }

    /// The lease, or the turn back if another process holds it.
    async fn try_take(
        self: Arc<Self>,
        key: TokenKey,
        turn: Option<OwnedMutexGuard<()>>,
    ) -> Result<Result<Held, Option<OwnedMutexGuard<()>>>> {
        let now = millis(self.clock.now());
        let found = self.store.token(&key).await?.unwrap_or_default();
        // A lease from a clock that was far ahead must not close the account for years.
        let latest = millis(now + LONGEST_LEASE * 2);
        let is_held = found.lease.is_some()
            && found.lease_until.is_some_and(|until| now < until && until < latest);
        if is_held {
            return Ok(Err(turn));
        }
        let name = Reference::random().to_string();
        let row = TokenRow {
            revision: found.revision + 1,
            lease: Some(name.clone()),
            lease_until: Some(millis(now + self.lease_for)),
            ..found
        };
        if !self.store.put_token(&key, &row).await? {
            return Ok(Err(turn));
        }
        Ok(Ok(Held { shared: self, key, name, row, turn }))
    }

    fn seal(&self, key: &TokenKey, pair: &TokenPair) -> Result<Vec<u8>> {
        let stored = StoredPair {
            access: pair.access.expose(),
            refresh: pair.refresh.as_ref().map(Secret::expose),
            expires_at: pair.expires_at.map(OffsetDateTime::unix_timestamp_nanos),
            attributes: pair.attributes.clone(),
        };
        let json = serde_json::to_vec(&stored).map(Zeroizing::new).map_err(|error| {
            failed("the pair cannot be written", Outcome::NotSent).with_source(error)
        })?;
        self.keys.seal(&place(key), &json)
    }

    fn open(&self, key: &TokenKey, row: &TokenRow) -> Result<Option<TokenPair>> {
        let Some(sealed) = &row.pair else {
            return Ok(None);
        };
        let plain = self.keys.open(&place(key), sealed)?;
        let damaged = || failed("a stored pair is damaged", Outcome::NotSent);
        let stored: ReadPair = serde_json::from_slice(&plain).map_err(|_| damaged())?;
        let expires_at = stored
            .expires_at
            .map(OffsetDateTime::from_unix_timestamp_nanos)
            .transpose()
            .map_err(|_| damaged())?;
        let mut pair =
            TokenPair::new(stored.access).with_refresh(stored.refresh).with_expires_at(expires_at);
        pair.attributes = stored.attributes;
        Ok(Some(pair))
    }
}

/// What is sealed. Borrowed, so that no copy is made that nobody wipes.
#[derive(Serialize)]
struct StoredPair<'a> {
    access: &'a str,
    refresh: Option<&'a str>,
    expires_at: Option<i128>,
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct ReadPair {
    access: Secret,
    refresh: Option<Secret>,
    expires_at: Option<i128>,
    attributes: BTreeMap<String, String>,
}

/// A lease in the store, given back when dropped.
struct Held {
    shared: Arc<Shared>,
    key: TokenKey,
    name: String,
    /// As we wrote it last.
    row: TokenRow,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Held {
    /// Writes a change while the lease is still ours. It fails if it ended and was taken.
    async fn write(&mut self, change: impl Fn(&mut TokenRow)) -> Result<()> {
        let shared = &self.shared;
        let Some(mut next) = shared.store.token(&self.key).await? else {
            return Err(lost_lease());
        };
        if next.lease.as_deref() != Some(&self.name) {
            return Err(lost_lease());
        }
        change(&mut next);
        next.revision += 1;
        next.lease_until = Some(millis(shared.clock.now() + shared.lease_for));
        if !shared.store.put_token(&self.key, &next).await? {
            return Err(lost_lease());
        }
        self.row = next;
        Ok(())
    }

    /// Another pair in the place of the one that this lease saw, the mark cleared: also if the lease
    /// ended meanwhile, as long as nobody stored another pair. The new one exists nowhere else.
    ///
    /// `ends`: the lease goes with it. A program that stores the tokens of a consent and exits has no
    /// time for more.
    async fn replace(
        &mut self,
        sealed: Option<Vec<u8>>,
        tried: &[Vec<u8>],
        ends: bool,
    ) -> Result<()> {
        loop {
            let Some(mut next) = self.shared.store.token(&self.key).await? else {
                return Err(lost_lease());
            };
            let is_ours = next.pair.as_ref().is_some_and(|stored| tried.contains(stored));
            if next.generation != self.row.generation && !is_ours {
                return Err(failed(
                    "another worker stored another pair meanwhile",
                    Outcome::Applied,
                ));
            }
            next.revision += 1;
            next.generation += 1;
            next.pair.clone_from(&sealed);
            next.begun = false;
            if ends && next.lease.as_deref() == Some(&self.name) {
                next.lease = None;
                next.lease_until = None;
            }
            if self.shared.store.put_token(&self.key, &next).await? {
                self.row = next;
                return Ok(());
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            // Outside a runtime nothing can be written: the lease ends by its time.
            return;
        };
        let (shared, key, name) =
            (Arc::clone(&self.shared), self.key.clone(), std::mem::take(&mut self.name));
        // The next in this process waits until it is given back.
        let turn = self.turn.take();
        runtime.spawn(async move {
            while let Ok(Some(mut row)) = shared.store.token(&key).await {
                if row.lease.as_deref() != Some(&name) {
                    break;
                }
                row.revision += 1;
                row.lease = None;
                row.lease_until = None;
                match shared.store.put_token(&key, &row).await {
                    Ok(false) => {}
                    Ok(true) | Err(_) => break,
                }
            }
            drop(turn);
        });
    }
}

struct StoredLease {
    held: Held,
    pair: Option<TokenPair>,
    begun_before: bool,
    /// Tells a try of ours that seemed to fail from another worker's pair.
    tried: Vec<Vec<u8>>,
}

impl Lease for StoredLease {
    fn pair(&self) -> Option<&TokenPair> {
        self.pair.as_ref()
    }

    fn exchange_begun(&self) -> bool {
        self.held.row.begun
    }

    fn begin(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.held.write(|row| row.begun = true))
    }

    fn commit(&mut self, pair: TokenPair) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let sealed = self.held.shared.seal(&self.held.key, &pair)?;
            self.tried.push(sealed.clone());
            self.held.replace(Some(sealed), &self.tried, false).await?;
            self.tried.clear();
            self.begun_before = false;
            self.pair = Some(pair);
            Ok(())
        })
    }

    fn abandon(&mut self) -> BoxFuture<'_, Result<()>> {
        let begun = self.begun_before;
        Box::pin(self.held.write(move |row| row.begun = begun))
    }

    fn remove(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.held.replace(None, &[], false).await?;
            self.begun_before = false;
            self.pair = None;
            Ok(())
        })
    }
}

fn place(key: &TokenKey) -> [&str; 4] {
    ["tokens", key.provider(), key.environment(), key.account()]
}

fn failed(why: &str, outcome: Outcome) -> Error {
    Error::new(ErrorKind::Storage, outcome, why)
}

fn lost_lease() -> Error {
    failed("the lease ended, and another worker may hold it", Outcome::NotSent)
}

fn torn(error: tokio::task::JoinError) -> Error {
    failed("the wait for the lease was torn down", Outcome::NotSent).with_source(error)
}
