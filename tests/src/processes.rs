//! Search for a counterexample with real processes: workers that pay over one store are killed with
//! SIGKILL, at every point of their work and at any moment, while others go on; new ones are started
//! on what they left. The provider is the sandbox in the parent, and its ledger is the truth.
//!
//! A worker is the program `pay-worker`. It says on its stdout which point it passes, and stops at the
//! one that it is told to; then it is killed. Time is moved by the parent: leases and the time to send
//! are a minute each, so that no slow machine makes a difference, and nobody waits for them to end.

mod bench;
mod check;
mod conduct;
mod fleet;
mod judge;
mod line;
mod point;
mod round;
mod rows;
mod stops;
mod tokens;
pub mod worker;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use pay_sandbox::Sandbox;
use serde::Serialize;

pub use self::point::Point;
use self::{bench::Bench, line::*, round::Plan, rows::Rows};

/// How long a call may be under way, and how long a lease lasts: on clocks that the parent moves.
const SEND_WITHIN: Duration = Duration::from_secs(60);
const LEASE_FOR: Duration = Duration::from_secs(60);

/// What to search.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many rounds: each kills one process or a few. Every point has its turn in each 25.
    pub rounds: u64,
    /// What is drawn in each round depends on this. When a process is killed at a random moment
    /// depends on the machine, too.
    pub seed: u64,
    pub store: Store,
    /// How many workers go at the same keys at most.
    pub workers: usize,
    /// The program `pay-worker`. Without it, cargo is asked to build it beside this program.
    pub program: Option<PathBuf>,
}

/// What the workers share. Each run makes one of its own.
#[derive(Clone, Debug)]
pub enum Store {
    /// A file in the temporary folder.
    Sqlite,
    /// A schema at this server.
    Postgres(String),
}

/// What was found. All but the first group of counters must be 0; `stranded_in_window` may be more.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    pub store: &'static str,
    pub seed: u64,
    pub rounds: u64,
    pub processes: u64,
    pub kills: u64,
    /// By the name of the [`Point`]; `random` for those at any moment.
    pub kills_by_failpoint: BTreeMap<String, u64>,
    pub keys: u64,
    /// Payments that moved money.
    pub effects: u64,
    /// Keys that a process was at when it was killed.
    pub hit: u64,
    /// Of those, how many took effect: all of them are found.
    pub hit_with_effect: u64,
    /// Of those, how many nobody can find out about: they never took effect.
    pub in_doubt: u64,
    pub token_exchanges: u64,
    /// Merchants who had to consent again since a process was killed between the provider's
    /// exchange and the store. It cannot be closed.
    pub stranded_in_window: u64,
    pub seconds: f64,

    pub doubled: u64,
    pub false_success: u64,
    pub false_failure: u64,
    pub wrongly_resolved: u64,
    pub needless_unknown: u64,
    /// Took effect, could be found, and was not.
    pub unresolved: u64,
    /// Keys whose last state is not the truth, or none.
    pub dishonest: u64,
    pub stranded: u64,
    pub extra_logins: u64,
    /// Rounds that did not come to an end. The first one ends the search.
    pub hung: u64,
    /// What is wrong, a sentence each.
    pub violations: Vec<String>,
}

impl Options {
    pub fn new(rounds: u64, seed: u64, store: Store) -> Self {
        Self { rounds, seed, store, workers: 3, program: None }
    }
}

impl Store {
    fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// The server that `PAY_STORE_POSTGRES_URL` names. Without it there is none, which is a failure
    /// where `REQUIRE_POSTGRES` is 1.
    pub fn postgres() -> Option<Self> {
        let url = std::env::var("PAY_STORE_POSTGRES_URL").ok().filter(|url| !url.is_empty());
        let required = std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
        assert!(
            url.is_some() || !required,
            "REQUIRE_POSTGRES is 1, and PAY_STORE_POSTGRES_URL names no server"
        );
        url.map(Self::Postgres)
    }
}

/// Searches. Blocks for as long as it takes; may be called from anywhere.
pub fn run(options: &Options) -> Report {
    let began = Instant::now();
    // A thread of its own, since the caller may be on a runtime.
    let search = || std::thread::scope(|scope| scope.spawn(|| search(options)).join());
    let mut report = search().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    report.seconds = began.elapsed().as_secs_f64();
    report
}

fn search(options: &Options) -> Report {
    let mut report = Report {
        store: options.store.name(),
        seed: options.seed,
        rounds: options.rounds,
        ..Report::default()
    };
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
    let sandbox = Sandbox::builder().seed(options.seed).start();
    let mut bench = Bench {
        options,
        sandbox: runtime.block_on(sandbox).unwrap(),
        rows: Rows::make(&runtime, &options.store, &format!("{:x}", options.seed)),
        program: options.program.clone().unwrap_or_else(build_worker),
        clocks: Clocks::default(),
    };
    let mut plans = Point::ALL.map(Plan::Stop).to_vec();
    plans.extend([Plan::Random; 5]);
    for number in 0..options.rounds {
        let place = usize::try_from(number).unwrap() % plans.len();
        if place == 0 {
            fastrand::Rng::with_seed(options.seed.wrapping_add(number)).shuffle(&mut plans);
        }
        round::play(&mut bench, &mut report, number, plans[place]);
        if report.hung > 0 {
            break;
        }
    }
    report
}

/// Builds the worker beside the program that runs: `cargo run` builds that one alone.
fn build_worker() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let mut folder = here.parent().unwrap();
    if folder.ends_with("deps") {
        folder = folder.parent().unwrap();
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--package", "pay-tests", "--bin", "pay-worker"]);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    let status = build.current_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).status();
    assert!(status.is_ok_and(|status| status.success()), "the worker could not be built");
    folder.join("pay-worker")
}
