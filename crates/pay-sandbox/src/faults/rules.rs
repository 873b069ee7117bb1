//! The rules in force, and what they have done.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde::Serialize;

use super::{
    pattern::fits,
    rule::{Fault, Phase, When},
};
use crate::request::Request;

/// What one rule has done to one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FaultFired {
    /// The rule's number, from [`Sandbox::add_fault`](crate::Sandbox::add_fault).
    pub rule: u64,
    /// The kind, such as `reset`.
    pub kind: &'static str,
    /// The phase: `accept`, `before`, `after` or `later`.
    pub phase: &'static str,
    /// The operation; `None` for a connection, or where no route fits.
    pub operation: Option<String>,
    /// How often it struck. A rule that met an answer that it could not change did not strike.
    pub count: u64,
    /// Bytes changed, added, delayed or withheld. Where no answer was made, the bytes of the
    /// request that were in vain; 0 for a connection ended at once.
    pub bytes: u64,
}

/// A rule in force.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FaultRule {
    /// The rule's number.
    pub rule: u64,
    /// The rule as text.
    pub fault: String,
    /// How many requests (or connections) it was about.
    pub matched: u64,
    /// How often it struck.
    pub fired: u64,
}

#[derive(Debug)]
struct Rule {
    number: u64,
    fault: Fault,
    matched: u64,
    fired: u64,
}

/// All rules. The first one that applies wins; every rule that is about a request counts it.
#[derive(Debug)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    next: u64,
    fired: BTreeMap<(u64, Option<String>), FaultFired>,
    pub(crate) rng: Rng,
}

impl Rules {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rules: Vec::new(), next: 1, fired: BTreeMap::new(), rng: Rng::with_seed(seed) }
    }

    pub(crate) fn add(&mut self, fault: Fault) -> u64 {
        let number = self.next;
        self.next += 1;
        self.rules.push(Rule { number, fault, matched: 0, fired: 0 });
        number
    }

    /// Takes the rules away; what they have done stays known.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn remove(&mut self, number: u64) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.number != number);
        self.rules.len() < before
    }

    pub(crate) fn list(&self) -> Vec<FaultRule> {
        let view = |rule: &Rule| FaultRule {
            rule: rule.number,
            fault: rule.fault.to_string(),
            matched: rule.matched,
            fired: rule.fired,
        };
        self.rules.iter().map(view).collect()
    }

    pub(crate) fn fired(&self) -> Vec<FaultFired> {
        self.fired.values().cloned().collect()
    }

    /// The rule that strikes this connection.
    pub(crate) fn for_connection(&mut self) -> Option<(u64, Fault)> {
        self.choose(|fault| fault.in_phase() == Phase::Accept)
    }

    /// The rule that strikes this request.
    pub(crate) fn for_request(
        &mut self,
        operation: Option<&str>,
        request: &Request,
    ) -> Option<(u64, Fault)> {
        self.choose(|fault| {
            let on = |pattern: &String| operation.is_some_and(|id| fits(pattern, id));
            fault.in_phase() != Phase::Accept
                && fault.on.as_ref().is_none_or(on)
                && fault.method.as_ref().is_none_or(|m| m.eq_ignore_ascii_case(&request.method))
                && fault.path.as_ref().is_none_or(|pattern| fits(pattern, &request.path))
        })
    }

    /// Notes that a rule really struck.
    pub(crate) fn struck(
        &mut self,
        number: u64,
        fault: &Fault,
        operation: Option<&str>,
        bytes: usize,
    ) {
        if let Some(rule) = self.rules.iter_mut().find(|rule| rule.number == number) {
            rule.fired += 1;
        }
        let operation = operation.map(str::to_owned);
        let fired = self.fired.entry((number, operation.clone())).or_insert_with(|| FaultFired {
            rule: number,
            kind: fault.kind.name(),
            phase: match fault.in_phase() {
                Phase::Accept => "accept",
                Phase::Before => "before",
                Phase::After => "after",
                Phase::Later(_) => "later",
            },
            operation,
            count: 0,
            bytes: 0,
        });
        fired.count += 1;
        fired.bytes = fired.bytes.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    fn choose(&mut self, is_about: impl Fn(&Fault) -> bool) -> Option<(u64, Fault)> {
        let mut chosen = None;
        for rule in self.rules.iter_mut().filter(|rule| is_about(&rule.fault)) {
            rule.matched += 1;
            let due = match rule.fault.when {
                When::Every => true,
                When::Nth(nth) => rule.matched == nth,
                When::Probability(probability) => self.rng.f64() < probability,
            };
            let spent = rule.fault.limit.is_some_and(|limit| rule.fired >= limit);
            if due && !spent && chosen.is_none() {
                chosen = Some((rule.number, rule.fault.clone()));
            }
        }
        chosen
    }
}
