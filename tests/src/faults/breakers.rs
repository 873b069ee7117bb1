//! What breaks the assumptions, run apart. The promises cannot hold there, so the search must say
//! that they do not: a search that finds nothing here would find nothing anywhere.

use serde::Serialize;

use super::{counter::Counter, draw::Wish, search::Search};

/// Something that the client takes for granted that nobody does.
pub struct Breaker {
    pub name: &'static str,
    /// Rules of the sandbox.
    pub rules: &'static [&'static str],
    /// What must not be zero.
    pub counter: Counter,
}

pub const BREAKERS: [Breaker; 2] = [
    Breaker {
        name: "a proxy that sends a request twice",
        rules: &["kind=duplicate-request method=POST phase=after"],
        counter: Counter::Doubled,
    },
    Breaker {
        name: "a refusal after the effect",
        rules: &[
            "kind=status status=400 on=payfirma.transactions.* phase=after",
            "kind=status status=400 on=cashier.pay* phase=after",
            "kind=status status=400 on=payanywhere.transactions.refund phase=after",
            "kind=status status=400 on=numeropay.payments.create phase=after",
            "kind=status status=400 on=payroc.boarding.submit phase=after",
        ],
        counter: Counter::FalseFailure,
    },
];

/// What came of one.
#[derive(Clone, Debug, Serialize)]
pub struct Broken {
    pub assumption: &'static str,
    pub counter: Counter,
    pub count: u64,
    pub schedules: u64,
}

pub fn run(seed: u64, schedules: u64) -> Vec<Broken> {
    let one = |breaker: &Breaker| {
        let rules = breaker.rules.iter().map(|rule| (*rule).to_owned()).collect();
        let wish = Wish { providers: Vec::new(), always: rules };
        let findings = Search { wish: &wish, seed, schedules, keep: 0 }.run(|_| {});
        Broken {
            assumption: breaker.name,
            counter: breaker.counter,
            count: findings.count(breaker.counter),
            schedules,
        }
    };
    BREAKERS.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::{
        checker::check,
        drivers::ALL,
        provider::{Deed, Provider, deeds},
        schedule::{Action, Intent, Schedule, Step},
        world::run as play,
    };

    /// What cannot be done twice at the provider: the second request is refused, since the first has
    /// used up the sale, the card token or the payout. That refusal is what its caller is told, and
    /// that is caught instead.
    const ONLY_ONCE: &[&str] = &[
        "payanywhere.transactions.void",
        "payanywhere.iframe.charge",
        "cashier.payouts.approve",
        "cashier.payouts.reject",
    ];

    #[test]
    fn each_deed_that_is_sent_twice_is_seen_to_be_doubled() {
        let writes = |provider: &'static dyn Provider| {
            let all = deeds(provider).into_iter().filter(|(_, deed)| deed.writes);
            all.map(move |(action, deed)| (provider, action, deed))
        };
        let mut only_once = Vec::new();
        for (provider, action, deed) in ALL.iter().copied().flat_map(writes) {
            let once = play(&schedule(provider, action, &[]));
            let (violations, tally) = check(&once.trace);
            assert_eq!(violations, [], "{}", deed.operation);
            let steps = once.trace.intents.len();
            assert_eq!(usize::try_from(tally.effects).unwrap(), steps, "{}", deed.operation);

            let twice = play(&schedule(provider, action, &[twice(&deed)]));
            let (violations, _) = check(&twice.trace);
            let caught = |by| violations.iter().any(|found| found.counter == by);
            if !caught(Counter::Doubled) {
                assert!(caught(Counter::FalseFailure), "{}: {violations:?}", deed.operation);
                only_once.push(deed.operation);
            }
        }
        assert_eq!(only_once, ONLY_ONCE);
    }

    fn twice(deed: &Deed) -> String {
        format!("kind=duplicate-request on={} phase=after", deed.operation)
    }

    /// The action after what it builds on, of which it takes less than all.
    fn schedule(provider: &'static dyn Provider, action: Action, faults: &[String]) -> Schedule {
        let base = provider.builds_on(action).first().copied();
        let actions = base.into_iter().chain([action]).enumerate();
        let amounts = provider.approved();
        let ask = |(id, action)| {
            Step::Ask(Intent {
                id,
                provider: provider.name(),
                action,
                of: (id > 0).then_some(0),
                amount: if id == 0 { amounts[0] } else { amounts[amounts.len() - 1] },
                reference: Some(format!("order-{id}")),
                key: None,
                worker: 0,
                waits: true,
                dropped_after: None,
            })
        };
        Schedule {
            seed: 1,
            quiet: false,
            workers: 1,
            hops: false,
            rotating: false,
            switches: vec![("payfirma.payment_token_use".to_owned(), "many".to_owned())],
            faults: faults.to_vec(),
            crashes: Vec::new(),
            steps: actions.map(ask).collect(),
        }
    }
}
