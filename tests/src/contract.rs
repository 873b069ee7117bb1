//! Runs everything: each case through its fixtures, and each provider through each promise.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _, stream};
use pay_core::provider::Operation;

use crate::{
    case::Case,
    fixture::{self, Fixture, Origin},
    promise::{Plan, Promise},
    replay::replay,
    suite::{self, Suite},
    told, transcript,
};

/// What to run.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Only fixtures and promises whose names hold this.
    pub filter: Option<String>,
    /// Write what the client makes of the replies into the fixtures.
    pub bless: bool,
}

/// What a run found.
#[derive(Debug)]
pub struct Report {
    pub providers: Vec<ProviderReport>,
    /// Whether something was left out by a filter.
    pub filtered: bool,
}

/// What a run found of one provider.
#[derive(Debug)]
pub struct ProviderReport {
    pub name: &'static str,
    pub operations: &'static [&'static Operation],
    pub fixtures: Vec<FixtureRun>,
    pub scenarios: Vec<ScenarioRun>,
    /// What is wrong with the whole: an operation without a fixture, a fixture without a case.
    pub problems: Vec<String>,
}

/// A fixture and how it went.
#[derive(Debug)]
pub struct FixtureRun {
    pub name: String,
    pub operation: String,
    pub origin: Origin,
    pub failure: Option<String>,
}

/// A promise and how it was kept.
#[derive(Debug)]
pub struct ScenarioRun {
    pub promise: Promise,
    pub result: Kept,
}

/// How a promise was kept.
#[derive(Debug)]
pub enum Kept {
    /// With this evidence.
    Yes(String),
    No(String),
    DoesNotApply(&'static str),
}

/// Runs what is chosen, for all providers.
pub async fn run(choice: &Choice) -> Report {
    transcript::begin();
    let mut providers = Vec::new();
    for suite in suite::all() {
        providers.push(run_provider(&*suite, choice).await);
    }
    Report { providers, filtered: choice.filter.is_some() }
}

async fn run_provider(suite: &dyn Suite, choice: &Choice) -> ProviderReport {
    let mut problems = Vec::new();
    let directory = fixture::directory(suite.name());
    let fixtures = run_fixtures(suite, choice, &directory, &mut problems).await;
    if choice.filter.is_none() {
        problems.extend(uncovered(suite, &fixtures));
    }
    let scenarios = run_scenarios(suite, choice).await;
    problems.extend(leaks(suite));
    let (name, operations) = (suite.name(), suite.operations());
    ProviderReport { name, operations, fixtures, scenarios, problems }
}

/// Runs every case of a provider on its fixtures.
pub async fn run_fixtures(
    suite: &dyn Suite,
    choice: &Choice,
    directory: &Path,
    problems: &mut Vec<String>,
) -> Vec<FixtureRun> {
    let fixtures = match fixture::load(directory) {
        Ok(fixtures) => fixtures,
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    let mut runs: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for case in suite.cases() {
        let mut missing = false;
        for name in &case.fixtures {
            named.insert(*name);
            if !fixtures.contains_key(*name) {
                problems.push(format!("a case names the fixture {name}, which does not exist"));
                missing = true;
            }
        }
        if missing || !choice.takes(case.fixtures[0]) {
            continue;
        }
        let of_case: Vec<_> = case.fixtures.iter().map(|name| &fixtures[*name]).collect();
        let failure = run_case(suite, &case, &of_case, directory, choice.bless).await;
        for name in &case.fixtures {
            let (name, _) = fixtures.get_key_value(*name).unwrap();
            let earlier = runs.entry(name).or_default();
            if earlier.is_none() {
                earlier.clone_from(&failure);
            }
        }
    }
    // A recording runs as a whole: each step needs the ones before it.
    if fixtures.keys().any(|name| name.starts_with(LIVE) && choice.takes(name)) {
        let recording = run_recording(suite, &directory.join(LIVE), problems).await;
        for (name, failure) in recording {
            if let Some((name, _)) = fixtures.get_key_value(&format!("{LIVE}{name}")) {
                named.insert(name);
                runs.insert(name, failure);
            }
        }
    }
    for name in fixtures.keys().filter(|name| !named.contains(name.as_str())) {
        if choice.takes(name) {
            problems.push(format!("no case uses the fixture {name}"));
        }
    }
    let run = |(name, failure): (&str, Option<String>)| {
        let Fixture { operation, origin, .. } = &fixtures[name];
        FixtureRun { name: name.to_owned(), operation: operation.clone(), origin: *origin, failure }
    };
    runs.into_iter().map(run).collect()
}

/// Where recordings are.
const LIVE: &str = "live/";

/// Runs a recording again; gives what is wrong with each of its fixtures.
async fn run_recording(
    suite: &dyn Suite,
    directory: &Path,
    problems: &mut Vec<String>,
) -> Vec<(String, Option<String>)> {
    let recorded = match suite.replay(directory).await {
        Ok(None) => return Vec::new(),
        Ok(Some(recorded)) => recorded,
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    let mut runs: Vec<_> = recorded.files.into_iter().map(|file| (file, None)).collect();
    for problem in recorded.problems {
        match runs.iter_mut().find(|(file, _)| problem.starts_with(file.as_str())) {
            Some((_, failure)) => *failure = Some(problem),
            None => problems.push(format!("the recording: {problem}")),
        }
    }
    runs
}

/// Runs a case; gives what is wrong.
async fn run_case(
    suite: &dyn Suite,
    case: &Case,
    fixtures: &[&Fixture],
    directory: &Path,
    bless: bool,
) -> Option<String> {
    let running = tokio::time::timeout(LONGEST, replay(case, fixtures, suite.user_agent()));
    let replayed = match AssertUnwindSafe(running).catch_unwind().await {
        Ok(Ok(replayed)) => replayed,
        Ok(Err(_)) => return Some(format!("not done within {LONGEST:?}")),
        Err(panic) => return Some(format!("panicked: {}", panic_text(&*panic))),
    };
    let mut failures = replayed.problems;
    let told = replayed.told.trim_end();
    if told != fixtures[0].told {
        if bless {
            let blessed = Fixture { told: told.to_owned(), ..fixtures[0].clone() };
            if let Err(error) = std::fs::write(path(directory, case), blessed.to_string()) {
                failures.push(error.to_string());
            }
        } else {
            failures.push(told::difference(&fixtures[0].told, told));
        }
    }
    (!failures.is_empty()).then(|| failures.join("\n"))
}

fn path(directory: &Path, case: &Case) -> PathBuf {
    directory.join(format!("{}.http", case.fixtures[0]))
}

/// Operations without a fixture, and fixtures of no operation.
fn uncovered(suite: &dyn Suite, fixtures: &[FixtureRun]) -> Vec<String> {
    let table: BTreeSet<_> = suite.operations().iter().map(|operation| operation.id).collect();
    let executed: BTreeSet<_> = fixtures.iter().map(|run| run.operation.as_str()).collect();
    let without = table.difference(&executed).map(|id| format!("no fixture for {id}"));
    let unknown = executed.difference(&table).map(|id| format!("no such operation: {id}"));
    without.chain(unknown).collect()
}

async fn run_scenarios(suite: &dyn Suite, choice: &Choice) -> Vec<ScenarioRun> {
    let chosen = Promise::ALL.iter().copied().filter(|promise| choice.takes_promise(*promise));
    // Most of them wait for each other's timeouts; the order of the results is that of the list.
    stream::iter(chosen).map(|promise| run_scenario(suite, promise)).buffered(4).collect().await
}

/// Runs one promise of one provider.
pub async fn run_scenario(suite: &dyn Suite, promise: Promise) -> ScenarioRun {
    let result = match suite.keep(promise) {
        Plan::DoesNotApply(why) => Kept::DoesNotApply(why),
        Plan::Run(scenario) => {
            let running = AssertUnwindSafe(tokio::time::timeout(LONGEST, scenario));
            match running.catch_unwind().await {
                Ok(Ok(Ok(evidence))) => Kept::Yes(evidence),
                Ok(Ok(Err(broken))) => Kept::No(broken.0),
                Ok(Err(_)) => Kept::No(format!("not done within {LONGEST:?}")),
                Err(panic) => Kept::No(format!("panicked: {}", panic_text(&*panic))),
            }
        }
    };
    ScenarioRun { promise, result }
}

/// Secrets in anything that this process has shown so far: one line for each.
pub fn leaks(suite: &dyn Suite) -> Vec<String> {
    let secrets = suite.secrets();
    let mut leaks = Vec::new();
    for secret in &secrets {
        let places = transcript::find(secret);
        let Some(first) = places.first() else { continue };
        // This line is shown too: it must not be the next leak.
        let shown: String = secret.chars().take(2).collect();
        let before = secrets.iter().fold(first.clone(), |text, secret| text.replace(secret, "***"));
        leaks.push(format!(
            "a secret ({shown}...) was shown {} times, first after: {before}",
            places.len()
        ));
    }
    leaks
}

/// No case and no scenario takes as long.
const LONGEST: Duration = Duration::from_secs(60);

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}

impl Choice {
    fn takes(&self, name: &str) -> bool {
        self.filter.as_deref().is_none_or(|filter| name.contains(filter))
    }

    fn takes_promise(&self, promise: Promise) -> bool {
        self.takes(promise.words()) || self.takes(&format!("{promise:?}"))
    }
}

impl Report {
    /// How many things failed.
    pub fn failed(&self) -> usize {
        self.providers.iter().map(ProviderReport::failed).sum()
    }
}

impl ProviderReport {
    /// How many things failed.
    pub fn failed(&self) -> usize {
        let fixtures = self.fixtures.iter().filter(|run| run.failure.is_some()).count();
        let broken = |run: &&ScenarioRun| matches!(run.result, Kept::No(_));
        fixtures + self.scenarios.iter().filter(broken).count() + self.problems.len()
    }
}
