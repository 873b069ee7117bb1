//! Real processes, killed at every point of their work, keep the promises. The long search is
//! `cargo xtask faults`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

use pay_tests::processes::{Options, Point, Report, Store, run};

/// Every point has its turn twice.
const ROUNDS: u64 = 50;

fn search(store: Store) {
    let program = env!("CARGO_BIN_EXE_pay-worker").into();
    let report = run(&Options { program: Some(program), ..Options::new(ROUNDS, seed(), store) });
    println!("{}", serde_json::to_string_pretty(&report).unwrap());
    assert_eq!(report.violations, [""; 0]);
    let Report { doubled, false_success, false_failure, wrongly_resolved, .. } = report;
    assert_eq!([doubled, false_success, false_failure, wrongly_resolved], [0; 4]);
    let Report { needless_unknown, unresolved, dishonest, stranded, extra_logins, .. } = report;
    assert_eq!([needless_unknown, unresolved, dishonest, stranded, extra_logins], [0; 5]);

    // And it was no empty search.
    for name in Point::ALL.iter().map(|point| point.name()).chain(["random".to_owned()]) {
        assert!(report.kills_by_failpoint.contains_key(&name), "nobody was killed: {name}");
    }
    assert!(report.stranded_in_window > 0, "the window was never met");
    assert!(report.hit_with_effect > 0 && report.in_doubt > 0 && report.token_exchanges > 0);
}

/// Another one each time; a failure names it.
fn seed() -> u64 {
    std::env::var("PAY_TESTS_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap())
}

#[test]
fn killed_processes_pay_at_most_once_on_sqlite() {
    search(Store::Sqlite);
}

#[test]
fn killed_processes_pay_at_most_once_on_postgres() {
    match Store::postgres() {
        Some(store) => search(store),
        None => println!("skipped: PAY_STORE_POSTGRES_URL names no server"),
    }
}
