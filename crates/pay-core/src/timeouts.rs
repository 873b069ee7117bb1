use std::time::Duration;

use crate::Invalid;

/// How long things may take: connecting, then one attempt, then the whole call.
///
/// Defaults: 5 s to connect; 30 s an attempt and 75 s a call; where a person acts at a card
/// terminal, 120 s an attempt and 150 s a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) call: Duration,
    pub(crate) interactive_attempt: Duration,
    pub(crate) interactive_call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            call: Duration::from_secs(75),
            interactive_attempt: Duration::from_secs(120),
            interactive_call: Duration::from_secs(150),
        }
    }
}

impl Timeouts {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long a connection may take to be made, TLS included. The shortest of all: while it
    /// runs it is certain that nothing was sent.
    #[must_use]
    pub fn connect(mut self, connect: Duration) -> Self {
        self.connect = connect;
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer.
    #[must_use]
    pub fn attempt(mut self, attempt: Duration) -> Self {
        self.attempt = attempt;
        self
    }

    /// How long a call may take with all its attempts, pauses and logins.
    #[must_use]
    pub fn call(mut self, call: Duration) -> Self {
        self.call = call;
        self
    }

    /// The same two for operations where a person acts, such as a card terminal.
    #[must_use]
    pub fn interactive(mut self, attempt: Duration, call: Duration) -> Self {
        self.interactive_attempt = attempt;
        self.interactive_call = call;
        self
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let rule = |field, rule| Err(Invalid::new(field, rule));
        if self.connect.is_zero() {
            return rule("timeouts.connect", "must be greater than 0");
        }
        if self.connect >= self.attempt {
            return rule("timeouts.connect", "must be less than the time for an attempt");
        }
        if self.attempt >= self.call {
            return rule("timeouts.attempt", "must be less than the time for a call");
        }
        if self.attempt > self.interactive_attempt {
            return rule("timeouts.interactive", "must not be less than for other operations");
        }
        if self.interactive_attempt >= self.interactive_call {
            return rule("timeouts.interactive", "an attempt must be shorter than a call");
        }
        Ok(())
    }
}
