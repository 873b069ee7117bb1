use std::time::Duration;

use time::OffsetDateTime;

/// What one call does differently from its client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallOptions {
    pub(crate) attempt: Option<Duration>,
    pub(crate) call: Option<Duration>,
    pub(crate) deadline: Option<OffsetDateTime>,
    pub(crate) max_attempts: Option<u32>,
    pub(crate) strict: bool,
}

impl CallOptions {
    /// Nothing different.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long one attempt may take.
    #[must_use]
    pub fn attempt_timeout(mut self, attempt: Duration) -> Self {
        self.attempt = Some(attempt);
        self
    }

    /// How long the call may take with all attempts, pauses and logins.
    #[must_use]
    pub fn timeout(mut self, call: Duration) -> Self {
        self.call = Some(call);
        self
    }

    /// When the call must have ended (UTC). The earlier of this and the timeout counts.
    #[must_use]
    pub fn deadline(mut self, deadline: OffsetDateTime) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How many attempts the call may make, the first included.
    #[must_use]
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = Some(max_attempts.max(1));
        self
    }

    /// A write is not sent again after a 401 either: for those who trust no refusal.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}
