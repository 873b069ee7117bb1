//! Not faster than the provider allows.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::{Either, select};
use tokio::sync::Notify;

use crate::{BoxFuture, Clock, Connection, Error, ErrorKind, Outcome, Result};

/// Spaces calls out: one turn per key and interval, over all who share the pacer.
pub trait Pacer: Send + Sync + 'static {
    /// Returns when the caller's turn has come: at least `every` after the turn before it, first
    /// come, first served. The network can bring two calls closer together than their turns were.
    ///
    /// Dropping the future gives its place to those behind it.
    ///
    /// # Errors
    ///
    /// `is_timeout()` with [`Outcome::NotSent`], at once, if the turn would come later than `within`
    /// from now; `ErrorKind::Storage` if the pacer keeps its turns elsewhere and cannot reach them.
    fn wait<'a>(
        &'a self,
        key: &'a str,
        every: Duration,
        within: Duration,
    ) -> BoxFuture<'a, Result<()>>;
}

/// A [`Pacer`] for one process. Clones share their turns.
///
/// It keeps a few bytes for each key that it has seen: one per account, not one per call.
#[derive(Clone)]
pub struct MemoryPacer {
    clock: Arc<dyn Clock>,
    lanes: Arc<Mutex<HashMap<String, Lane>>>,
}

impl MemoryPacer {
    /// A pacer on this clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, lanes: Arc::default() }
    }

    /// A pacer on the clock of a connection.
    #[must_use]
    pub fn on(connection: &Connection) -> Self {
        Self::new(Arc::clone(connection.clock()))
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last place of the lane, unless its turn would come too late.
    fn line_up<'a>(&'a self, key: &'a str, every: Duration, within: Duration) -> Result<Place<'a>> {
        let now = self.clock.monotonic();
        let mut lanes = self.lanes();
        let lane = lanes.entry(key.to_owned()).or_default();
        let before = u32::try_from(lane.waiting.len()).unwrap_or(u32::MAX);
        let free = lane.free_from.saturating_sub(now);
        if free.saturating_add(every.saturating_mul(before)) > within {
            return Err(too_late());
        }
        lane.last_id += 1;
        let (id, moved_up) = (lane.last_id, Arc::new(Notify::new()));
        lane.waiting.push_back(Waiting { id, moved_up: Arc::clone(&moved_up) });
        Ok(Place { pacer: self, key, id, moved_up })
    }
}

impl Pacer for MemoryPacer {
    fn wait<'a>(
        &'a self,
        key: &'a str,
        every: Duration,
        within: Duration,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let place = self.line_up(key, every, within)?;
            let mut patience = self.clock.sleep(within);
            loop {
                match place.step(every) {
                    Step::Go => return Ok(()),
                    Step::Sleep(duration) => self.clock.sleep(duration).await,
                    Step::Queue => {
                        let moved_up = std::pin::pin!(place.moved_up.notified());
                        match select(moved_up, patience).await {
                            Either::Left(((), rest)) => patience = rest,
                            Either::Right(_) => return Err(too_late()),
                        }
                    }
                }
            }
        })
    }
}

impl fmt::Debug for MemoryPacer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryPacer").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Waiting>,
    /// On the monotonic clock.
    free_from: Duration,
    last_id: u64,
}

struct Waiting {
    id: u64,
    moved_up: Arc<Notify>,
}

impl Lane {
    fn leave(&mut self, id: u64) {
        let was_first = self.waiting.front().is_some_and(|first| first.id == id);
        self.waiting.retain(|waiting| waiting.id != id);
        if was_first && let Some(first) = self.waiting.front() {
            first.moved_up.notify_one();
        }
    }
}

/// A place in a lane. Leaves it when dropped.
struct Place<'a> {
    pacer: &'a MemoryPacer,
    key: &'a str,
    id: u64,
    moved_up: Arc<Notify>,
}

enum Step {
    Go,
    Sleep(Duration),
    Queue,
}

impl Place<'_> {
    fn step(&self, every: Duration) -> Step {
        let mut lanes = self.pacer.lanes();
        let Some(lane) = lanes.get_mut(self.key) else {
            return Step::Go;
        };
        if lane.waiting.front().is_none_or(|first| first.id != self.id) {
            return Step::Queue;
        }
        let now = self.pacer.clock.monotonic();
        match lane.free_from.saturating_sub(now) {
            Duration::ZERO => {
                lane.free_from = now.saturating_add(every);
                lane.leave(self.id);
                Step::Go
            }
            wait => Step::Sleep(wait),
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(lane) = self.pacer.lanes().get_mut(self.key) {
            lane.leave(self.id);
        }
    }
}

fn too_late() -> Error {
    Error::new(
        ErrorKind::Timeout,
        Outcome::NotSent,
        "the provider allows one such call at a time in an interval, and the next free turn comes \
         too late",
    )
}
