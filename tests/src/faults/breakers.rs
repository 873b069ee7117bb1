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
