//! The machine's clock, with leaps: nobody waits an hour for a token to expire.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use pay_core::{BoxFuture, Clock, ManualClock, SystemClock};
use pay_sandbox::Sandbox;
use time::OffsetDateTime;
use tokio::task::JoinHandle;

/// Runs with the machine's. Clones are the same clock.
#[derive(Clone)]
pub(super) struct LeapingClock {
    /// Milliseconds.
    ahead: Arc<AtomicU64>,
    /// The same time, for drivers, who know this kind of clock alone.
    shown: ManualClock,
}

impl LeapingClock {
    pub(super) fn new() -> Self {
        Self { ahead: Arc::default(), shown: ManualClock::new(SystemClock.now()) }
    }

    /// Time passes for the clients and the provider. A sleeper does not notice.
    pub(super) fn leap(&self, by: Duration, sandbox: &Sandbox) {
        sandbox.advance(by);
        self.ahead.fetch_add(u64::try_from(by.as_millis()).unwrap_or(0), SeqCst);
        self.shown.advance(by);
    }

    /// Whoever sleeps on the [shown](Self::shown) clock makes time pass, until this is aborted.
    pub(super) fn leap_for_sleepers(&self, sandbox: &Sandbox) -> JoinHandle<()> {
        let (clock, sandbox) = (self.clone(), sandbox.clone());
        tokio::spawn(async move {
            loop {
                if let Some(wait) = clock.shown.next_wake() {
                    clock.leap(wait.max(Duration::from_millis(1)), &sandbox);
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
    }

    /// The same time on the kind of clock that drivers know.
    pub(super) fn shown(&self) -> ManualClock {
        self.shown.set_now(self.now());
        self.shown.clone()
    }

    /// Epoch milliseconds.
    pub(super) fn now_ms(&self) -> i64 {
        i64::try_from(self.now().unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
    }

    fn ahead(&self) -> Duration {
        Duration::from_millis(self.ahead.load(SeqCst))
    }
}

impl Clock for LeapingClock {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now() + self.ahead()
    }

    fn monotonic(&self) -> Duration {
        SystemClock.monotonic() + self.ahead()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(duration)
    }
}
