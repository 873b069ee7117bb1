use std::{fmt, sync::Arc, time::Duration};

use pay_core::{BoxFuture, Clock, Error, ErrorKind, MemoryPacer, Outcome, Pacer, Result};
use time::OffsetDateTime;

use crate::{LaneRow, Store, journal::millis};

/// A [`Pacer`] on a [`Store`]: one turn per key and interval over all processes.
///
/// Within a process it is first come, first served; among processes whoever asks first when a turn
/// comes gets it. It goes by the wall clocks of the hosts: one that is ahead by a second takes its
/// turn a second early. Clones share their turns.
#[derive(Clone)]
pub struct StoredPacer {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// The queue of this process.
    queue: MemoryPacer,
}

impl StoredPacer {
    /// A pacer on a store and the clients' clock.
    #[must_use]
    pub fn new(store: impl Store, clock: Arc<dyn Clock>) -> Self {
        let queue = MemoryPacer::new(Arc::clone(&clock));
        Self { store: Arc::new(store), clock, queue }
    }

    /// Takes the lane if it is free, else says from when on it is.
    async fn take(&self, key: &str, every: Duration) -> Result<Option<OffsetDateTime>> {
        let now = self.clock.now();
        let found = self.store.lane(key).await?;
        // A clock that was set back must not close a lane for longer than an interval.
        let busy = found
            .as_ref()
            .map(|lane| lane.free_from)
            .filter(|free| *free > now && *free - now <= every + Duration::from_millis(1));
        if busy.is_some() {
            return Ok(busy);
        }
        let row = LaneRow {
            revision: found.map_or(1, |lane| lane.revision + 1),
            // Up to the next whole millisecond: never shorter than the interval.
            free_from: millis(now + every) + Duration::from_millis(1),
        };
        match self.store.put_lane(key, &row).await? {
            true => Ok(None),
            false => Ok(Some(now)),
        }
    }
}

impl Pacer for StoredPacer {
    fn wait<'a>(
        &'a self,
        key: &'a str,
        every: Duration,
        within: Duration,
    ) -> BoxFuture<'a, Result<()>> {
        // Longer than any provider's interval, and short enough to be added to any time.
        let every = every.min(Duration::from_secs(7 * 24 * 3600));
        Box::pin(async move {
            let until = self.clock.monotonic().saturating_add(within);
            self.queue.wait(key, every, within).await?;
            if every.is_zero() {
                return Ok(());
            }
            while let Some(free) = self.take(key, every).await.map_err(unreachable)? {
                let pause = Duration::try_from(free - self.clock.now()).unwrap_or_default();
                let left = until.saturating_sub(self.clock.monotonic());
                if pause > left {
                    return Err(too_late());
                }
                // At least a little, so that those who lose a race do not spin.
                self.clock.sleep(pause.max(Duration::from_millis(1))).await;
            }
            Ok(())
        })
    }
}

impl fmt::Debug for StoredPacer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredPacer").field("store", &self.store).finish_non_exhaustive()
    }
}

fn unreachable(cause: Error) -> Error {
    let why = "the turns could not be read: nothing was sent";
    Error::new(ErrorKind::Storage, Outcome::NotSent, why).with_source(cause)
}

fn too_late() -> Error {
    let why = "other processes have the turns, and the next free one comes too late";
    Error::new(ErrorKind::Timeout, Outcome::NotSent, why)
}
