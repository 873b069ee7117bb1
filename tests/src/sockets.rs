//! The search for a counterexample on real connections: the same callers, the same drivers and the
//! same checker as in [`faults`](crate::faults), but real bytes, real threads and the machine's
//! clock. The sandbox breaks its answers byte by byte, and a relay before it breaks connections at
//! any byte in either direction. Times are scaled down; nothing is said about how long things take.
//!
//! A schedule is drawn from a seed, but what comes of it depends on the machine, too.

mod attempts;
mod clock;
mod diary;
mod limits;
mod message;
mod plan;
mod relay;
mod report;
mod round;
mod route;
mod shelf;
mod sweep;
mod trouble;
mod wire;

use std::{sync::Arc, time::Instant};

use tokio::{sync::Semaphore, task::JoinSet};

pub use self::report::{Failing, Report};
use self::{plan::Plan, round::run_round};

/// What to search.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many schedules. After [`Options::ENOUGH`] every kind of fault has struck, and a sale's
    /// answer was cut at each byte.
    pub schedules: u64,
    /// Schedules have the seeds from this on, and each depends on its own alone.
    pub seed: u64,
    /// Of these providers alone; of all if empty.
    pub providers: Vec<String>,
    /// Rules that are always there, such as one that breaks what the clients assume.
    pub always: Vec<String>,
    /// How many schedules run at once.
    pub at_once: usize,
    /// How many failing schedules are kept.
    pub keep: usize,
}

impl Options {
    /// With fewer schedules some kinds of fault may never strike.
    pub const ENOUGH: u64 = 400;

    pub fn new(schedules: u64, seed: u64) -> Self {
        Self { schedules, seed, providers: Vec::new(), always: Vec::new(), at_once: 8, keep: 20 }
    }
}

/// Runs them all.
pub fn run(options: &Options) -> Report {
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("a runtime");
    let mut report = runtime.block_on(run_all(options));
    // What is still stalled is of no interest to anybody.
    runtime.shutdown_background();
    report.finish(options, began.elapsed());
    report
}

async fn run_all(options: &Options) -> Report {
    let mut report = Report::new(options.seed);
    let places = Arc::new(Semaphore::new(options.at_once.max(1)));
    let mut running = JoinSet::new();
    for offset in 0..options.schedules {
        while let Some(ended) = running.try_join_next() {
            report.add(ended.expect("a round does not panic"));
        }
        let place = Arc::clone(&places).acquire_owned().await.expect("never closed");
        let plan = Plan::draw(options, options.seed.wrapping_add(offset));
        running.spawn(async move {
            let _place = place;
            run_round(plan).await
        });
    }
    while let Some(ended) = running.join_next().await {
        report.add(ended.expect("a round does not panic"));
    }
    report
}
