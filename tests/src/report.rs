//! What a run found, as text.

use std::fmt::Write as _;

use crate::{
    contract::{FixtureRun, Kept, ProviderReport, Report},
    fixture::Origin,
};

/// The tables, the failures, and the summary as the last line.
pub fn render(report: &Report, verbose: bool) -> String {
    let mut text = String::new();
    for provider in &report.providers {
        operations(&mut text, provider, report.filtered, verbose);
        scenarios(&mut text, provider, verbose);
        failures(&mut text, provider);
    }
    text.push_str(&summary(report));
    text.push('\n');
    text
}

fn operations(text: &mut String, provider: &ProviderReport, filtered: bool, verbose: bool) {
    let id_width = provider.operations.iter().map(|operation| operation.id.len()).max();
    let width = id_width.unwrap_or(0).max("operation".len());
    let _ = write!(text, "{:width$}  {:11}", "operation", "provenance");
    for origin in shown(provider) {
        let _ = write!(text, "{origin:>10}");
    }
    text.push_str("  result\n");
    for operation in provider.operations {
        let of_it: Vec<_> =
            provider.fixtures.iter().filter(|run| run.operation == operation.id).collect();
        if filtered && of_it.is_empty() {
            continue;
        }
        let _ = write!(text, "{:width$}  {:11}", operation.id, operation.provenance.as_str());
        for origin in shown(provider) {
            match of_it.iter().filter(|run| run.origin == origin).count() {
                0 => text.push_str("         -"),
                count => {
                    let _ = write!(text, "{count:>10}");
                }
            }
        }
        let failed = of_it.iter().filter(|run| run.failure.is_some()).count();
        let _ = match (of_it.len(), failed) {
            (0, _) => writeln!(text, "  NO FIXTURE"),
            (_, 0) => writeln!(text, "  ok"),
            (_, failed) => writeln!(text, "  {failed} FAILED"),
        };
        if verbose {
            for FixtureRun { name, origin, failure, .. } in of_it {
                let result = if failure.is_some() { "FAILED" } else { "ok" };
                let _ = writeln!(text, "    {origin:9} {name}: {result}");
            }
        }
    }
    text.push('\n');
}

/// Recordings of our own sandbox are an exception.
fn shown(provider: &ProviderReport) -> impl Iterator<Item = Origin> {
    let sandbox = provider.fixtures.iter().any(|run| run.origin == Origin::Sandbox);
    Origin::ALL.into_iter().filter(move |origin| *origin != Origin::Sandbox || sandbox)
}

fn scenarios(text: &mut String, provider: &ProviderReport, verbose: bool) {
    if provider.scenarios.is_empty() {
        return;
    }
    let words = provider.scenarios.iter().map(|run| run.promise.words().len()).max();
    let width = words.unwrap_or(0).max("scenario".len());
    let _ = writeln!(text, "{:width$}  {}", "scenario", provider.name);
    for run in &provider.scenarios {
        let _ = write!(text, "{:width$}  ", run.promise);
        let _ = match &run.result {
            Kept::Yes(evidence) if verbose => writeln!(text, "ok: {evidence}"),
            Kept::Yes(_) => writeln!(text, "ok"),
            Kept::No(_) => writeln!(text, "FAILED"),
            Kept::DoesNotApply(why) => writeln!(text, "does not apply: {why}"),
        };
    }
    text.push('\n');
}

fn failures(text: &mut String, provider: &ProviderReport) {
    for run in &provider.fixtures {
        if let Some(failure) = &run.failure {
            let _ = writeln!(text, "FAILED {}/{}\n{}\n", provider.name, run.name, failure);
        }
    }
    for run in &provider.scenarios {
        if let Kept::No(broken) = &run.result {
            let _ = writeln!(text, "FAILED {}: {}\n{broken}\n", provider.name, run.promise);
        }
    }
    for problem in &provider.problems {
        let _ = writeln!(text, "FAILED {}: {problem}\n", provider.name);
    }
}

/// One line.
pub fn summary(report: &Report) -> String {
    let providers = &report.providers;
    let operations: usize = providers.iter().map(|provider| provider.operations.len()).sum();
    let fixtures: Vec<_> = providers.iter().flat_map(|provider| &provider.fixtures).collect();
    let count = |origin| fixtures.iter().filter(|run| run.origin == origin).count();
    let scenarios: usize =
        providers.iter().map(|provider| provider.scenarios.len()).max().unwrap_or(0);
    let mut line = format!(
        "contract: {operations} operations, {} fixtures (document {}, observed {}, made {}, live {}",
        fixtures.len(),
        count(Origin::Document),
        count(Origin::Observed),
        count(Origin::Made),
        count(Origin::Live),
    );
    if count(Origin::Sandbox) > 0 {
        let _ = write!(line, ", sandbox {}", count(Origin::Sandbox));
    }
    let plural = if providers.len() == 1 { "" } else { "s" };
    let _ = write!(
        line,
        "), {scenarios} scenarios x {} provider{plural}, {} failed",
        providers.len(),
        report.failed(),
    );
    if report.filtered {
        line.push_str(" (filtered: not the whole contract)");
    }
    line
}
