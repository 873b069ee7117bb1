//! Draws a schedule from a seed: who wants what, and what goes wrong.

use pay_sandbox::{Sandbox, Settings};

use super::{
    aim::{Aim, aim},
    dice::Dice,
    drivers::ALL,
    provider::Provider,
    schedule::{Action, Crash, Intent, Schedule, Step},
};

/// Every kind of fault that the search uses. `duplicate-request` breaks what the client assumes, and
/// is used apart: see [`breakers`](super::breakers).
pub const KINDS: [&str; 17] = [
    "close",
    "reset",
    "stall",
    "garbage",
    "cut",
    "drip",
    "slow",
    "oversize",
    "status",
    "html",
    "unknown-fields",
    "unknown-value",
    "wrong-type",
    "missing",
    "wrong-amount",
    "duplicate-reply",
    "duplicate-request",
];

/// What may be drawn.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Of these providers alone; of all if empty.
    pub providers: Vec<String>,
    /// Rules that are always there, whatever else is drawn.
    pub always: Vec<String>,
}

pub fn draw(seed: u64, wish: &Wish) -> Schedule {
    let dice = Dice::new(seed);
    let aim = aim(seed, wish);
    let quiet = wish.always.is_empty() && aim.is_none() && dice.one_in(8);
    let providers = providers(&dice, wish, aim.as_ref().map(|aim| aim.provider));
    let workers = if dice.one_in(3) { 2 } else { 1 };
    let is_alone = aim.as_ref().is_some_and(Aim::is_alone);
    let steps = workload(&dice, &providers, workers, quiet || is_alone, aim.as_ref());
    let mut schedule = Schedule {
        seed,
        quiet,
        workers,
        hops: dice.one_in(2),
        rotating: dice.one_in(3),
        switches: Vec::new(),
        faults: Vec::new(),
        crashes: Vec::new(),
        steps,
    };
    if let Some(aim) = aim.filter(Aim::is_alone) {
        schedule.faults.push(aim.rule(&dice));
    } else if !quiet {
        schedule.switches = switches(&dice, &providers);
        schedule.faults.extend(wish.always.iter().cloned());
        if let Some(aim) = &aim {
            schedule.faults.push(aim.rule(&dice));
        }
        for _ in 0..dice.below(if aim.is_some() { 2 } else { 5 }) {
            schedule.faults.push(fault(&dice, &providers, &schedule.steps));
        }
        let keyed = schedule.intents().any(|intent| intent.key.is_some());
        if dice.one_in(if keyed { 2 } else { 6 }) {
            for _ in 0..1 + dice.below(2) {
                let reach = *dice.pick(&[12, 40, 160]);
                let step = 1 + u64::try_from(dice.below(reach)).unwrap_or(0);
                schedule.crashes.push(Crash { step, arrives: dice.one_in(2) });
            }
        }
    }
    schedule
}

impl Wish {
    /// The providers that are wanted.
    pub fn wanted(&self) -> Vec<&'static dyn Provider> {
        let is_wanted = |provider: &&'static dyn Provider| {
            self.providers.is_empty() || self.providers.iter().any(|name| name == provider.name())
        };
        ALL.iter().copied().filter(is_wanted).collect()
    }
}

/// Mostly one alone, which gives longer stories; the first, with the most operations, most often.
fn providers(
    dice: &Dice,
    wish: &Wish,
    aim: Option<&'static dyn Provider>,
) -> Vec<&'static dyn Provider> {
    let mut of = wish.wanted();
    let mut drawn = Vec::new();
    if let Some(aim) = aim {
        of.retain(|provider| provider.name() != aim.name());
        drawn.push(aim);
    }
    let some = if dice.one_in(4) { 2 } else { 1 };
    let some = some.min(of.len() + drawn.len());
    while drawn.len() < some {
        let place = if dice.one_in(3) { 0 } else { dice.below(of.len()) };
        drawn.push(of.remove(place));
    }
    drawn
}

fn workload(
    dice: &Dice,
    providers: &[&'static dyn Provider],
    workers: usize,
    quiet: bool,
    aim: Option<&Aim>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut intents: Vec<Intent> = Vec::new();
    for action in aim.map(Aim::actions).unwrap_or_default() {
        let provider = aim.map_or(providers[0], |aim| aim.provider);
        let drawn = intent(dice, provider, Some(action), intents.len(), &intents, workers, true);
        if let Some(drawn) = drawn {
            intents.push(Intent { waits: true, ..drawn.clone() });
            steps.push(Step::Ask(drawn));
        }
    }
    for id in intents.len()..intents.len() + 2 + dice.below(7) {
        match dice.below(10) {
            0 => steps.push(Step::Pass(*dice.pick(&[5, 900, 2_000, 60_000, 400_000, 1_300_000]))),
            1 if !quiet => steps.push(Step::Database(*dice.pick(&[
                None,
                None,
                Some("gone"),
                Some("full"),
                Some("answers-lost"),
            ]))),
            2 if !quiet && !intents.is_empty() => {
                let of = dice.pick(&intents);
                let provider = of.provider;
                steps.push(Step::Portal {
                    provider,
                    of: of.id,
                    amount: dice.name(&["1.00", "11.00"]),
                });
            }
            _ => {}
        }
        let provider = *dice.pick(providers);
        let Some(intent) = intent(dice, provider, None, id, &intents, workers, quiet) else {
            continue;
        };
        intents.push(intent.clone());
        // The same payment asked for twice, by another task or another process.
        if intent.key.is_some() && dice.one_in(4) {
            let again = Intent {
                id: 100 + id,
                worker: dice.below(workers),
                waits: dice.one_in(3),
                dropped_after: None,
                ..intent.clone()
            };
            steps.push(Step::Ask(intent));
            steps.push(Step::Ask(again));
        } else {
            steps.push(Step::Ask(intent));
        }
    }
    steps
}

fn intent(
    dice: &Dice,
    provider: &'static dyn Provider,
    action: Option<Action>,
    id: usize,
    before: &[Intent],
    workers: usize,
    quiet: bool,
) -> Option<Intent> {
    let mut action = action.unwrap_or_else(|| *dice.pick(provider.actions()));
    let mut of = None;
    let mut amount = amount(dice, provider, quiet);
    let builds_on = provider.builds_on(action);
    if !builds_on.is_empty() {
        let fits = |intent: &&Intent| {
            intent.provider == provider.name() && builds_on.contains(&intent.action)
        };
        // When nothing goes wrong each is refunded once, and wholly: that is approved.
        let unused =
            |intent: &&Intent| !quiet || before.iter().all(|other| other.of != Some(intent.id));
        let fitting: Vec<&Intent> = before.iter().filter(fits).filter(unused).collect();
        match fitting.is_empty() {
            true => action = *builds_on.first()?,
            false => {
                let on = dice.pick(&fitting);
                of = Some(on.id);
                if quiet || dice.one_in(2) {
                    amount = on.amount;
                }
            }
        }
        if of.is_none() && !provider.builds_on(action).is_empty() {
            return None;
        }
    }
    let writes = provider.deed(action).writes;
    let name = format!("order-{id}");
    let key = (writes && dice.one_in(2)).then(|| name.clone());
    let reference = match dice.below(8) {
        0 if !quiet => None,
        _ => Some(name),
    };
    Some(Intent {
        id,
        provider: provider.name(),
        action,
        of,
        amount,
        reference,
        key,
        worker: dice.below(workers),
        waits: of.is_some() || dice.one_in(2),
        dropped_after: (!quiet && dice.one_in(6))
            .then(|| u32::try_from(dice.below(40)).unwrap_or(0)),
    })
}

/// Few amounts, so that many look alike.
fn amount(dice: &Dice, provider: &dyn Provider, quiet: bool) -> &'static str {
    let (yes, no) = (provider.approved(), provider.declined());
    let approved = quiet || no.is_empty() || !dice.one_in(6);
    dice.name(if approved { yes } else { no })
}

fn switches(dice: &Dice, providers: &[&'static dyn Provider]) -> Vec<(String, String)> {
    let mut drawn = Vec::new();
    // Most schedules keep to what the documents say; the others try what they leave open.
    if dice.one_in(2) {
        return drawn;
    }
    for state in Sandbox::builder().switches() {
        let name = state.spec.name;
        let of = providers.iter().find(|p| name.split('.').next() == Some(p.name()));
        let Some(provider) = of.filter(|_| dice.one_in(4)) else { continue };
        let setting = match state.spec.settings {
            Settings::Named(all) => dice.pick(all).0.to_owned(),
            _ => match provider.numbers(name) {
                [] => continue,
                numbers => (*dice.pick(numbers)).to_owned(),
            },
        };
        drawn.push((name.to_owned(), setting));
    }
    drawn
}

/// A rule. Assumed is that nothing duplicates a request and that no 4xx follows an effect: a rule
/// that breaks that would prove nothing here.
fn fault(dice: &Dice, providers: &[&'static dyn Provider], steps: &[Step]) -> String {
    let later = format!("later:{}", dice.pick(&[1, 40, 100, 4_000]));
    let anywhere = *dice.pick(&["before", "after", &later]);
    let spoiled = *dice.pick(providers);
    let some_time = dice.pick(&[0.5, 1.0, 20.0, 45.0, 200.0]);
    let (kind, phase) = match dice.below(23) {
        0..=1 => ("kind=close".to_owned(), anywhere),
        2..=3 => ("kind=reset".to_owned(), anywhere),
        4 => (format!("kind={}", dice.pick(&["close", "reset", "stall"])), "accept"),
        5 => ("kind=stall".to_owned(), anywhere),
        6 => (format!("kind=stall for={some_time}"), anywhere),
        7 => ("kind=garbage".to_owned(), anywhere),
        8 => ("kind=html".to_owned(), anywhere),
        9 => {
            let code = dice.pick(&[200, 201, 204, 302, 500, 500, 502, 503, 503, 504]);
            (format!("kind=status status={code}"), anywhere)
        }
        10 => {
            // Before the effect alone: the client believes a refusal.
            let code = dice.pick(&[400, 401, 403, 404, 408, 409, 422, 425, 429]);
            let wait = dice.pick(&["0", "3", "100000", "Fri,_31_Dec_9999_23:59:59_GMT"]);
            (format!("kind=status status={code} header=retry-after:{wait}"), "before")
        }
        11 => ("kind=status status=401".to_owned(), "before"),
        12 => ("kind=cut".to_owned(), "after"),
        13 => (format!("kind=cut at={}", dice.below(400)), "after"),
        14 => (format!("kind=slow for={some_time}"), "after"),
        15 => (format!("kind=drip piece={} pause_ms=200", dice.pick(&[16, 64])), "after"),
        16 => (format!("kind=wrong-type field={}", dice.pick(spoiled.fields())), "after"),
        17 => (format!("kind=missing field={}", dice.pick(spoiled.fields())), "after"),
        18 => ("kind=unknown-value".to_owned(), "after"),
        19 => (format!("kind=unknown-value field={}", dice.pick(spoiled.fields())), "after"),
        20 => (format!("kind=wrong-amount by={}", dice.pick(&["1", "0.01"])), "after"),
        21 => ("kind=unknown-fields".to_owned(), "after"),
        _ => (
            (*dice.pick(&["kind=oversize bytes=11000000", "kind=duplicate-reply"])).to_owned(),
            "after",
        ),
    };
    let (kind, arguments) = kind.split_once(' ').unwrap_or((&kind, ""));
    let mut rule = kind.to_owned();
    if phase != "accept" {
        rule += &format!(" on={}", target(dice, providers, steps));
    }
    match dice.below(4) {
        0 => rule += " probability=0.4",
        1 => rule += &format!(" nth={}", 1 + dice.below(4)),
        2 => rule += " limit=2",
        _ => rule += " limit=1",
    }
    rule += &format!(" phase={phase}");
    if !arguments.is_empty() {
        rule += &format!(" {arguments}");
    }
    rule
}

/// Mostly what the callers do, and now and then the rest.
fn target(dice: &Dice, providers: &[&'static dyn Provider], steps: &[Step]) -> String {
    let asked: Vec<&Intent> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Ask(intent) => Some(intent),
            _ => None,
        })
        .collect();
    let provider = *dice.pick(providers);
    match dice.below(8) {
        0 => format!("{}.*", provider.name()),
        1 if !provider.logins().is_empty() => (*dice.pick(provider.logins())).to_owned(),
        2 => (*dice.pick(provider.reads())).to_owned(),
        _ if asked.is_empty() => format!("{}.*", provider.name()),
        _ => {
            let intent = dice.pick(&asked);
            let of =
                providers.iter().find(|p| p.name() == intent.provider).unwrap_or(&providers[0]);
            of.deed(intent.action).operation.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_schedule_and_every_rule_makes_sense() {
        let wish = Wish::default();
        for seed in 0..500 {
            let schedule = draw(seed, &wish);
            assert_eq!(schedule, draw(seed, &wish));
            let sandbox = Sandbox::builder().without_sockets();
            for rule in &schedule.faults {
                let fault = rule.parse().unwrap_or_else(|error| panic!("{rule}: {error}"));
                sandbox.add_fault(fault).unwrap_or_else(|error| panic!("{rule}: {error}"));
                assert!(!rule.contains("duplicate-request"), "{rule}");
            }
            for (name, setting) in &schedule.switches {
                sandbox.set_by_name(name, setting).unwrap();
            }
        }
    }

    #[test]
    fn every_provider_and_every_action_is_drawn() {
        let wish = Wish::default();
        let mut drawn = std::collections::BTreeSet::new();
        for seed in 0..3_000 {
            drawn.extend(draw(seed, &wish).intents().map(|i| (i.provider, i.action)));
        }
        for provider in ALL {
            for action in provider.actions() {
                assert!(
                    drawn.contains(&(provider.name(), *action)),
                    "{} {action:?}",
                    provider.name()
                );
            }
        }
    }

    #[test]
    fn every_switch_is_drawn_with_each_of_its_settings() {
        let wish = Wish::default();
        let mut drawn = std::collections::BTreeSet::new();
        for seed in 0..12_000 {
            drawn.extend(draw(seed, &wish).switches);
        }
        for state in Sandbox::builder().switches() {
            let name = state.spec.name;
            let provider = ALL.iter().find(|p| name.split('.').next() == Some(p.name())).unwrap();
            let settings: Vec<&str> = match state.spec.settings {
                Settings::Named(all) => all.iter().map(|(setting, _)| *setting).collect(),
                _ => provider.numbers(name).to_vec(),
            };
            assert!(!settings.is_empty(), "{name} is left alone");
            for setting in settings {
                let pair = (name.to_owned(), setting.to_owned());
                assert!(drawn.contains(&pair), "{name} is never {setting}");
            }
        }
    }
}
