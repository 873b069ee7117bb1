//! What a search on sockets found.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::Serialize;

use super::{Options, round::Ran, sweep::Place, trouble::Trouble};
use crate::faults::{
    checker::{Tally, Violation, check},
    counter::Counter,
    draw::KINDS,
};

/// Everything that was seen, over all schedules.
#[derive(Debug, Serialize)]
pub struct Report {
    pub seed: u64,
    pub schedules: u64,
    /// Requests that were put on the wire.
    pub attempts: u64,
    /// By kind, counted where bytes were really changed or kept back.
    pub faults_fired: BTreeMap<&'static str, u64>,
    /// Kinds that never struck.
    pub missed: Vec<&'static str>,
    #[serde(flatten)]
    pub counts: BTreeMap<&'static str, u64>,
    #[serde(flatten)]
    pub tally: Tally,
    /// Of the lost calls that took effect and left all evidence, how many were confirmed.
    pub resolve_recall: f64,
    /// At how many different bytes each payment was cut, by operation and place.
    pub swept: BTreeMap<String, usize>,
    pub seconds: u64,
    pub schedules_per_minute: u64,
    #[serde(skip)]
    cuts: BTreeSet<(&'static str, Place, usize)>,
    pub failures: Vec<Failing>,
}

/// A schedule that broke a promise.
#[derive(Clone, Debug, Serialize)]
pub struct Failing {
    pub seed: u64,
    pub violations: Vec<Violation>,
    /// All that happened.
    #[serde(skip)]
    pub story: String,
}

impl Report {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            schedules: 0,
            attempts: 0,
            faults_fired: kinds().map(|kind| (kind, 0)).collect(),
            missed: Vec::new(),
            counts: Counter::ALL.iter().map(|counter| (counter.as_str(), 0)).collect(),
            tally: Tally::default(),
            resolve_recall: 1.0,
            swept: BTreeMap::new(),
            seconds: 0,
            schedules_per_minute: 0,
            cuts: BTreeSet::new(),
            failures: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, ran: Ran) {
        let (violations, tally) = check(&ran.trace);
        self.schedules += 1;
        self.attempts += u64::try_from(ran.attempts.len()).unwrap_or(0);
        for (kind, count) in &ran.fired {
            *self.faults_fired.entry(kind).or_default() += count;
        }
        for cut in &ran.plan.cuts {
            self.cuts.insert((cut.operation, cut.place, cut.after));
        }
        self.count(&tally);
        for violation in &violations {
            *self.counts.entry(violation.counter.as_str()).or_default() += 1;
        }
        if !violations.is_empty() {
            let plan = &ran.plan;
            self.failures.push(Failing {
                seed: plan.schedule.seed,
                violations,
                story: format!(
                    "relayed: {}, one in {}, file: {}, weather: {}, planned: {:?}\n{:#?}\n{:#?}\n{:#?}",
                    plan.relayed,
                    plan.one_in,
                    plan.durable,
                    plan.weather,
                    plan.planned,
                    plan.schedule,
                    ran.trace,
                    ran.attempts
                ),
            });
        }
    }

    pub(super) fn finish(&mut self, options: &Options, took: Duration) {
        self.failures.sort_by_key(|failing| failing.seed);
        self.failures.truncate(options.keep);
        let parts = self.tally.confirmed.saturating_mul(10_000).checked_div(self.tally.to_confirm);
        self.resolve_recall =
            parts.map_or(1.0, |parts| f64::from(u32::try_from(parts).unwrap_or(0)) / 10_000.0);
        self.seconds = took.as_secs();
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        self.schedules_per_minute = self.schedules * 60_000 / millis;
        let fired = |kind: &&str| self.faults_fired.get(kind).is_some_and(|count| *count > 0);
        self.missed = kinds().filter(|kind| !fired(kind)).collect();
        for (operation, place, _) in &self.cuts {
            *self.swept.entry(format!("{operation}: {}", place.as_str())).or_default() += 1;
        }
    }

    pub fn count_of(&self, counter: Counter) -> u64 {
        self.counts.get(counter.as_str()).copied().unwrap_or(0)
    }

    /// Whether every promise held.
    pub fn is_clean(&self) -> bool {
        Counter::ALL.into_iter().all(|counter| self.count_of(counter) == 0)
    }

    fn count(&mut self, more: &Tally) {
        let all = &mut self.tally;
        all.intents += more.intents;
        all.effects += more.effects;
        all.succeeded += more.succeeded;
        all.declined += more.declined;
        all.unknown += more.unknown;
        all.replayed += more.replayed;
        all.to_confirm += more.to_confirm;
        all.confirmed += more.confirmed;
        all.unresolved += more.unresolved;
        all.stranded_in_window += more.stranded_in_window;
        all.logins += more.logins;
    }
}

/// All that must strike in a search that is long enough. `late`, the machine's own slowness, may.
fn kinds() -> impl Iterator<Item = &'static str> {
    let sandbox = KINDS.into_iter().filter(|kind| *kind != "duplicate-request");
    sandbox.chain(Trouble::KINDS).chain(["refused", "stopped", "idle-closed", "dropped"])
}
