//! Every other schedule is aimed: one fault of each kind, in each phase, at each operation, in turn,
//! so that none is left to luck.

use super::{
    dice::Dice,
    draw::Wish,
    provider::{Deed, Provider, deeds},
    schedule::Action,
};

/// A fault that shall strike an operation.
#[derive(Clone, Copy)]
pub struct Aim {
    pub provider: &'static dyn Provider,
    pub action: Action,
    pub operation: &'static str,
    pub kind: &'static str,
    pub phase: &'static str,
    /// How many times it was taken before, from a start of its own: so a quarter of those that
    /// follow each other are alone.
    turn: usize,
}

/// Kinds that leave no answer, or one that is not the provider's: in each phase.
const ENDS: [&str; 6] = ["close", "reset", "stall", "garbage", "html", "status"];
/// Kinds that change an answer that was made.
const CHANGES: [&str; 10] = [
    "cut",
    "drip",
    "slow",
    "oversize",
    "unknown-fields",
    "unknown-value",
    "wrong-type",
    "missing",
    "wrong-amount",
    "duplicate-reply",
];

/// The aim of this schedule, if it has one.
pub fn aim(seed: u64, wish: &Wish) -> Option<Aim> {
    if !seed.is_multiple_of(2) || !wish.always.is_empty() {
        return None;
    }
    let aims = aims(wish);
    let number = usize::try_from(seed / 2).ok()?;
    let place = number.checked_rem(aims.len())?;
    let aim = aims.get(place)?;
    Some(Aim { turn: number / aims.len() + place, ..*aim })
}

/// All of them: what must have been struck for a search to count.
pub fn aims(wish: &Wish) -> Vec<Aim> {
    let mut aims = Vec::new();
    for provider in wish.wanted() {
        for (action, deed) in deeds(provider) {
            let unspoilable = provider.unspoilable(action);
            let strikes = strikes(&deed).into_iter();
            for (kind, phase) in strikes.filter(|(kind, _)| !unspoilable.contains(kind)) {
                aims.push(Aim {
                    provider,
                    action,
                    operation: deed.operation,
                    kind,
                    phase,
                    turn: 0,
                });
            }
        }
    }
    aims
}

fn strikes(deed: &Deed) -> Vec<(&'static str, &'static str)> {
    // A read has no effect that could come later.
    let phases: &[&str] = if deed.writes { &["before", "after", "later"] } else { &["after"] };
    let mut strikes = Vec::new();
    for phase in phases {
        strikes.extend(ENDS.map(|kind| (kind, *phase)));
    }
    let changes = CHANGES.into_iter().filter(|kind| deed.moves_money || *kind != "wrong-amount");
    strikes.extend(changes.map(|kind| (kind, "after")));
    strikes
}

impl Aim {
    /// What must be done so that it can strike. A list has to have something in it.
    pub fn actions(&self) -> Vec<Action> {
        let base = self.provider.builds_on(self.action).first();
        let listed = self.provider.actions().first().filter(|_| self.action == Action::List);
        base.or(listed).copied().into_iter().chain([self.action]).collect()
    }

    /// Every fourth time nothing else goes wrong, so that it strikes for certain.
    pub fn is_alone(&self) -> bool {
        self.turn.is_multiple_of(4)
    }

    pub fn rule(&self, dice: &Dice) -> String {
        let fields = self.provider.fields_of(self.action);
        // Alone at the one that is always there, else at each in turn.
        let field = if self.is_alone() { fields[0] } else { fields[self.turn % fields.len()] };
        let arguments = match self.kind {
            // A refusal is believed, so it must be one.
            "status" if self.phase == "before" => {
                format!(" status={}", dice.pick(&[400, 401, 403, 404, 409, 429, 500, 503]))
            }
            "status" => format!(" status={}", dice.pick(&[200, 204, 302, 500, 502, 503, 504])),
            "slow" => format!(" for={}", dice.pick(&[1, 45, 200])),
            "drip" => " piece=16 pause_ms=200".to_owned(),
            "oversize" => format!(" bytes={}", dice.pick(&[11_000_000, 20_000])),
            "wrong-amount" => " by=1".to_owned(),
            // Whatever says how it went, where something does.
            "unknown-value" if self.turn % 4 == 2 => String::new(),
            "unknown-value" | "wrong-type" | "missing" => format!(" field={field}"),
            _ => String::new(),
        };
        let phase = match self.phase {
            "later" => format!("later:{}", dice.pick(&[1, 40, 4_000])),
            phase => phase.to_owned(),
        };
        format!("kind={} on={} limit=1 phase={phase}{arguments}", self.kind, self.operation)
    }
}
