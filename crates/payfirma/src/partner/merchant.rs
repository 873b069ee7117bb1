//! A merchant's login for a partner: by a refresh token that changes with every use.
//!
//! | an exchange that | leaves | and then |
//! |---|---|---|
//! | gave a new pair | the pair, stored before it is used | it is used |
//! | gave one that could not be stored | the pair in memory, the lease held | the next fetch stores it; until then nothing new is used |
//! | was not sent, or refused for another reason | nothing | the next fetch exchanges again |
//! | was refused | nothing | `NeedsReauthorization`, remembered until another pair is stored |
//! | ended without an answer | the mark "begun" | the old access token serves until it dies, then the old refresh token is tried again |
//!
//! What cannot be closed: the provider has used up the old refresh token, and the new one does not
//! arrive, because the reply was lost, or the process or its runtime ended before the commit. It
//! ends in `NeedsReauthorization`, once the old access token is dead.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use pay_core::{
    BoxFuture, Error, ErrorKind, Lease, Outcome, Result, Secret, TokenKey, TokenPair, TokenStore,
    provider::{Authorization, Engine, Need, Token, TokenCache, TokenSource},
};
use time::OffsetDateTime;
use tokio::sync::OwnedMutexGuard;

use crate::{
    oauth::{self, AuthHost, Credentials},
    operations,
    partner::own_task::in_own_task,
};

/// A merchant's access token. Where the merchant consented again, also in another process, what
/// was remembered of the old refusal is forgotten.
pub(crate) async fn authorization(
    cache: &TokenCache<MerchantTokens>,
    need: Need,
) -> Result<Authorization> {
    match cache.authorization(need).await {
        Err(error) if error.needs_reauthorization() => {
            if !cache.source().heal(cache).await {
                return Err(error);
            }
            cache.authorization(need).await
        }
        result => result,
    }
}

/// The stored tokens of one merchant, and their exchange.
pub(crate) struct MerchantTokens(Arc<Shared>);

struct Shared {
    host: Arc<Engine<AuthHost>>,
    credentials: Arc<Credentials>,
    store: Arc<dyn TokenStore>,
    key: TokenKey,
    /// Held by who exchanges. The lease keeps others out, but not a fetch of our own after one
    /// whose caller went away.
    desk: Arc<tokio::sync::Mutex<Desk>>,
    /// Never held over an await.
    known: Mutex<Known>,
}

/// A new pair that could not be stored, with the lease that keeps others from the old one.
type Desk = Option<(Box<dyn Lease>, TokenPair)>;

#[derive(Default)]
struct Known {
    /// The access token that was handed out last: who asks again wants another.
    handed: Option<Authorization>,
    /// Whether the provider refused that one.
    refused: bool,
    /// The access token of the pair that was found to be of no more use, or that there was none.
    dead: Option<Option<Secret>>,
}

impl MerchantTokens {
    pub(crate) fn new(
        host: Arc<Engine<AuthHost>>,
        credentials: Arc<Credentials>,
        store: Arc<dyn TokenStore>,
        key: TokenKey,
    ) -> Self {
        let (desk, known) = Default::default();
        Self(Arc::new(Shared { host, credentials, store, key, desk, known }))
    }

    /// The provider did not accept this access token. An answer that comes late, to one that was
    /// replaced since, says nothing.
    pub(crate) fn refused(&self, authorization: &Authorization) {
        let mut known = self.0.known();
        if known.handed.as_ref() == Some(authorization) {
            known.refused = true;
        }
    }

    /// Whether to ask again after `NeedsReauthorization`: if another pair was stored since. Only
    /// the first to see that resets the cache; a second reset would cost the new pair an exchange.
    async fn heal(&self, cache: &TokenCache<Self>) -> bool {
        let Ok(stored) = self.0.store.read(&self.0.key).await else {
            return false;
        };
        let mut known = self.0.known();
        match &known.dead {
            None => true,
            Some(dead) if same(dead.as_ref(), stored.as_ref().map(|pair| &pair.access)) => false,
            Some(_) => {
                known.dead = None;
                cache.reset();
                true
            }
        }
    }

    /// Wins the lease, and stores first what waits to be stored.
    pub(crate) async fn lease(&self) -> Result<Box<dyn Lease>> {
        let desk = Arc::clone(&self.0.desk).lock_owned().await;
        if desk.is_some() {
            in_own_task(Arc::clone(&self.0).store_again(desk)).await?;
        }
        self.0.lease().await
    }

    /// Makes room for the pair of a new consent: the store takes none while we hold the lease for
    /// one that could not be stored. It gets another chance, then the new one takes its place.
    pub(crate) async fn give_way(&self) {
        let desk = Arc::clone(&self.0.desk).lock_owned().await;
        if desk.is_some() && in_own_task(Arc::clone(&self.0).store_again(desk)).await.is_err() {
            *self.0.desk.lock().await = None;
        }
    }

    /// Whether the access token of this pair can still be used, as far as is known here.
    pub(crate) fn is_alive(&self, pair: &TokenPair) -> bool {
        self.0.is_alive(pair)
    }

    /// The same of the access token in the store, whether or not it was handed out here.
    pub(crate) fn was_refused(&self, authorization: &Authorization) {
        let mut known = self.0.known();
        known.handed = Some(authorization.clone());
        known.refused = true;
    }
}

impl TokenSource for MerchantTokens {
    fn fetch(&self, _: Duration) -> BoxFuture<'_, Result<Token>> {
        Box::pin(async move {
            let pair = self.0.pair().await?;
            let token = self.0.token(&pair)?;
            // Not in the exchange's task: a token that nobody got was not handed out.
            let mut known = self.0.known();
            known.handed = Some(token.authorization.clone());
            known.refused = false;
            Ok(token)
        })
    }
}

impl Shared {
    /// The pair to use.
    async fn pair(self: &Arc<Self>) -> Result<TokenPair> {
        let desk = Arc::clone(&self.desk).lock_owned().await;
        if desk.is_some() {
            return in_own_task(Arc::clone(self).store_again(desk)).await;
        }
        let seen = self.store.read(&self.key).await.map_err(unread)?;
        if let Some(pair) = &seen
            && self.is_fresh(pair)
        {
            return Ok(pair.clone());
        }
        match (self.pair_under_lease(desk).await, seen) {
            // What is still good survives that no better could be had, if the cache has it not yet.
            (Err(_), Some(pair)) if self.is_alive(&pair) && !self.is_handed(&pair) => Ok(pair),
            (result, _) => result,
        }
    }

    async fn pair_under_lease(self: &Arc<Self>, desk: OwnedMutexGuard<Desk>) -> Result<TokenPair> {
        let lease = self.lease().await?;
        let Some(pair) = lease.pair().cloned() else {
            return Err(self.gone(None, "there are no tokens of this merchant"));
        };
        if self.is_fresh(&pair) || (lease.exchange_begun() && self.is_alive(&pair)) {
            return Ok(pair);
        }
        match pair.refresh.clone() {
            Some(refresh) => {
                in_own_task(Arc::clone(self).exchange(desk, lease, pair, refresh)).await
            }
            None if self.is_alive(&pair) => Ok(pair),
            None => {
                Err(self.gone(Some(&pair), "the access token is dead, without a refresh token"))
            }
        }
    }

    async fn exchange(
        self: Arc<Self>,
        desk: OwnedMutexGuard<Desk>,
        mut lease: Box<dyn Lease>,
        old: TokenPair,
        refresh: Secret,
    ) -> Result<TokenPair> {
        let lost_before = lease.exchange_begun();
        lease.begin().await.map_err(|cause| {
            storage("the token store could not note the exchange", Outcome::NotSent, cause)
        })?;
        let asked = self.now();
        let reply = match oauth::refresh(&self.host, &self.credentials, &refresh).await {
            Ok(reply) => reply,
            Err(error) => {
                if error.outcome().is_without_effect() {
                    // If this fails, the mark stays: the refresh token is then used later than it
                    // could be, nothing worse.
                    let _ = lease.abandon().await;
                }
                if !error.needs_reauthorization() {
                    return Err(error);
                }
                let why = if lost_before {
                    "the answer to an earlier exchange was lost, and the refresh token is used up"
                } else {
                    "the refresh token was refused"
                };
                return Err(self
                    .gone(Some(&old), why)
                    .with_meta(error.meta().cloned())
                    .with_source(error));
            }
        };
        if let (Some(told), Some(known)) =
            (&reply.merchant_id, old.attributes.get(oauth::MERCHANT_ID))
            && told.as_str() != known
        {
            let why = "the new tokens belong to another merchant";
            return Err(Error::new(ErrorKind::Contradiction, Outcome::Applied, why)
                .with_operation(operations::OAUTH_REFRESH.id));
        }
        let pair = reply.into_pair(asked, Some(&old));
        // Mistake: the new tokens are used first and stored a second later.
        #[cfg(planted)]
        if pay_core::planted::is("token-before-stored") {
            let later = pair.clone();
            let pause = self.host.connection().clock().sleep(Duration::from_secs(1));
            tokio::spawn(async move {
                pause.await;
                store(desk, lease, later).await
            });
            return Ok(pair);
        }
        store(desk, lease, pair).await
    }

    /// Stores what could not be stored before.
    async fn store_again(self: Arc<Self>, mut desk: OwnedMutexGuard<Desk>) -> Result<TokenPair> {
        match desk.take() {
            Some((lease, pair)) => store(desk, lease, pair).await,
            None => Err(self.gone(None, "there are no tokens of this merchant")),
        }
    }

    async fn lease(&self) -> Result<Box<dyn Lease>> {
        self.store.lease(&self.key).await.map_err(unread)
    }

    /// The merchant must consent again. What was found is remembered, to know it again.
    fn gone(&self, pair: Option<&TokenPair>, why: &str) -> Error {
        self.known().dead = Some(pair.map(|pair| pair.access.clone()));
        Error::new(ErrorKind::NeedsReauthorization, Outcome::Refused, why)
            .with_operation(operations::OAUTH_REFRESH.id)
    }

    /// Whether it is better than what was handed out before: another one, with enough life left.
    fn is_fresh(&self, pair: &TokenPair) -> bool {
        let enough = match self.left(pair) {
            Some(left) => left > enough(pair),
            None => true,
        };
        enough && self.is_alive(pair) && !self.is_handed(pair)
    }

    fn is_alive(&self, pair: &TokenPair) -> bool {
        let refused = self.is_handed(pair) && self.known().refused;
        !refused && self.left(pair).is_none_or(|left| left > NEARLY_DEAD)
    }

    fn is_handed(&self, pair: &TokenPair) -> bool {
        let bearer = Authorization::bearer(&pair.access).ok();
        bearer.is_some() && bearer == self.known().handed
    }

    /// How much life the access token has left; `None` if nobody said.
    fn left(&self, pair: &TokenPair) -> Option<Duration> {
        let left = pair.expires_at? - self.now();
        Some(left.try_into().unwrap_or(Duration::ZERO))
    }

    fn token(&self, pair: &TokenPair) -> Result<Token> {
        Ok(Token::new(Authorization::bearer(&pair.access)?).with_lifetime(self.left(pair)))
    }

    fn now(&self) -> OffsetDateTime {
        self.host.connection().clock().now()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// With less life than this left, an access token is not worth sending.
const NEARLY_DEAD: Duration = Duration::from_secs(3);
/// With less than this, or a quarter of its life, it is not worth taking from the store: a write
/// that waits for a person would outlive it.
const ENOUGH: Duration = Duration::from_secs(5 * 60);

fn enough(pair: &TokenPair) -> Duration {
    let life = pair.attributes.get(oauth::LIFE).and_then(|life| life.parse().ok());
    life.map_or(ENOUGH, |life| (Duration::from_secs(life) / 4).min(ENOUGH))
}

/// Stores a pair. If that fails, it waits on the desk, lease and all.
async fn store(
    mut desk: OwnedMutexGuard<Desk>,
    mut lease: Box<dyn Lease>,
    pair: TokenPair,
) -> Result<TokenPair> {
    match lease.commit(pair.clone()).await {
        Ok(()) => Ok(pair),
        Err(cause) => {
            *desk = Some((lease, pair));
            Err(storage("the new tokens could not be stored", Outcome::Applied, cause))
        }
    }
}

fn unread(cause: Error) -> Error {
    storage("the token store could not be read", Outcome::NotSent, cause)
}

/// A store's error, whatever kind it says it is: only the provider refuses credentials.
pub(crate) fn storage(what: &str, outcome: Outcome, cause: Error) -> Error {
    Error::new(ErrorKind::Storage, outcome, what).with_source(cause)
}

fn same(one: Option<&Secret>, other: Option<&Secret>) -> bool {
    one.map(Secret::expose) == other.map(Secret::expose)
}
