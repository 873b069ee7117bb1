use std::{fmt, sync::Arc, time::Duration};

use pay_core::{
    Clock, Error, ErrorKind, Invalid, Outcome, Result, SystemClock, provider::holds_card_number,
};
use time::OffsetDateTime;

use crate::{
    Entry, EntryKey, Event, Query, State, Store,
    attempt::late_answer,
    journal::{millis, stamp},
};

/// What the person on call works with: looking at entries, ending those that no search can end, and
/// clearing up. It sends nothing, asks no provider and needs no keys.
#[derive(Clone)]
pub struct Desk {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    margin: Duration,
}

/// Who decides, and why. It is kept for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    by: String,
    why: String,
}

impl Decision {
    /// `by` is a person's name, `why` what they saw.
    ///
    /// # Errors
    ///
    /// `is_invalid()`: one of them is empty or holds a card number.
    pub fn new(by: impl Into<String>, why: impl Into<String>) -> Result<Self> {
        let (by, why) = (by.into(), why.into());
        for (field, text) in [("by", &by), ("why", &why)] {
            if text.trim().is_empty() {
                return Err(Invalid::new(field, "must not be empty").into());
            }
            if holds_card_number(text) {
                return Err(Invalid::new(field, "must not contain a card number").into());
            }
        }
        Ok(Self { by, why })
    }
}

impl Desk {
    /// A desk on a store.
    #[must_use]
    pub fn new(store: impl Store) -> Self {
        Self::on(Arc::new(store), Arc::new(SystemClock))
    }

    pub(crate) fn on(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, margin: Duration::from_secs(5 * 60) }
    }

    /// How long after `send_by` a new sending may be allowed: what may still be in a queue or a
    /// network by then, and how far the hosts' clocks may differ. Five minutes if this is not set.
    #[must_use]
    pub fn margin(mut self, margin: Duration) -> Self {
        self.margin = margin;
        self
    }

    /// The entries that a query asks for, the longest unchanged first.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn list(&self, query: &Query) -> Result<Vec<Entry>> {
        self.store.entries(query).await
    }

    /// The entries that somebody has to look at: those without an end, then those that a person
    /// settled as not applied and of which a late answer says that they took effect.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn open(&self, limit: u32) -> Result<Vec<Entry>> {
        let mut open = self.list(&Query::unfinished().limit(limit)).await?;
        let settled = Query::new().states([State::SettledNotApplied]);
        open.extend(self.list(&settled).await?.into_iter().filter(knows_better));
        Ok(open)
    }

    /// One entry.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn entry(&self, key: &EntryKey) -> Result<Option<Entry>> {
        self.store.entry(key).await
    }

    /// What happened to an entry, in order.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn history(&self, key: &EntryKey) -> Result<Vec<Event>> {
        self.store.history(key).await
    }

    /// What to do about an entry, in a sentence.
    #[must_use]
    pub fn advice(&self, entry: &Entry) -> String {
        let now = self.now();
        if entry.is_in_progress(now) {
            return format!(
                "under way, or its process died: wait until {}, then run the program's recovery",
                stamp(entry.send_by)
            );
        }
        match entry.state {
            State::Sending | State::InDoubt => format!(
                "find it in the provider's portal, then settle it as applied or not applied; send \
                 it again (rearm, after {}) only if it is surely not there",
                stamp(self.rearm_from(entry))
            ),
            State::NotSent | State::RefusedForNow => {
                "nothing happened: the program may use the same key again".to_owned()
            }
            State::Rearmed => {
                "will be sent when the program uses the key again; settle it to take that back"
                    .to_owned()
            }
            State::SettledNotApplied if knows_better(entry) => {
                "it was settled as not applied, but a late answer says that it took effect: believe \
                 the answer, and put right what was done since"
                    .to_owned()
            }
            State::SettledNotApplied => {
                "nothing to do; rearm it if it should be sent after all".to_owned()
            }
            State::Applied | State::Declined | State::Refused | State::SettledApplied => {
                "nothing to do".to_owned()
            }
        }
    }

    /// A person found out what became of it. From then on the same key gives that answer. It takes
    /// back a [`rearm`](Self::rearm) that was not used yet, and keeps a key from being sent that
    /// could be.
    ///
    /// # Errors
    ///
    /// `is_not_found()`; `ErrorKind::Refused` if the entry has an end, or may still get one: a call
    /// is under way.
    pub async fn settle(&self, key: &EntryKey, applied: bool, decision: Decision) -> Result<Entry> {
        let state = if applied { State::SettledApplied } else { State::SettledNotApplied };
        self.decide(key, state, decision, |entry, now| {
            if entry.state.is_final() {
                return Err(format!("it is {}, and stays so", entry.state));
            }
            if entry.is_in_progress(now) {
                return Err(format!(
                    "too early: a call may be under way until {}",
                    stamp(entry.send_by)
                ));
            }
            Ok(())
        })
        .await
    }

    /// Enters what became of a payment that the journal knows nothing of, since its database was
    /// lost or is older than the payment. From then on the key gives that answer, whatever the request.
    ///
    /// # Errors
    ///
    /// `ErrorKind::Refused` if there is an entry: settle that one.
    pub async fn record(&self, key: EntryKey, applied: bool, decision: Decision) -> Result<Entry> {
        let now = self.now();
        let entry = Entry {
            epoch: 0,
            state: if applied { State::SettledApplied } else { State::SettledNotApplied },
            note: format!("{}: {}", decision.by, decision.why),
            ..Entry::first(key, String::new(), now)
        };
        let event =
            Event { at: now, epoch: 0, state: entry.state, by: decision.by, why: decision.why };
        if self.store.insert(&entry, &event).await? {
            return Ok(entry);
        }
        let why = format!("there is an entry {}: settle that one", entry.key);
        Err(Error::new(ErrorKind::Refused, Outcome::Refused, why))
    }

    /// A person is sure that it did not happen and will not, and allows the same key to be sent
    /// again. **If they are wrong, it happens twice.**
    ///
    /// # Errors
    ///
    /// `is_not_found()`; `ErrorKind::Refused` if the entry is neither in doubt nor settled as not
    /// applied, if a late answer says that it took effect, or if it is too early: before `send_by`
    /// and the [`margin`](Self::margin).
    pub async fn rearm(&self, key: &EntryKey, decision: Decision) -> Result<Entry> {
        self.decide(key, State::Rearmed, decision, |entry, now| {
            if !entry.state.is_unfinished() && entry.state != State::SettledNotApplied {
                return Err(format!("it is {}: there is nothing to send again", entry.state));
            }
            if knows_better(entry) {
                return Err("a late answer of the provider's says that it took effect".to_owned());
            }
            let from = self.rearm_from(entry);
            if now < from {
                return Err(format!("too early: it may still take effect until {}", stamp(from)));
            }
            Ok(())
        })
        .await
    }

    /// Takes the answers and details out of entries that have had an end since before `before`
    /// (UTC), and says of how many. A tombstone stays for ever: key, digest, state and history, so
    /// that the key can never be used again.
    ///
    /// # Errors
    ///
    /// The store's. What was done stays done.
    pub async fn prune(&self, before: OffsetDateTime) -> Result<u64> {
        let ended = State::ALL.into_iter().filter(|state| state.is_final());
        let query = Query::new().states(ended).changed_before(before).not_pruned();
        let mut count = 0;
        for entry in self.store.entries(&query).await? {
            let now = self.now();
            let next = Entry {
                revision: entry.revision + 1,
                changed_at: now,
                lost_call: None,
                answer: None,
                pruned_at: Some(now),
                ..entry
            };
            let event = Event {
                at: now,
                epoch: next.epoch,
                state: next.state,
                by: "prune".to_owned(),
                why: "older than is kept".to_owned(),
            };
            count += u64::from(self.store.update(&next, &event).await?);
        }
        Ok(count)
    }

    async fn decide(
        &self,
        key: &EntryKey,
        state: State,
        decision: Decision,
        allowed: impl Fn(&Entry, OffsetDateTime) -> Result<(), String>,
    ) -> Result<Entry> {
        loop {
            let Some(entry) = self.store.entry(key).await? else {
                let why = format!("there is no entry {key}");
                return Err(Error::new(ErrorKind::NotFound, Outcome::Refused, why));
            };
            let now = self.now();
            allowed(&entry, now)
                .map_err(|why| Error::new(ErrorKind::Refused, Outcome::Refused, why))?;
            let next = Entry {
                revision: entry.revision + 1,
                state,
                changed_at: now,
                note: format!("{}: {}", decision.by, decision.why),
                ..entry
            };
            let event = Event {
                at: now,
                epoch: next.epoch,
                state,
                by: decision.by.clone(),
                why: decision.why.clone(),
            };
            if self.store.update(&next, &event).await? {
                return Ok(next);
            }
        }
    }

    fn rearm_from(&self, entry: &Entry) -> OffsetDateTime {
        millis(entry.send_by + self.margin.min(Duration::from_secs(30 * 24 * 3600)))
    }

    fn now(&self) -> OffsetDateTime {
        millis(self.clock.now())
    }
}

/// Whether the provider said yes after a person had settled it.
fn knows_better(entry: &Entry) -> bool {
    entry.note.starts_with(&late_answer(entry.epoch, State::Applied))
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("store", &self.store).finish_non_exhaustive()
    }
}
