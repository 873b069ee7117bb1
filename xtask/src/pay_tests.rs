//! Hands a command to the package of the contract. This package does not depend on that one, since
//! neither is published and `cargo package --workspace` could not put the two together.

use std::process::{Command, ExitCode};

use clap::Args;

/// Whatever the command takes; `--help` lists it.
#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    given: Vec<String>,
}

pub(crate) fn run(command: &str, arguments: &Arguments) -> ExitCode {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "pay-tests", "--", command])
        .args(&arguments.given)
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {command}: {error}");
            ExitCode::FAILURE
        }
    }
}
