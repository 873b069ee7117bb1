//! For the person on call: what is open, what is unknown, since when, what to do.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a program is for")]

mod cli;

use std::{error::Error as _, process::ExitCode};

use clap::Parser as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match cli::run(cli::Arguments::parse()).await {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("pay-store: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("    because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}
