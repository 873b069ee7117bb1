//! Schedule after schedule, from seeds: what was found, what was tried, and whether that was enough.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{
    checker::{Tally, Violation, check},
    counter::Counter,
    coverage::{Coverage, Struck, coverage},
    draw::{Wish, draw},
    schedule::Schedule,
    world::run,
};

/// Everything that was seen, over all schedules.
#[derive(Debug, Default, Serialize)]
pub struct Findings {
    pub schedules: u64,
    pub intents: u64,
    pub effects: u64,
    /// By kind, counted where something was really changed.
    pub faults_fired: BTreeMap<String, u64>,
    pub crashes: u64,
    pub outages: u64,
    #[serde(flatten)]
    pub counts: BTreeMap<&'static str, u64>,
    /// Of the lost calls that took effect and left all evidence, how many were confirmed.
    pub resolve_recall: f64,
    pub to_confirm: u64,
    pub confirmed: u64,
    pub succeeded: u64,
    pub declined: u64,
    pub unknown: u64,
    pub replayed: u64,
    pub unresolved: u64,
    pub stranded_in_window: u64,
    pub logins: u64,
    /// After how many schedules each counter was first not zero.
    pub first_seen: BTreeMap<&'static str, u64>,
    /// The same seed and number of schedules give the same.
    pub trace_hash: String,
    /// Each operation, phase and kind of fault.
    pub coverage: Coverage,
    #[serde(skip)]
    struck: Struck,
    #[serde(skip)]
    pub failures: Vec<Failing>,
}

/// A schedule that broke a promise.
#[derive(Clone, Debug, Serialize)]
pub struct Failing {
    pub seed: u64,
    pub violations: Vec<Violation>,
}

/// The search itself. Schedules of a run have the seeds from `seed` on.
pub struct Search<'a> {
    pub wish: &'a Wish,
    pub seed: u64,
    pub schedules: u64,
    /// How many failing schedules are kept.
    pub keep: usize,
}

impl Search<'_> {
    pub fn run(&self, mut told: impl FnMut(u64)) -> Findings {
        let mut findings = Findings::default();
        let mut hash = Sha256::new();
        for counter in Counter::ALL {
            findings.counts.insert(counter.as_str(), 0);
        }
        for offset in 0..self.schedules {
            let seed = self.seed.wrapping_add(offset);
            self.one(&draw(seed, self.wish), &mut findings, &mut hash);
            told(offset + 1);
        }
        findings.resolve_recall = match findings.to_confirm {
            0 => 1.0,
            all => ratio(findings.confirmed, all),
        };
        findings.coverage = coverage(&findings.struck, self.wish);
        findings.trace_hash = hex(&hash.finalize());
        findings
    }

    fn one(&self, schedule: &Schedule, findings: &mut Findings, hash: &mut Sha256) {
        let ran = run(schedule);
        hash.update(format!("{:?}", ran.trace));
        for (operation, phase, kind, count) in ran.fired {
            *findings.faults_fired.entry(kind.to_owned()).or_default() += count;
            *findings.struck.entry((operation, phase, kind)).or_default() += count;
        }
        let (violations, tally) = check(&ran.trace);
        findings.schedules += 1;
        findings.crashes += u64::try_from(ran.trace.crashes.len()).unwrap_or(0);
        findings.outages += u64::try_from(ran.trace.outages.len()).unwrap_or(0);
        findings.add(&tally);
        for violation in &violations {
            let name = violation.counter.as_str();
            *findings.counts.entry(name).or_default() += 1;
            let now = findings.schedules;
            findings.first_seen.entry(name).or_insert(now);
        }
        if !violations.is_empty() && findings.failures.len() < self.keep {
            findings.failures.push(Failing { seed: schedule.seed, violations });
        }
    }
}

impl Findings {
    pub fn count(&self, counter: Counter) -> u64 {
        self.counts.get(counter.as_str()).copied().unwrap_or(0)
    }

    /// Whether every promise held.
    pub fn is_clean(&self) -> bool {
        Counter::ALL.into_iter().all(|counter| self.count(counter) == 0)
    }

    fn add(&mut self, tally: &Tally) {
        self.intents += tally.intents;
        self.effects += tally.effects;
        self.to_confirm += tally.to_confirm;
        self.confirmed += tally.confirmed;
        self.succeeded += tally.succeeded;
        self.declined += tally.declined;
        self.unknown += tally.unknown;
        self.replayed += tally.replayed;
        self.unresolved += tally.unresolved;
        self.stranded_in_window += tally.stranded_in_window;
        self.logins += tally.logins;
    }
}

/// Of two counts, to four places.
fn ratio(part: u64, all: u64) -> f64 {
    let whole = part.saturating_mul(10_000) / all.max(1);
    f64::from(u32::try_from(whole).unwrap_or(u32::MAX)) / 10_000.0
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seeds_give_the_same_traces() {
        let wish = Wish::default();
        let search = |seed| Search { wish: &wish, seed, schedules: 60, keep: 1 }.run(|_| {});
        let (one, same, other) = (search(5), search(5), search(6));
        assert!(one.is_clean(), "{:?}", one.failures);
        assert_eq!(one.trace_hash, same.trace_hash);
        assert_ne!(one.trace_hash, other.trace_hash);
    }
}
