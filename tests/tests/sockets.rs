//! Real connections, broken at any byte, keep the promises. The long search is `cargo xtask faults`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use pay_tests::{
    faults::counter::Counter,
    sockets::{Options, run},
};

/// Enough for a look at most kinds of fault; all of them need `Options::ENOUGH`.
const SCHEDULES: u64 = 60;

#[test]
fn broken_connections_charge_at_most_once_and_tell_no_lie() {
    let report = run(&Options::new(number("PAY_TESTS_SCHEDULES", SCHEDULES), seed()));
    for failing in &report.failures {
        println!("{}\n", failing.story);
    }
    println!("{}", serde_json::to_string_pretty(&report).unwrap());
    assert!(report.is_clean(), "{:#?}", report.failures);

    // And it was no empty search.
    assert!(report.tally.effects > 0 && report.tally.unknown > 0 && report.tally.confirmed > 0);
    let struck = report.faults_fired.values().filter(|count| **count > 0).count();
    assert!(struck > report.missed.len(), "{:?}", report.missed);
}

/// What breaks the assumptions must show, or the search shows nothing.
#[test]
fn a_proxy_that_sends_a_payment_twice_is_caught() {
    let report = run(&Options {
        providers: vec!["payfirma".to_owned()],
        always: vec!["kind=duplicate-request on=payfirma.transactions.sale".to_owned()],
        ..Options::new(6, seed())
    });
    assert!(report.count_of(Counter::Doubled) > 0, "{report:#?}");
}

/// Another one each time; a failure names it.
fn seed() -> u64 {
    number("PAY_TESTS_SEED", fastrand::u64(..))
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}
