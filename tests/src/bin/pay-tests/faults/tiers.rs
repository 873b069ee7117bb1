//! The other two tiers: real processes that are killed, and real sockets.

use pay_tests::{
    faults::counter::Counter,
    processes::{self, Store},
    sockets,
};
use serde_json::{Value, json};

/// How a schedule is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Tier {
    /// One thread, virtual time: the same seed gives the same
    Simulation,
    /// Workers killed with SIGKILL, on SQLite, and on PostgreSQL if PAY_STORE_POSTGRES_URL is set
    Processes,
    /// Real connections, faults in real bytes
    Sockets,
}

/// What came of a tier.
pub(super) struct Ran {
    pub(super) report: Value,
    /// What was not tried.
    pub(super) lacking: Vec<String>,
}

impl Ran {
    pub(super) fn count(&self, counter: Counter) -> u64 {
        self.report.get(counter.as_str()).and_then(Value::as_u64).unwrap_or(0)
    }
}

pub(super) fn processes(kills: u64, seed: u64) -> Vec<(&'static str, Ran)> {
    let mut stores = vec![("processes_sqlite", Store::Sqlite)];
    match Store::postgres() {
        Some(store) => stores.push(("processes_postgres", store)),
        None => eprintln!("PostgreSQL is skipped: PAY_STORE_POSTGRES_URL names no server"),
    }
    let mut ran = Vec::new();
    for (name, store) in stores {
        eprintln!("{name}: {kills} rounds");
        let report = processes::run(&processes::Options::new(kills, seed, store));
        for violation in &report.violations {
            eprintln!("{name}: {violation}");
        }
        let mut lacking = Vec::new();
        // Every point has its turn in each 25 rounds.
        let points = processes::Point::ALL.len();
        if kills >= 25 && report.kills_by_failpoint.len() < points {
            let hit = report.kills_by_failpoint.len();
            lacking.push(format!("{name}: killed at {hit} of {points} points"));
        }
        ran.push((name, Ran { report: json!(report), lacking }));
    }
    ran
}

pub(super) fn sockets(schedules: u64, seed: u64, providers: &[String]) -> Ran {
    eprintln!("sockets: {schedules} schedules");
    let options = sockets::Options {
        providers: providers.to_vec(),
        ..sockets::Options::new(schedules, seed)
    };
    let report = sockets::run(&options);
    for failing in &report.failures {
        for violation in &failing.violations {
            let name = violation.counter.as_str();
            eprintln!("sockets, seed {}: {name}: {}", failing.seed, violation.what);
        }
    }
    let mut lacking = Vec::new();
    if schedules >= sockets::Options::ENOUGH && !report.missed.is_empty() {
        lacking.push(format!("sockets: never struck: {}", report.missed.join(", ")));
    }
    Ran { report: json!(report), lacking }
}
