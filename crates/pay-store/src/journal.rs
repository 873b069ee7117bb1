use std::{fmt, future::Future, sync::Arc, time::Duration};

use pay_core::{BoxFuture, Clock, LostCall, Reference, Resolution, Result, SystemClock};
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{Account, AccountKey, Desk, Entry, Event, Keyring, Query, State, Store};

/// Remembers every payment under the caller's own key, over crashes: at most one effect per key.
///
/// One journal for a process; clones share it. See [`Account::once`] for the call.
#[derive(Clone)]
pub struct Journal {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keys: Keyring,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) owner: String,
    pub(crate) send_within: Duration,
    pub(crate) wait: Duration,
}

impl Journal {
    /// A journal on a store. Answers are sealed with the keys.
    #[must_use]
    pub fn new(store: impl Store, keys: Keyring) -> Self {
        Self {
            shared: Arc::new(Shared {
                store: Arc::new(store),
                keys,
                clock: Arc::new(SystemClock),
                owner: Reference::random().to_string(),
                send_within: Duration::from_secs(120),
                wait: Duration::from_secs(10),
            }),
        }
    }

    /// Takes the time from this clock: the one of the clients, if that is not the machine's.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        self.with(|shared| shared.clock = clock)
    }

    /// How long a call may be under way before it is ended and in doubt: two minutes if this is not
    /// set. Must be more than the clients' timeout for a call; for one at a card terminal set it by
    /// [`Once::within`](crate::Once::within). A payment whose process died counts as under way for
    /// as long.
    #[must_use]
    pub fn send_within(self, send_within: Duration) -> Self {
        self.with(|shared| shared.send_within = send_within)
    }

    /// How long a call waits for another one with the same key to end: ten seconds if this is not
    /// set. If that is longer than what is left of the other's time to send, it looks for it then.
    #[must_use]
    pub fn wait(self, wait: Duration) -> Self {
        self.with(|shared| shared.wait = wait)
    }

    fn with(self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = match Arc::try_unwrap(self.shared) {
            Ok(shared) => shared,
            Err(shared) => Shared {
                store: Arc::clone(&shared.store),
                keys: shared.keys.clone(),
                clock: Arc::clone(&shared.clock),
                owner: shared.owner.clone(),
                ..*shared
            },
        };
        change(&mut shared);
        Self { shared: Arc::new(shared) }
    }

    /// A provider's account: its client, and how that client finds out about a lost call. What a
    /// search finds is stored as JSON in the place of the answer, so it must read as what
    /// [`once`](Account::once) sends returns.
    ///
    /// Both closures get a clone of the client.
    pub fn account<C, F, R, Found>(&self, key: AccountKey, client: C, resolve: R) -> Account<C>
    where
        C: Clone + Send + Sync + 'static,
        R: Fn(C, LostCall) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Resolution<Found>>> + Send + 'static,
        Found: Serialize + 'static,
    {
        Account::new(self.clone(), key, client, resolve)
    }

    /// What the person on call works with.
    #[must_use]
    pub fn desk(&self) -> Desk {
        Desk::on(Arc::clone(&self.shared.store), Arc::clone(&self.shared.clock))
    }

    /// Seals again what is sealed with an old key, and says how many answers. Then the old key is
    /// needed no more (for tokens, see [`StoredTokens`](crate::StoredTokens)).
    ///
    /// # Errors
    ///
    /// The store's, and that a key is missing. What was done stays done: call it again.
    pub async fn reseal(&self) -> Result<u64> {
        let Shared { store, keys, .. } = &*self.shared;
        let mut count = 0;
        for entry in store.entries(&Query::new().not_pruned()).await? {
            let (key, mut found) = (entry.key.clone(), Some(entry));
            // Until it is done: whoever changed the entry meanwhile left its answer as it was.
            while let Some(entry) = found {
                let Some(sealed) = entry.answer.as_deref().filter(|sealed| keys.is_old(sealed))
                else {
                    break;
                };
                let place = place(&entry);
                let plain = keys.open(&place, sealed)?;
                let answer = Some(keys.seal(&place, &plain)?);
                let next = Entry { answer, revision: entry.revision + 1, ..entry.clone() };
                let event = self.shared.event(&next, "sealed with the current key");
                if store.update(&next, &event).await? {
                    count += 1;
                    break;
                }
                found = store.entry(&key).await?;
            }
        }
        Ok(count)
    }
}

impl Shared {
    /// Now, exact to the millisecond, as stores keep it.
    pub(crate) fn now(&self) -> OffsetDateTime {
        millis(self.clock.now())
    }

    pub(crate) fn event(&self, entry: &Entry, why: impl Into<String>) -> Event {
        Event {
            at: self.now(),
            epoch: entry.epoch,
            state: entry.state,
            by: self.owner.clone(),
            why: why.into(),
        }
    }

    /// Writes a changed copy of an entry, in another state. `false` if somebody was faster.
    pub(crate) async fn change(&self, next: &mut Entry, why: &str) -> Result<bool> {
        next.revision += 1;
        next.changed_at = self.now();
        self.store.update(next, &self.event(next, why)).await
    }

    pub(crate) fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep(duration)
    }
}

/// Where an answer stands, for its authentication.
pub(crate) fn place(entry: &Entry) -> [&str; 6] {
    let account = entry.key.account();
    [
        "journal",
        account.provider(),
        account.environment(),
        account.account(),
        entry.key.operation(),
        entry.key.key(),
    ]
}

pub(crate) fn millis(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_millisecond(time.millisecond()).unwrap_or(time)
}

/// For people, as the program prints all times.
pub(crate) fn stamp(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("store", &self.shared.store)
            .field("owner", &self.shared.owner)
            .finish_non_exhaustive()
    }
}

/// The states that hold a sealed answer.
pub(crate) fn holds_answer(state: State) -> bool {
    matches!(state, State::Applied | State::Declined | State::Refused | State::SettledApplied)
}
