//! What a schedule draws: the sandbox's habits, its faults, and what callers want.

use std::time::Duration;

use pay_core::{Randomness, SeededRandomness};
use pay_sandbox::{Fault, FaultKind, Phase, Sandbox, Settings};

/// Draws from a seed.
pub(crate) struct Dice(SeededRandomness);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SeededRandomness::new(seed))
    }

    pub(crate) fn below(&self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(end).unwrap()).unwrap()
    }

    pub(crate) fn one_in(&self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// What a caller wants. An index is that of an earlier intent.
#[derive(Clone, Debug)]
pub(crate) enum Want {
    Sale { amount: &'static str, reference: Option<String> },
    Stored { amount: &'static str, reference: Option<String> },
    Hold { amount: &'static str, reference: Option<String> },
    Capture { of: usize, amount: &'static str, reference: Option<String> },
    Refund { of: usize, amount: &'static str, reference: Option<String> },
    Eft { amount: &'static str, reference: Option<String> },
    List,
}

impl Want {
    pub(crate) fn reference(&self) -> Option<&String> {
        match self {
            Self::Sale { reference, .. }
            | Self::Stored { reference, .. }
            | Self::Hold { reference, .. }
            | Self::Capture { reference, .. }
            | Self::Refund { reference, .. }
            | Self::Eft { reference, .. } => reference.as_ref(),
            Self::List => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Intent {
    pub(crate) want: Want,
    /// Begins when all before it have ended.
    pub(crate) waits: bool,
    /// Is dropped after so many polls.
    pub(crate) dropped_after: Option<usize>,
    /// Milliseconds that pass before it begins.
    pub(crate) pause: u64,
}

pub(crate) fn intents(dice: &Dice) -> Vec<Intent> {
    // Few amounts, so that many look alike. Odd dollars are approved.
    const AMOUNTS: [&str; 6] = ["11.00", "11.00", "13.50", "12.00", "2.60", "11"];
    let mut intents = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for at in 0..3 + dice.below(6) {
        let amount = *dice.pick(&AMOUNTS);
        let reference = match dice.below(8) {
            0 => None,
            // A payer tries again under the same order number.
            1 | 2 if !names.is_empty() => Some(dice.pick(&names).clone()),
            _ => Some(format!("order-{at}")),
        };
        names.extend(reference.clone());
        let of = dice.below(at.max(1));
        let want = match dice.below(12) {
            0..=4 => Want::Sale { amount, reference },
            5 => Want::Stored { amount, reference },
            6 => Want::Hold { amount, reference },
            7 if at > 0 => Want::Capture { of, amount, reference },
            8 | 9 if at > 0 => Want::Refund { of, amount, reference },
            10 => Want::Eft { amount, reference },
            _ => Want::List,
        };
        let acts_on_another = matches!(want, Want::Capture { .. } | Want::Refund { .. });
        intents.push(Intent {
            want,
            waits: acts_on_another || dice.one_in(2),
            dropped_after: dice.one_in(6).then(|| dice.below(30)),
            pause: *dice.pick(&[0, 0, 5, 900, 2_000, 400_000]),
        });
    }
    intents
}

/// Sets the sandbox's switches and faults. Assumed is that nothing duplicates a request, and that
/// no 4xx follows an effect: a fault that breaks that would prove nothing.
pub(crate) fn prepare(dice: &Dice, sandbox: &Sandbox) -> Vec<String> {
    let mut told = Vec::new();
    for state in sandbox.switches() {
        let name = state.spec.name;
        if !name.starts_with("payfirma.") || !dice.one_in(3) {
            continue;
        }
        let setting = match state.spec.settings {
            Settings::Named(all) => dice.pick(all).0.to_owned(),
            Settings::Number { .. } if name.ends_with("listing_lag") => {
                dice.pick(&["1", "60"]).to_string()
            }
            Settings::Number { .. } if name.ends_with("token_lifetime") => {
                dice.pick(&["1", "40", "400"]).to_string()
            }
            Settings::Number { .. } if name.ends_with("page") => dice.pick(&["1", "3"]).to_string(),
            _ => continue,
        };
        sandbox.set_by_name(name, &setting).unwrap();
        told.push(format!("{name}={setting}"));
    }
    for _ in 0..dice.below(5) {
        let fault = fault(dice);
        if sandbox.add_fault(fault.clone()).is_ok() {
            told.push(fault.to_string());
        }
    }
    told
}

fn fault(dice: &Dice) -> Fault {
    let field = dice
        .pick(&[
            "transaction_result",
            "transaction_success",
            "transaction_type",
            "transaction_time",
            "amount",
            "id",
            "invoice_id",
            "description",
            "access_token",
            "expires_in",
            "entities",
        ])
        .to_string();
    let some_time = Duration::from_secs(*dice.pick(&[0, 1, 20, 200]));
    let later = Phase::Later(Duration::from_secs(*dice.pick(&[1, 100, 4_000])));
    let ends = [FaultKind::Close, FaultKind::Reset, FaultKind::Stall { for_at_most: None }];
    let anywhere = [Phase::Before, Phase::After, later];
    let status = |status, headers: &[(&str, &str)], body: Option<&str>| FaultKind::Status {
        status,
        headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        body: body.map(str::to_owned),
    };
    let (kind, phase) = match dice.below(16) {
        0..=3 => (dice.pick(&ends).clone(), *dice.pick(&anywhere)),
        4 => (dice.pick(&ends).clone(), Phase::Accept),
        5 => (FaultKind::Garbage, *dice.pick(&anywhere)),
        6 => (FaultKind::Html, *dice.pick(&anywhere)),
        7 => {
            let code = *dice.pick(&[200, 201, 204, 302, 500, 502, 503, 504]);
            (status(code, &[], *dice.pick(&[None, Some("{}")])), *dice.pick(&anywhere))
        }
        8 => {
            let wait = *dice.pick(&["0", "3", "100000", "Fri, 31 Dec 9999 23:59:59 GMT"]);
            let code = *dice.pick(&[400, 401, 402, 403, 404, 408, 409, 425, 429]);
            (status(code, &[("retry-after", wait)], None), Phase::Before)
        }
        9 => (FaultKind::Cut { at: None }, Phase::After),
        10 => (FaultKind::Slow { by: some_time }, Phase::After),
        11 => (FaultKind::WrongType { field }, Phase::After),
        12 => (FaultKind::Missing { field }, Phase::After),
        13 => (FaultKind::UnknownValue { field: dice.one_in(2).then_some(field) }, Phase::After),
        14 => (FaultKind::WrongAmount { by: "1".parse().unwrap() }, Phase::After),
        _ => (FaultKind::UnknownFields, Phase::After),
    };
    let mut fault = Fault::new(kind).phase(phase);
    if phase != Phase::Accept {
        let on = ["payfirma.transactions.*", "payfirma.*", "payfirma.transactions.sale"];
        fault = fault.on(*dice.pick(&on));
    }
    match dice.below(3) {
        0 => fault.probability(0.4),
        1 => fault.nth(1 + u64::try_from(dice.below(4)).unwrap()),
        _ => fault.limit(2),
    }
}
