//! `cargo xtask faults`.

mod replay;
mod report;
mod tiers;

use std::process::ExitCode;

use pay_tests::faults::{
    breakers,
    draw::Wish,
    past,
    search::{Findings, Search},
};

use self::{report::Report, tiers::Tier};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many schedules are simulated
    #[arg(long, default_value_t = 2_000)]
    schedules: u64,
    /// The first schedule's seed; those after it count up. One of the clock's if not given
    #[arg(long)]
    seed: Option<u64>,
    /// Print the findings as JSON, and nothing else on the standard output
    #[arg(long)]
    json: bool,
    /// Of this provider alone, in the simulation and over sockets; may be given several times
    #[arg(long, value_name = "NAME")]
    provider: Vec<String>,
    /// This tier alone; may be given several times, all three if not given
    #[arg(long, value_enum)]
    tier: Vec<Tier>,
    /// How many rounds with processes that are killed, on each database; by default one for each 50
    /// schedules, at least 25 and at most 400
    #[arg(long, value_name = "ROUNDS")]
    kills: Option<u64>,
    /// How many schedules over real sockets; by default one for each 10, at least 40 and at most 2000
    #[arg(long, value_name = "SCHEDULES")]
    sockets: Option<u64>,
    /// Run one simulated schedule by its seed, cut it down if it breaks a promise, and tell all of it
    #[arg(long, value_name = "SEED")]
    replay: Option<u64>,
    /// With --replay: keep what is left of it under this name, for every search to come
    #[arg(long, value_name = "NAME", requires = "replay")]
    keep: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let wish = Wish { providers: arguments.provider.clone(), always: Vec::new() };
    if let Some(seed) = arguments.replay {
        return replay::run(seed, &wish, arguments.keep.as_deref());
    }
    let seed = arguments.seed.unwrap_or_else(fresh_seed);
    eprintln!("seed {seed}");
    match search(arguments, seed, &wish) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every promise held, and enough was tried.
fn search(arguments: &Arguments, seed: u64, wish: &Wish) -> Result<bool, String> {
    let wants = |tier| arguments.tier.is_empty() || arguments.tier.contains(&tier);
    let mut report = Report::default();
    if wants(Tier::Simulation) {
        simulate(arguments.schedules, seed, wish, &mut report)?;
    }
    if wants(Tier::Processes) {
        let kills = arguments.kills.unwrap_or((arguments.schedules / 50).clamp(25, 400));
        for (name, ran) in tiers::processes(kills, seed) {
            report.add(name, ran);
        }
    }
    if wants(Tier::Sockets) {
        let schedules = arguments.sockets.unwrap_or((arguments.schedules / 10).clamp(40, 2_000));
        report.add("sockets", tiers::sockets(schedules, seed, &arguments.provider));
    }
    report.print(arguments.json);
    Ok(report.is_clean())
}

/// The schedules that failed once, then new ones, then those whose assumptions are broken.
fn simulate(schedules: u64, seed: u64, wish: &Wish, report: &mut Report) -> Result<(), String> {
    let kept = past::replay()?;
    for (name, violations) in &kept.failing {
        for violation in violations {
            eprintln!("{name}: {}: {}", violation.counter.as_str(), violation.what);
        }
    }
    let findings = Search { wish, seed, schedules, keep: 20 }.run(|done| {
        if done.is_multiple_of(1_000) {
            eprintln!("{done} schedules");
        }
    });
    for failing in &findings.failures {
        for violation in &failing.violations {
            eprintln!("seed {}: {}: {}", failing.seed, violation.counter.as_str(), violation.what);
        }
    }
    let broken = breakers::run(seed, (schedules / 40).clamp(40, 400));
    let mut lacking = lacking(&findings);
    lacking.extend(broken.iter().filter(|broken| broken.count == 0).map(|broken| {
        format!("{}: {} must not be zero", broken.assumption, broken.counter.as_str())
    }));
    lacking.extend(
        kept.failing.iter().map(|(name, _)| format!("the kept schedule {name} fails again")),
    );
    report.simulation(&findings, kept.count, &broken, lacking);
    Ok(())
}

/// What a search of this size must have tried, so that its zeros mean something.
fn lacking(findings: &Findings) -> Vec<String> {
    let mut lacking = Vec::new();
    let mut need = |what: &str, count: u64, least: u64| {
        if count < least {
            lacking.push(format!("{what}: {count}, and {least} are needed"));
        }
    };
    let schedules = findings.schedules;
    need("intents that succeeded", findings.succeeded, schedules);
    need("intents left in doubt", findings.unknown, schedules / 10);
    need("declines", findings.declined, schedules / 50);
    need("answers from the journal", findings.replayed, schedules / 10);
    need("crashes", findings.crashes, schedules / 20);
    need("failing stores", findings.outages, schedules / 50);
    need("lost calls with all evidence", findings.to_confirm, schedules / 50);
    // Each operation, in each phase, by each kind of fault: once for every 20,000 schedules.
    need("strikes on what was struck least", findings.coverage.least, schedules / 20_000);
    for cell in findings.coverage.never.iter().take(20).filter(|_| schedules >= 10_000) {
        eprintln!("never struck: {cell}");
    }
    lacking
}

fn fresh_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(1, |now| u64::from(now.subsec_nanos()) ^ (now.as_secs() << 20))
}
