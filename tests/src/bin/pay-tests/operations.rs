//! `cargo xtask operations`: every operation of every provider.

use std::{fmt::Write as _, io::Write as _, process::ExitCode};

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
                show(&format!("{json}\n"));
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
    let mut table = String::new();
    let mut line = |cells: [&str; 5]| {
        let [id, method, path, effect, provenance] = cells;
        let _ = writeln!(table, "{id:ids$}  {method:6}  {path:paths$}  {effect:10}  {provenance}");
    };
    line(["operation", "method", "path", "effect", "provenance"]);
    for row in &rows {
        line([row.id, row.method, row.path.unwrap_or(CALLER), row.effect, row.provenance]);
    }
    show(&format!("{table}{} operations\n", rows.len()));
    ExitCode::SUCCESS
}

/// A reader that has seen enough, such as `head`, is no failure.
fn show(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

const CALLER: &str = "(given by the caller)";
