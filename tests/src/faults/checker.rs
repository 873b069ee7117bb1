//! Judges a trace. It knows words and numbers alone: nothing of the clients is used here, so that a
//! mistake of theirs cannot excuse itself.

mod logins;
mod pace;
mod payment;
#[cfg(test)]
mod proof;

use serde::Serialize;

use super::{
    counter::Counter,
    trace::{Finding, Line, Outcome, Told, Trace},
};

/// A promise that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    pub counter: Counter,
    pub what: String,
}

/// What was counted beside violations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub intents: u64,
    /// Payments and changes that took place for an intent.
    pub effects: u64,
    pub succeeded: u64,
    pub declined: u64,
    pub unknown: u64,
    pub replayed: u64,
    /// Lost calls that took effect and left all evidence, and how many of them were confirmed.
    pub to_confirm: u64,
    pub confirmed: u64,
    /// Writes whose callers still did not know when all was over.
    pub unresolved: u64,
    /// Lost refresh tokens inside of the window that cannot be closed.
    pub stranded_in_window: u64,
    pub logins: u64,
}

/// All that is wrong with a trace.
pub fn check(trace: &Trace) -> (Vec<Violation>, Tally) {
    let mut verdict = Verdict::default();
    let mut groups: Vec<&str> = trace.intents.iter().map(|line| line.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        let lines: Vec<&Line> = trace.intents.iter().filter(|line| line.group == group).collect();
        payment::Payment::new(trace, lines).check(&mut verdict);
    }
    logins::check(trace, &mut verdict);
    pace::check(trace, &mut verdict);
    verdict.tally.intents = u64::try_from(trace.intents.len()).unwrap_or(u64::MAX);
    if trace.hung {
        verdict.against(Counter::Broken, "it waited for what never comes".to_owned());
    }
    for what in &trace.panics {
        verdict.against(Counter::Broken, format!("{what} panicked"));
    }
    (verdict.violations, verdict.tally)
}

#[derive(Default)]
struct Verdict {
    violations: Vec<Violation>,
    tally: Tally,
}

impl Verdict {
    fn against(&mut self, counter: Counter, what: String) {
        self.violations.push(Violation { counter, what });
    }
}

fn is_in_doubt(told: &Told) -> bool {
    match told {
        Told::Crashed | Told::Dropped => true,
        Told::Failed(failure) => failure.outcome == Outcome::Unknown,
        Told::Skipped | Told::Done(_) => false,
    }
}

fn is_confirmed(finding: &Finding) -> bool {
    matches!(finding, Finding::Applied(_) | Finding::Declined)
}

/// Equal as numbers: `11`, `11.0` and `11.00` are.
fn same_amount(one: &str, other: &str) -> bool {
    fn plain(text: &str) -> &str {
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => text,
        }
    }
    plain(one) == plain(other)
}
