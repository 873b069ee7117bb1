use std::{fmt, time::Duration};

use crate::Pacer;

/// How far apart the attempts at an operation must be, where the provider limits them: from
/// [`Provider::pace`](super::Provider::pace).
///
/// The engine waits for a turn before *each* attempt, after it has the token and right before the
/// request goes out, so that a slow login cannot push two attempts together. A turn that would come
/// too late for the attempt to be answered within the call is not waited for.
#[derive(Clone, Copy)]
pub struct Pace<'a> {
    /// Who keeps the turns.
    pub pacer: &'a dyn Pacer,
    /// Which turns: one row for each account.
    pub key: &'a str,
    /// The time from one turn to the next.
    pub every: Duration,
}

impl fmt::Debug for Pace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace")
            .field("key", &self.key)
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}
