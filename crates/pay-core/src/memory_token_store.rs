use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OwnedMutexGuard;

use crate::{BoxFuture, Lease, Result, TokenKey, TokenPair, TokenStore};

/// A [`TokenStore`] in the memory of one process.
///
/// It does not survive a restart, and other processes do not see it: a merchant whose refresh token
/// rotates has to consent again after each. For tests, and for providers whose tokens can be had
/// again from the credentials. Clones share one store.
#[derive(Clone, Default)]
pub struct MemoryTokenStore {
    accounts: Arc<Mutex<HashMap<TokenKey, Arc<Account>>>>,
}

impl MemoryTokenStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn account(&self, key: &TokenKey) -> Arc<Account> {
        Arc::clone(lock(&self.accounts).entry(key.clone()).or_default())
    }
}

impl TokenStore for MemoryTokenStore {
    fn read<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenPair>>> {
        Box::pin(async move {
            let account = lock(&self.accounts).get(key).cloned();
            Ok(account.and_then(|account| lock(&account.kept).pair.clone()))
        })
    }

    fn lease<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn Lease>>> {
        Box::pin(async move {
            let account = self.account(key);
            let turn = Arc::clone(&account.turn).lock_owned().await;
            let seen = lock(&account.kept).clone();
            let lease: Box<dyn Lease> =
                Box::new(MemoryLease { begun_before: seen.begun, seen, account, _turn: turn });
            Ok(lease)
        })
    }

    fn put<'a>(&'a self, key: &'a TokenKey, pair: TokenPair) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let account = self.account(key);
            let _turn = account.turn.lock().await;
            *lock(&account.kept) = Kept { pair: Some(pair), begun: false };
            Ok(())
        })
    }

    fn remove<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let account = self.account(key);
            let _turn = account.turn.lock().await;
            *lock(&account.kept) = Kept::default();
            Ok(())
        })
    }
}

impl fmt::Debug for MemoryTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTokenStore").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Account {
    turn: Arc<tokio::sync::Mutex<()>>,
    kept: Mutex<Kept>,
}

#[derive(Clone, Default)]
struct Kept {
    pair: Option<TokenPair>,
    begun: bool,
}

struct MemoryLease {
    account: Arc<Account>,
    seen: Kept,
    begun_before: bool,
    _turn: OwnedMutexGuard<()>,
}

impl MemoryLease {
    fn write(&mut self, kept: Kept) {
        *lock(&self.account.kept) = kept.clone();
        self.seen = kept;
    }
}

impl Lease for MemoryLease {
    fn pair(&self) -> Option<&TokenPair> {
        self.seen.pair.as_ref()
    }

    fn exchange_begun(&self) -> bool {
        self.seen.begun
    }

    fn begin(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.write(Kept { begun: true, ..self.seen.clone() });
            Ok(())
        })
    }

    fn commit(&mut self, pair: TokenPair) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.begun_before = false;
            self.write(Kept { pair: Some(pair), begun: false });
            Ok(())
        })
    }

    fn abandon(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.write(Kept { begun: self.begun_before, ..self.seen.clone() });
            Ok(())
        })
    }

    fn remove(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.begun_before = false;
            self.write(Kept::default());
            Ok(())
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
