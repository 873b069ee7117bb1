//! `cargo xtask operations`: every operation of every provider.

use std::process::ExitCode;

use clap::Args;
use pay_tests::operations::rows;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Print an array of objects instead of a table
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let rows = rows();
    if arguments.json {
        return match serde_json::to_string_pretty(&rows) {
            Ok(json) => {
                println!("{json}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("operations: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let width = |of: fn(&pay_tests::operations::Row) -> &str| {
        rows.iter().map(|row| of(row).len()).max().unwrap_or(0)
    };
    let (ids, paths) = (width(|row| row.id), width(|row| row.path.unwrap_or(CALLER)));
    println!(
        "{:ids$}  {:6}  {:paths$}  {:10}  provenance",
        "operation", "method", "path", "effect"
    );
    for row in &rows {
        let path = row.path.unwrap_or(CALLER);
        println!(
            "{:ids$}  {:6}  {path:paths$}  {:10}  {}",
            row.id, row.method, row.effect, row.provenance
        );
    }
    println!("{} operations", rows.len());
    ExitCode::SUCCESS
}

const CALLER: &str = "(given by the caller)";
