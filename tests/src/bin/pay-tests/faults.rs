//! `cargo xtask faults`.

use std::process::ExitCode;

use pay_tests::faults::{
    checker::check,
    draw::{Wish, draw},
    search::{Findings, Search},
    shrink::shrink,
    world,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many schedules
    #[arg(long, default_value_t = 2_000)]
    schedules: u64,
    /// The first schedule's seed; those after it count up. One of the clock's if not given
    #[arg(long)]
    seed: Option<u64>,
    /// Print the findings as JSON alone
    #[arg(long)]
    json: bool,
    /// Of this provider alone; may be given several times
    #[arg(long)]
    provider: Vec<String>,
    /// Run one schedule by its seed, shrink it if it fails, and tell all of it
    #[arg(long, value_name = "SEED")]
    replay: Option<u64>,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let wish = Wish { providers: arguments.provider.clone(), always: Vec::new() };
    if let Some(seed) = arguments.replay {
        return replay(seed, &wish);
    }
    let seed = arguments.seed.unwrap_or_else(fresh_seed);
    let search = Search { wish: &wish, seed, schedules: arguments.schedules, keep: 20 };
    let findings = search.run(|_| {});
    show(&findings);
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&findings).unwrap_or_default());
    }
    if findings.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn show(findings: &Findings) {
    for failing in &findings.failures {
        for violation in &failing.violations {
            eprintln!("seed {}: {}: {}", failing.seed, violation.counter.as_str(), violation.what);
        }
    }
}

fn replay(seed: u64, wish: &Wish) -> ExitCode {
    let schedule = draw(seed, wish);
    let (violations, _) = check(&world::run(&schedule).trace);
    let Some(first) = violations.first() else {
        println!(
            "{schedule:#?}\n{:#?}\nseed {seed}: every promise holds",
            world::run(&schedule).trace
        );
        return ExitCode::SUCCESS;
    };
    let small = shrink(&schedule, first.counter);
    let trace = world::run(&small).trace;
    println!("{small:#?}\n{trace:#?}");
    for violation in check(&trace).0 {
        println!("{}: {}", violation.counter.as_str(), violation.what);
    }
    ExitCode::FAILURE
}

fn fresh_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(1, |now| u64::from(now.subsec_nanos()) ^ (now.as_secs() << 20))
}
