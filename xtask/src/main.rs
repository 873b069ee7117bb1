//! The project's own commands: `cargo xtask <command>`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a program is for")]

mod demo;
mod leaks;
mod pay_tests;
mod planted;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Watch a real client do its main job against an embedded sandbox
    Demo,
    /// Run all that must pass: format, lints, tests, contract, demo, docs, packages
    Test,
    /// Run every fixture and every promise of every provider; or record fixtures
    #[command(disable_help_flag = true)]
    Contract(pay_tests::Arguments),
    /// List every operation of every provider
    #[command(disable_help_flag = true)]
    Operations(pay_tests::Arguments),
    /// Search for a schedule of calls, faults and crashes that breaks a promise
    #[command(disable_help_flag = true)]
    Faults(pay_tests::Arguments),
    /// Plant mistakes in the code, one at a time, and see that the search for faults catches each
    Planted(planted::Arguments),
}

fn main() -> ExitCode {
    if let Some(ended) = planted::compile_for_cargo() {
        return ended;
    }
    match Arguments::parse().command {
        Command::Demo => finish(demo::run()),
        Command::Test => finish(test::run()),
        Command::Contract(arguments) => pay_tests::run("contract", &arguments),
        Command::Operations(arguments) => pay_tests::run("operations", &arguments),
        Command::Faults(arguments) => pay_tests::run("faults", &arguments),
        Command::Planted(arguments) => finish(planted::run(&arguments)),
    }
}

fn finish<E: std::fmt::Display>(result: Result<(), E>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
