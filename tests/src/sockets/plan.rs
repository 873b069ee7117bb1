//! One schedule of this tier: one of the simulation's with its times scaled, and what else happens to
//! its bytes; or a sweep.

use std::collections::BTreeMap;

use super::{
    Options,
    limits::scaled,
    sweep::{self, Cut},
    trouble::Trouble,
};
use crate::faults::{
    dice::Dice,
    draw::{KINDS, Wish, draw},
    provider::named,
    schedule::{Schedule, Step},
    world::line,
};

#[derive(Clone)]
pub(super) struct Plan {
    pub(super) schedule: Schedule,
    /// By way of the relay, or straight to the sandbox.
    pub(super) relayed: bool,
    /// One attempt in so many meets the relay's trouble; 0 for none.
    pub(super) one_in: usize,
    /// What the first attempt of an ask meets, by its mark.
    pub(super) planned: BTreeMap<String, Trouble>,
    /// The journal is a file.
    pub(super) durable: bool,
    /// The sandbox stops listening now and then, and closes what is idle.
    pub(super) weather: bool,
    /// What of the sweep this is.
    pub(super) cuts: Vec<Cut>,
}

impl Plan {
    /// Every third is a sweep, where there is a payment to sweep over.
    pub(super) fn draw(options: &Options, seed: u64) -> Self {
        let sweep = sweep::draw(options, seed).filter(|_| seed % 3 == 2);
        let mut plan = match sweep {
            Some((schedule, cuts)) => Self::sweep(schedule, cuts),
            None => Self::drawn(options, seed),
        };
        plan.schedule.faults.extend(options.always.iter().cloned());
        plan
    }

    fn drawn(options: &Options, seed: u64) -> Self {
        let wish = Wish { providers: options.providers.clone(), ..Wish::default() };
        let mut schedule = draw(seed, &wish);
        let dice = Dice::new(seed ^ 0x50c4_e750);
        let relayed = dice.one_in(2);
        // Without the relay nobody knows whose connection was struck before it said anything.
        schedule.faults.retain(|rule| relayed || !rule.contains("phase=accept"));
        schedule.crashes.clear();
        for rule in &mut schedule.faults {
            *rule = with_scaled_times(rule);
        }
        if !schedule.quiet {
            schedule.faults.extend(one_more(&dice, &schedule, seed / 3 * 2 + seed % 3));
        }
        let writes: Vec<String> = schedule
            .intents()
            .filter(|intent| line(intent, &schedule).writes)
            .map(|intent| format!("{}.0", intent.id))
            .collect();
        let mut planned = BTreeMap::new();
        if relayed && !schedule.quiet && !writes.is_empty() {
            planned.insert(dice.pick(&writes).clone(), Trouble::any(&dice));
        }
        let fails = schedule.steps.iter().any(|step| matches!(step, Step::Database(_)));
        Self {
            relayed,
            one_in: *dice.pick(&[0, 2, 5]),
            planned,
            durable: !fails && dice.one_in(2),
            weather: !schedule.quiet && dice.one_in(3),
            cuts: Vec::new(),
            schedule,
        }
    }

    fn sweep(schedule: Schedule, cuts: Vec<Cut>) -> Self {
        Self {
            relayed: true,
            one_in: 0,
            planned: cuts.iter().map(|cut| (cut.tag.clone(), cut.trouble())).collect(),
            durable: false,
            weather: false,
            cuts,
            schedule,
        }
    }
}

/// A rule of the kind whose turn it is, so that each has its turn in time.
fn one_more(dice: &Dice, schedule: &Schedule, turn: u64) -> Option<String> {
    let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| *kind != "duplicate-request").collect();
    let turn = turn % u64::try_from(kinds.len()).ok()?;
    let kind = kinds[usize::try_from(turn).ok()?];
    let intents: Vec<_> = schedule.intents().collect();
    if intents.is_empty() {
        return None;
    }
    let intent = dice.pick(&intents);
    let provider = named(intent.provider)?;
    let operation = provider.deed(intent.action).operation;
    let field = *dice.pick(provider.fields());
    let anywhere = *dice.pick(&["before", "after", "later:0.1"]);
    let (phase, arguments) = match kind {
        "close" | "reset" | "garbage" | "html" => (anywhere, String::new()),
        "stall" => (anywhere, (*dice.pick(&["", " for=0.02", " for=0.8"])).to_owned()),
        "status" => (anywhere, format!(" status={}", dice.pick(&[500, 502, 503, 504]))),
        "drip" => ("after", format!(" piece={} pause_ms=1", dice.pick(&[1, 16, 64]))),
        "slow" => ("after", format!(" for={}", dice.pick(&[0.01, 0.1, 0.8]))),
        "oversize" => ("after", " bytes=11000000".to_owned()),
        "wrong-type" | "missing" => ("after", format!(" field={field}")),
        "unknown-value" if dice.one_in(2) => ("after", format!(" field={field}")),
        "wrong-amount" => ("after", " by=0.01".to_owned()),
        _ => ("after", String::new()),
    };
    Some(format!("kind={kind} on={operation} limit=1 phase={phase}{arguments}"))
}

fn with_scaled_times(rule: &str) -> String {
    let seconds = |text: &str| scaled(text.parse().unwrap_or(0.0));
    let words = rule.split(' ').map(|word| match word.split_once('=') {
        Some(("for", time)) => format!("for={}", seconds(time)),
        Some(("pause_ms", _)) => "pause_ms=1".to_owned(),
        Some(("phase", phase)) => match phase.strip_prefix("later:") {
            Some(time) => format!("phase=later:{}", seconds(time)),
            None => word.to_owned(),
        },
        _ => word.to_owned(),
    });
    words.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use pay_sandbox::Sandbox;

    use super::*;

    #[test]
    fn every_rule_makes_sense_and_breaks_no_assumption() {
        for seed in 0..300 {
            let plan = Plan::draw(&Options::new(1, seed), seed);
            let sandbox = Sandbox::builder().without_sockets();
            for rule in &plan.schedule.faults {
                let fault = rule.parse().unwrap_or_else(|error| panic!("{rule}: {error}"));
                sandbox.add_fault(fault).unwrap_or_else(|error| panic!("{rule}: {error}"));
                assert!(!rule.contains("duplicate-request"), "{rule}");
                assert!(plan.relayed || !rule.contains("phase=accept"), "{rule}");
            }
        }
    }

    #[test]
    fn times_are_scaled() {
        let rule = "kind=stall on=x limit=1 phase=later:40 for=200";
        assert_eq!(with_scaled_times(rule), "kind=stall on=x limit=1 phase=later:0.3 for=0.8");
        let rule = "kind=drip phase=after piece=16 pause_ms=200";
        assert_eq!(with_scaled_times(rule), "kind=drip phase=after piece=16 pause_ms=1");
    }
}
