//! `cargo xtask contract`: does every provider crate do what it must?

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::Args;
use pay_tests::{
    contract::{self, Choice},
    fixture, report, suite,
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Only fixtures and promises whose names hold this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Show every fixture, and the evidence of every promise
    #[arg(long)]
    verbose: bool,

    /// Write what the client makes of the replies into the fixtures. Read the difference before you
    /// commit it
    #[arg(long, conflicts_with = "record")]
    bless: bool,

    /// Record fixtures at the environment that environment variables name (see tests/README.md)
    #[arg(long)]
    record: bool,

    /// Which provider to record
    #[arg(long, requires = "record", default_value = "payfirma", value_name = "NAME")]
    provider: String,

    /// Where recordings go. Default: `tests/fixtures/{provider}/live`
    #[arg(long, requires = "record", value_name = "DIRECTORY")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("contract: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(async {
        if arguments.record { record(arguments).await } else { check(arguments).await }
    })
}

async fn check(arguments: Arguments) -> ExitCode {
    let Arguments { filter, verbose, bless, .. } = arguments;
    let report = contract::run(&Choice { filter, bless }).await;
    // A reader that has seen enough, such as `head`, is no failure.
    let _ = std::io::stdout().write_all(report::render(&report, verbose).as_bytes());
    if report.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn record(arguments: Arguments) -> ExitCode {
    let suites = suite::all();
    let Some(suite) = suites.iter().find(|suite| suite.name() == arguments.provider) else {
        eprintln!("contract: there is no provider {}", arguments.provider);
        return ExitCode::FAILURE;
    };
    let out = arguments.out.unwrap_or_else(|| fixture::directory(suite.name()).join("live"));
    match suite.record(&out).await {
        Ok(recorded) => {
            for file in &recorded.files {
                println!("{}", out.join(file).display());
            }
            for problem in &recorded.problems {
                println!("FAILED {problem}");
            }
            let (files, problems) = (recorded.files.len(), recorded.problems.len());
            println!("recorded: {files} fixtures, {problems} failed");
            if problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("contract: {error}");
            ExitCode::FAILURE
        }
    }
}
