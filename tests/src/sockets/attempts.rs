//! Every attempt to reach the provider, and what hit its bytes on the way: the provider cannot know
//! what never arrived.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{limits::Limits, trouble::Trouble};

/// The book of one schedule. Clones are the same book.
#[derive(Clone, Default)]
pub(super) struct Attempts(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    attempts: BTreeMap<u64, Attempt>,
    /// When each ask began.
    asked: BTreeMap<String, Instant>,
    fired: BTreeMap<&'static str, u64>,
}

/// One request that a client put on the wire.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) tag: String,
    pub(super) life: usize,
    pub(super) worker: usize,
    pub(super) provider: String,
    /// Epoch milliseconds.
    pub(super) sent_at: i64,
    began: Instant,
    ended: Option<Instant>,
    /// Without a whole answer.
    pub(super) failed: bool,
    /// What kept its bytes back.
    hits: Vec<&'static str>,
    /// What may have.
    dangers: Vec<&'static str>,
    /// What it met on its way, harmless or not.
    trouble: Trouble,
}

/// Whose attempt it is.
pub(super) struct Who {
    pub(super) tag: String,
    pub(super) life: usize,
    pub(super) worker: usize,
    pub(super) provider: String,
}

impl Attempts {
    /// A caller asks, and everything that it does will be marked so.
    pub(super) fn asked(&self, tag: &str) {
        self.book().asked.insert(tag.to_owned(), Instant::now());
    }

    /// Returns its number.
    pub(super) fn begin(&self, who: Who, sent_at: i64) -> u64 {
        let Who { tag, life, worker, provider } = who;
        let mut book = self.book();
        let serial = u64::try_from(book.attempts.len()).unwrap_or(u64::MAX);
        let began = Instant::now();
        book.attempts.insert(
            serial,
            Attempt {
                tag,
                life,
                worker,
                provider,
                sent_at,
                began,
                ended: None,
                failed: false,
                hits: Vec::new(),
                dangers: Vec::new(),
                trouble: Trouble::None,
            },
        );
        serial
    }

    pub(super) fn end(&self, serial: u64, failed: bool) {
        if let Some(attempt) = self.book().attempts.get_mut(&serial) {
            attempt.ended = Some(Instant::now());
            attempt.failed = failed;
        }
    }

    /// The client gave up waiting. That is a fault of the machine's alone where the time was up.
    pub(super) fn dropped(&self, serial: u64, limits: &Limits) {
        let mut book = self.book();
        let Some(attempt) = book.attempts.get(&serial) else { return };
        let asked = book.asked.get(&attempt.tag).map_or(Duration::ZERO, Instant::elapsed);
        let is_late = attempt.began.elapsed() >= limits.attempt || asked >= limits.call;
        if is_late {
            *book.fired.entry("late").or_default() += 1;
        }
        if let Some(attempt) = book.attempts.get_mut(&serial) {
            attempt.ended = Some(Instant::now());
            attempt.failed = true;
            if is_late {
                attempt.dangers.push("late");
            }
        }
    }

    /// Bytes of this attempt were really changed, or kept back.
    pub(super) fn hit(&self, serial: Option<u64>, kind: &'static str) {
        let mut book = self.book();
        *book.fired.entry(kind).or_default() += 1;
        if let Some(attempt) = serial.and_then(|serial| book.attempts.get_mut(&serial)) {
            attempt.hits.push(kind);
        }
    }

    pub(super) fn met(&self, serial: u64, trouble: Trouble) {
        if let Some(attempt) = self.book().attempts.get_mut(&serial) {
            attempt.trouble = trouble;
        }
    }

    /// Of this attempt, counted elsewhere.
    pub(super) fn blame(&self, serial: u64, kind: &'static str) {
        if let Some(attempt) = self.book().attempts.get_mut(&serial) {
            attempt.hits.push(kind);
        }
    }

    /// Something happened to whatever was under way between these.
    pub(super) fn hit_between(&self, from: Instant, until: Instant, kind: &'static str) {
        let mut book = self.book();
        let mut count = 0;
        for attempt in book.attempts.values_mut() {
            if attempt.began <= until && attempt.ended.is_none_or(|ended| ended >= from) {
                attempt.dangers.push(kind);
                count += 1;
            }
        }
        *book.fired.entry(kind).or_default() += count;
    }

    pub(super) fn are_under_way(&self) -> bool {
        self.book().attempts.values().any(|attempt| attempt.ended.is_none())
    }

    pub(super) fn all(&self) -> BTreeMap<u64, Attempt> {
        self.book().attempts.clone()
    }

    pub(super) fn fired(&self) -> BTreeMap<&'static str, u64> {
        self.book().fired.clone()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    /// What left it without a whole answer.
    pub(super) fn failed_by(&self) -> Option<&'static str> {
        let danger = self.dangers.last().filter(|_| self.failed);
        self.hits.last().or(danger).copied()
    }
}
