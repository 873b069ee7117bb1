//! Time as an argument: the engine reads, compares and waits through [`Clock`] only.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use crate::BoxFuture;

/// Where the engine takes its time from. Bring your own, or [`ManualClock`](crate::ManualClock),
/// to test waiting without waiting.
pub trait Clock: Send + Sync + 'static {
    /// The wall clock, in UTC. May be set back or forth while the program runs.
    fn now(&self) -> OffsetDateTime;

    /// The time since some fixed origin. Never goes back.
    fn monotonic(&self) -> Duration;

    /// Completes once [`monotonic`](Self::monotonic) has moved on by `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The machine's clock. Sleeping needs a tokio runtime with its timer enabled.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn monotonic(&self) -> Duration {
        // One origin for the whole process, so that every SystemClock reads the same.
        static ORIGIN: OnceLock<Instant> = OnceLock::new();
        ORIGIN.get_or_init(Instant::now).elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // The timer starts when it is asked for, not when it is first polled; tokio's does too,
        // but it panics outside a runtime, so it is made inside the future.
        let asked = Instant::now();
        Box::pin(async move {
            tokio::time::sleep(duration.saturating_sub(asked.elapsed())).await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn system_clock_sleeps_at_least_as_long_as_asked() {
        let before = SystemClock.monotonic();
        SystemClock.sleep(Duration::from_millis(20)).await;
        assert!(SystemClock.monotonic() - before >= Duration::from_millis(20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleep_counts_from_when_it_was_asked_for() {
        let sleep = SystemClock.sleep(Duration::from_millis(50));
        std::thread::sleep(Duration::from_millis(60));
        // The time of timers moves only by what is left of the sleep.
        let before = tokio::time::Instant::now();
        sleep.await;
        assert!(before.elapsed() < Duration::from_millis(40));
    }

    #[test]
    fn a_sleep_can_be_asked_for_outside_a_runtime() {
        drop(SystemClock.sleep(Duration::from_secs(1)));
    }
}
