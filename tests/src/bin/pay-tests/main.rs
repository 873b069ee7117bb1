//! What `cargo xtask contract` and `cargo xtask operations` run.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a program is for")]

mod contract;
mod faults;
mod operations;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "What holds the providers' crates to their contract")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every fixture and every promise of every provider; or record fixtures
    Contract(contract::Arguments),
    /// Search for a schedule that breaks a promise
    Faults(faults::Arguments),
    /// List every operation of every provider
    Operations(operations::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Contract(arguments) => contract::run(arguments),
        Command::Faults(arguments) => faults::run(&arguments),
        Command::Operations(arguments) => operations::run(&arguments),
    }
}
