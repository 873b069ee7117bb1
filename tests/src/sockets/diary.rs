//! Who asked for what, when, and what they were told.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use pay_core::LostCall;

use super::{attempts::Attempts, clock::LeapingClock};
use crate::faults::{
    schedule::{Intent, Schedule},
    trace::{Ask, Finding, Found, Line, Made, Outcome, Told},
    world::line,
};

pub(super) struct Diary {
    clock: LeapingClock,
    attempts: Attempts,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    lines: BTreeMap<usize, Line>,
    /// What a caller wrote down before its call.
    lost: BTreeMap<usize, LostCall>,
    /// What intents made, as their callers were told.
    made: BTreeMap<usize, Made>,
    outages: Vec<(i64, i64)>,
    stranded: Vec<String>,
    panics: Vec<String>,
}

/// What is left when all is over.
pub(super) struct Closed {
    pub(super) lines: Vec<Line>,
    pub(super) outages: Vec<(i64, i64)>,
    pub(super) stranded: Vec<String>,
    pub(super) panics: Vec<String>,
}

/// A call that nobody knows the end of.
pub(super) struct Doubt {
    pub(super) intent: usize,
    pub(super) worker: usize,
    pub(super) provider: &'static str,
    pub(super) lost: LostCall,
}

impl Diary {
    pub(super) fn new(clock: LeapingClock, attempts: Attempts) -> Self {
        Self { clock, attempts, log: Mutex::default() }
    }

    /// Somebody asks. Returns the mark of all that comes of it, and what it builds on.
    pub(super) fn begin(
        &self,
        schedule: &Schedule,
        intent: &Intent,
        life: usize,
        last: bool,
    ) -> (String, usize, Option<Made>) {
        let now = self.clock.now_ms();
        let mut log = self.log();
        let on = intent.of.and_then(|of| log.made.get(&of)).cloned();
        let line = log.lines.entry(intent.id).or_insert_with(|| line(intent, schedule));
        let place = line.asks.len();
        let tag = format!("{}.{place}", intent.id);
        self.attempts.asked(&tag);
        line.asks.push(Ask {
            tag: tag.clone(),
            life,
            worker: intent.worker,
            from: now,
            until: i64::MAX,
            // Until somebody tells.
            told: Told::Crashed,
            last,
            ruled: false,
        });
        (tag, place, on)
    }

    /// The first one holds: it was written down before anything was sent.
    pub(super) fn keep(&self, intent: usize, lost: LostCall) {
        self.log().lost.entry(intent).or_insert(lost);
    }

    pub(super) fn told(&self, intent: &Intent, place: usize, told: Told) {
        let now = self.clock.now_ms();
        let mut log = self.log();
        if let Told::Done(made) = &told {
            log.made.insert(intent.id, made.clone());
        }
        if let Some(ask) = log.lines.get_mut(&intent.id).and_then(|line| line.asks.get_mut(place)) {
            ask.until = now;
            ask.told = told;
        }
    }

    pub(super) fn found(&self, intent: usize, last: bool, finding: Finding) {
        let at = self.clock.now_ms();
        if let Some(line) = self.log().lines.get_mut(&intent) {
            line.findings.push(Found { last, at, finding });
        }
    }

    /// The database fails from now on, or is well again.
    pub(super) fn outage(&self, down: bool) {
        let now = self.clock.now_ms();
        let mut log = self.log();
        if let Some((_, until)) = log.outages.last_mut() {
            *until = (*until).min(now);
        }
        if down {
            log.outages.push((now, i64::MAX));
        }
    }

    pub(super) fn stranded(&self, provider: &str) {
        self.log().stranded.push(provider.to_owned());
    }

    pub(super) fn panicked(&self, what: &str) {
        self.log().panics.push(what.to_owned());
    }

    pub(super) fn made(&self) -> BTreeMap<usize, Made> {
        self.log().made.clone()
    }

    pub(super) fn was_asked(&self, intent: usize) -> bool {
        let log = self.log();
        let asked = |line: &Line| line.asks.iter().any(|ask| ask.told != Told::Skipped);
        log.lines.get(&intent).is_some_and(asked)
    }

    /// Whether a caller gave up.
    pub(super) fn has_dropped(&self) -> bool {
        let log = self.log();
        log.lines.values().flat_map(|line| &line.asks).any(|ask| ask.told == Told::Dropped)
    }

    pub(super) fn doubts(&self) -> Vec<Doubt> {
        let log = self.log();
        let doubtful = |line: &&Line| {
            !line.journal
                && line.writes
                && line.asks.last().is_some_and(|ask| match &ask.told {
                    Told::Crashed | Told::Dropped => true,
                    Told::Failed(failure) => failure.outcome == Outcome::Unknown,
                    _ => false,
                })
        };
        let doubt = |line: &Line| {
            Some(Doubt {
                intent: line.intent,
                worker: line.asks.last().map_or(0, |ask| ask.worker),
                provider: line.provider,
                lost: log.lost.get(&line.intent)?.clone(),
            })
        };
        log.lines.values().filter(doubtful).filter_map(doubt).collect()
    }

    pub(super) fn close(&self) -> Closed {
        let mut log = self.log();
        Closed {
            lines: std::mem::take(&mut log.lines).into_values().collect(),
            outages: std::mem::take(&mut log.outages),
            stranded: std::mem::take(&mut log.stranded),
            panics: std::mem::take(&mut log.panics),
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
