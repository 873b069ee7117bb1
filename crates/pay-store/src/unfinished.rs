use std::{error::Error as StdError, fmt};

use pay_core::{Error, ErrorKind, Outcome};
use time::OffsetDateTime;

use crate::{Entry, EntryKey, State, journal::stamp};

/// Why a key has no answer yet. It stands in the chain of causes of an error with
/// [`Outcome::Unknown`]: see [`of`](Self::of).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    key: EntryKey,
    epoch: u32,
    in_progress: bool,
    since: OffsetDateTime,
    note: String,
}

impl Unfinished {
    /// Finds it in an error that [`Account::once`](crate::Account::once) returned.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        let mut next: Option<&(dyn StdError + 'static)> = error.source();
        while let Some(cause) = next {
            if let Some(found) = cause.downcast_ref::<Self>() {
                return Some(found);
            }
            next = cause.source();
        }
        None
    }

    /// What the entry is found by.
    #[must_use]
    pub fn key(&self) -> &EntryKey {
        &self.key
    }

    /// Which sending it is about.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Whether another call may still be at it: ask again in a moment. One whose process died counts
    /// as such until its time to send is over. Otherwise nobody knows what became of it, and each call
    /// with this key looks again.
    #[must_use]
    pub fn is_in_progress(&self) -> bool {
        self.in_progress
    }

    /// Since when (UTC).
    #[must_use]
    pub fn since(&self) -> OffsetDateTime {
        self.since
    }

    /// What the last search found.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The error for an entry without an end.
    pub(crate) fn error(entry: &Entry, now: OffsetDateTime) -> Error {
        let in_progress = entry.is_in_progress(now);
        let message = if in_progress {
            format!(
                "another call with this key is under way, or its process died; ask again after {}",
                stamp(entry.send_by)
            )
        } else {
            "what became of an earlier call with this key is unknown; it was not sent again"
                .to_owned()
        };
        let unfinished = Self {
            key: entry.key.clone(),
            epoch: entry.epoch,
            in_progress,
            since: entry.began_at,
            note: if entry.note.is_empty() && entry.state == State::Sending {
                "no answer was recorded".to_owned()
            } else {
                entry.note.clone()
            },
        };
        Error::new(ErrorKind::Timeout, Outcome::Unknown, message)
            .with_lost_call(entry.lost_call.clone())
            .with_source(unfinished)
    }
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (sending {}, since {}): {}",
            self.key,
            self.epoch,
            stamp(self.since),
            self.note
        )
    }
}

impl StdError for Unfinished {}
