use std::{
    collections::BTreeMap,
    fmt,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use pay_core::{BoxFuture, Error, ErrorKind, Outcome, Result, TokenKey};
use tokio::sync::Notify;

use crate::{Entry, EntryKey, Event, LaneRow, Query, Store, TokenRow};

/// A store in memory for tests, that forgets in a crash what was not synced, as a disk does.
///
/// Every await of a write is a numbered step. [`crash_at`](Self::crash_at) a step, wait for
/// [`crashed`](Self::crashed), drop the tasks of the process that died, and
/// [`restart`](Self::restart): the new store holds what was durable. Clones share one store.
///
/// ```
/// # use pay_store::{Keyring, Journal, SimulationStore};
/// # fn example() -> Result<(), pay_core::Invalid> {
/// let store = SimulationStore::new();
/// store.crash_at(3);
/// let journal = Journal::new(store.clone(), Keyring::new("test", [7; 32])?);
/// // ... run the program until `store.crashed().await`, then:
/// let after = store.restart();
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct SimulationStore {
    state: Arc<Mutex<Machine>>,
    died: Arc<Notify>,
}

#[derive(Default)]
struct Machine {
    /// What everybody sees.
    cache: Tables,
    /// What survives.
    disk: Tables,
    steps: u64,
    crash_at: Option<u64>,
    /// Whether what is on its way to the disk when it crashes arrives there after all.
    arrives: bool,
    is_dead: bool,
    down: Option<Down>,
}

/// How a simulated store fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Down {
    /// Nothing is read or written.
    Gone,
    /// What is there is read; nothing is written: a full disk.
    Full,
    /// Everything is written, and then the answer is lost.
    AnswersLost,
}

#[derive(Clone, Default)]
struct Tables {
    entries: BTreeMap<EntryKey, (Entry, Vec<Event>)>,
    tokens: BTreeMap<TokenKey, TokenRow>,
    lanes: BTreeMap<String, LaneRow>,
}

impl SimulationStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Dies at this step, counted from 1 over all writes: every call after it never returns. Each
    /// write has three steps: before it is written, written but not synced, synced but not told.
    pub fn crash_at(&self, step: u64) {
        self.machine().crash_at = Some(step);
    }

    /// Whether a write that is under way when it crashes reaches the disk all the same.
    pub fn unsynced_arrives(&self, arrives: bool) {
        self.machine().arrives = arrives;
    }

    /// How many steps there were.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.machine().steps
    }

    /// Fails from now on, or no more.
    pub fn set_down(&self, down: Option<Down>) {
        self.machine().down = down;
    }

    /// Dies now. Every call under way, and every one after it, never returns.
    pub fn crash(&self) {
        self.machine().is_dead = true;
        self.died.notify_waiters();
    }

    /// Returns when it has died.
    pub async fn crashed(&self) {
        loop {
            let died = self.died.notified();
            let mut died = std::pin::pin!(died);
            died.as_mut().enable();
            if self.machine().is_dead {
                return;
            }
            died.await;
        }
    }

    /// A store with what was durable when this one died, or is now.
    #[must_use]
    pub fn restart(&self) -> Self {
        let disk = self.machine().disk.clone();
        let machine = Machine { cache: disk.clone(), disk, ..Machine::default() };
        Self { state: Arc::new(Mutex::new(machine)), died: Arc::default() }
    }

    /// One more step: a point where the process may die. For what is simulated beside the store.
    pub async fn step(&self) {
        let dead = {
            let mut machine = self.machine();
            if !machine.is_dead {
                machine.steps += 1;
                if machine.crash_at == Some(machine.steps) {
                    machine.is_dead = true;
                    if machine.arrives {
                        machine.disk = machine.cache.clone();
                    }
                }
            }
            machine.is_dead
        };
        if dead {
            self.died.notify_waiters();
            pending::<()>().await;
        }
        tokio::task::yield_now().await;
    }

    async fn read<T: Send>(&self, read: impl FnOnce(&Tables) -> T + Send) -> Result<T> {
        tokio::task::yield_now().await;
        let result = {
            let machine = self.machine();
            match (machine.is_dead, machine.down) {
                (true, _) => None,
                (false, Some(Down::Gone)) => Some(Err(gone())),
                (false, _) => Some(Ok(read(&machine.cache))),
            }
        };
        match result {
            Some(result) => result,
            None => pending().await,
        }
    }

    async fn write(&self, write: impl FnOnce(&mut Tables) -> bool + Send) -> Result<bool> {
        self.step().await;
        let (written, down) = {
            let mut machine = self.machine();
            match machine.down {
                Some(Down::Gone | Down::Full) => return Err(gone()),
                down => (write(&mut machine.cache), down),
            }
        };
        if written {
            self.step().await;
            {
                let mut machine = self.machine();
                machine.disk = machine.cache.clone();
            }
        }
        self.step().await;
        match down {
            Some(Down::AnswersLost) => Err(gone()),
            _ => Ok(written),
        }
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for SimulationStore {
    fn entry<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Option<Entry>>> {
        Box::pin(self.read(|tables| tables.entries.get(key).map(|(entry, _)| entry.clone())))
    }

    fn insert<'a>(&'a self, entry: &'a Entry, event: &'a Event) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.write(|tables| {
            if tables.entries.contains_key(&entry.key) {
                return false;
            }
            let row = (entry.clone(), vec![event.clone()]);
            tables.entries.insert(entry.key.clone(), row);
            true
        }))
    }

    fn update<'a>(&'a self, entry: &'a Entry, event: &'a Event) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.write(|tables| match tables.entries.get_mut(&entry.key) {
            Some((stored, history)) if stored.revision + 1 == entry.revision => {
                *stored = entry.clone();
                history.push(event.clone());
                true
            }
            _ => false,
        }))
    }

    fn entries<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Entry>>> {
        Box::pin(self.read(|tables| {
            let entries = tables.entries.values().map(|(entry, _)| entry);
            let mut found: Vec<_> = entries.filter(|entry| query.matches(entry)).cloned().collect();
            found.sort_by(|one, other| {
                (one.changed_at, &one.key).cmp(&(other.changed_at, &other.key))
            });
            if let Some(limit) = query.limit.and_then(|limit| usize::try_from(limit).ok()) {
                found.truncate(limit);
            }
            found
        }))
    }

    fn history<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Vec<Event>>> {
        Box::pin(self.read(|tables| {
            tables.entries.get(key).map(|(_, history)| history.clone()).unwrap_or_default()
        }))
    }

    fn token<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenRow>>> {
        Box::pin(self.read(|tables| tables.tokens.get(key).cloned()))
    }

    fn put_token<'a>(
        &'a self,
        key: &'a TokenKey,
        row: &'a TokenRow,
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.write(|tables| {
            let stored = tables.tokens.get(key).map_or(0, |stored| stored.revision);
            if stored + 1 != row.revision {
                return false;
            }
            tables.tokens.insert(key.clone(), row.clone());
            true
        }))
    }

    fn lane<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<LaneRow>>> {
        Box::pin(self.read(|tables| tables.lanes.get(key).cloned()))
    }

    fn put_lane<'a>(&'a self, key: &'a str, row: &'a LaneRow) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.write(|tables| {
            let stored = tables.lanes.get(key).map_or(0, |stored| stored.revision);
            if stored + 1 != row.revision {
                return false;
            }
            tables.lanes.insert(key.to_owned(), row.clone());
            true
        }))
    }
}

impl fmt::Debug for SimulationStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulationStore").field("steps", &self.steps()).finish_non_exhaustive()
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Storage, Outcome::Unknown, "the simulated store fails as it was told to")
}
