//! How long things may take, scaled down.

use std::time::Duration;

use pay_core::{RetryPolicy, Timeouts};

#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connect: Duration,
    pub(super) attempt: Duration,
    pub(super) call: Duration,
}

impl Limits {
    /// While things go wrong: a hundredth of what a shop would take.
    pub(super) const SHORT: Self = Self {
        connect: Duration::from_millis(100),
        attempt: Duration::from_millis(250),
        call: Duration::from_millis(700),
    };
    /// Where nothing may fail, however slow the machine is.
    pub(super) const LONG: Self = Self {
        connect: Duration::from_secs(20),
        attempt: Duration::from_secs(25),
        call: Duration::from_secs(40),
    };

    pub(super) fn timeouts(&self) -> Timeouts {
        Timeouts::new()
            .connect(self.connect)
            .attempt(self.attempt)
            .call(self.call)
            .interactive(self.attempt, self.call)
    }
}

/// The client's own, with short pauses.
pub(super) fn retries() -> RetryPolicy {
    RetryPolicy::new().backoff(Duration::from_millis(2), Duration::from_millis(20))
}

/// A time in a rule of the simulation's, in seconds there, in seconds here.
pub(super) fn scaled(seconds: f64) -> f64 {
    match seconds {
        // Past the end of everything: a leap brings it.
        far if far >= 1_000.0 => far,
        // Longer than a call may take.
        long if long > 75.0 => 0.8,
        // Longer than an attempt, shorter than a call.
        some if some > 30.0 => 0.3,
        short => short / 200.0,
    }
}
