//! A payment cut at one byte after the other: of its answer, in each framing, and of its request.

use super::{
    Options,
    message::Framing,
    trouble::{End, Trouble},
};
use crate::faults::{
    drivers::ALL,
    provider::Provider,
    schedule::{Action, Intent, Schedule, Step},
};

/// How many payments one schedule cuts.
const PAYMENTS: u64 = 32;
/// Each byte of each place, with each end.
const ROUND: u64 = 4 * 1_024 * 2;
/// How many of them are under way at once.
const AT_ONCE: usize = 4;

/// Where one payment is cut.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    /// The mark of the ask whose bytes are cut.
    pub(super) tag: String,
    pub(super) operation: &'static str,
    pub(super) place: Place,
    pub(super) after: usize,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Request,
    Answer(Framing),
}

impl Place {
    pub(super) const ALL: [Self; 4] = [
        Self::Request,
        Self::Answer(Framing::ALL[0]),
        Self::Answer(Framing::ALL[1]),
        Self::Answer(Framing::ALL[2]),
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Answer(Framing::Length) => "answer with a length",
            Self::Answer(Framing::Chunked) => "answer in chunks",
            Self::Answer(Framing::UntilClose) => "answer until it closes",
        }
    }
}

impl Cut {
    pub(super) fn trouble(&self) -> Trouble {
        let (after, end) = (self.after, self.end);
        match self.place {
            Place::Request => Trouble::Request { after, end },
            Place::Answer(framing) => Trouble::Answer { after, end, framing },
        }
    }
}

/// The sweeps of a run go on where the one before ended. Nothing if no payment stands alone.
pub(super) fn draw(options: &Options, seed: u64) -> Option<(Schedule, Vec<Cut>)> {
    let (provider, action, turn) = payment(options, seed / 3)?;
    let operation = provider.deed(action).operation;
    let workers = 2;
    let mut steps = Vec::new();
    let mut cuts = Vec::new();
    let amount = provider.approved()[0];
    let whole = usize::try_from(PAYMENTS).unwrap_or(0);
    for id in 0..=whole {
        if id > 2 && id % AT_ONCE == 0 {
            // No provider takes or lists any number of payments in one second.
            steps.push(Step::Pass(6_000));
        }
        let name = format!("order-{id}");
        steps.push(Step::Ask(Intent {
            id,
            provider: provider.name(),
            action,
            of: None,
            amount,
            reference: Some(name.clone()),
            key: id.is_multiple_of(3).then_some(name),
            worker: id % workers,
            // The first two log in, and meet nothing.
            waits: id < 3 || id % AT_ONCE == 0,
            dropped_after: None,
        }));
        if id >= workers {
            let place = turn % ROUND * (PAYMENTS - 1) + u64::try_from(id - workers).unwrap_or(0);
            cuts.push(cut(format!("{id}.0"), operation, usize::try_from(place % ROUND).ok()?));
        }
    }
    let schedule = Schedule {
        seed,
        quiet: false,
        workers,
        hops: false,
        rotating: false,
        switches: Vec::new(),
        faults: Vec::new(),
        crashes: Vec::new(),
        steps,
    };
    Some((schedule, cuts))
}

/// The places take turns, and so do the ways to end, from one byte to the next and from one round
/// of all bytes to the next.
fn cut(tag: String, operation: &'static str, number: usize) -> Cut {
    let place = Place::ALL[number % Place::ALL.len()];
    let after = number / Place::ALL.len();
    let end = [End::Close, End::Reset][(after + after / 1_024) % 2];
    Cut { tag, operation, place, after: after % 1_024, end }
}

/// Mostly the first provider's, now and then another's; and which of that provider's sweeps it is.
fn payment(options: &Options, number: u64) -> Option<(&'static dyn Provider, Action, u64)> {
    let wanted = |provider: &&dyn Provider| {
        options.providers.is_empty() || options.providers.iter().any(|name| name == provider.name())
    };
    let of: Vec<(&'static dyn Provider, Action)> = ALL
        .iter()
        .copied()
        .filter(wanted)
        .filter_map(|provider| {
            let alone = |action: &&Action| {
                provider.deed(**action).moves_money && provider.builds_on(**action).is_empty()
            };
            provider.actions().iter().find(alone).map(|action| (provider, *action))
        })
        .collect();
    let others = u64::try_from(of.len()).ok()?.checked_sub(1)?;
    let (place, turn) = match (number % 4, others) {
        (3, 1..) => (1 + (number / 4) % others, number / 4 / others),
        (_, 1..) => (0, number - number / 4),
        _ => (0, number),
    };
    let (provider, action) = *of.get(usize::try_from(place).ok()?)?;
    Some((provider, action, turn))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_byte_of_every_place_is_cut_in_turn() {
        let options = Options { providers: vec!["payfirma".to_owned()], ..Options::new(1, 1) };
        let mut seen = BTreeSet::new();
        for number in 0..133 {
            let (_, cuts) = draw(&options, 1_000_000_007 + 3 * number).unwrap();
            seen.extend(cuts.iter().map(|cut| (cut.place, cut.after)));
        }
        for place in Place::ALL {
            assert!((0..1_024).all(|after| seen.contains(&(place, after))), "{place:?}");
        }
    }
}
