//! For the person on call: what is open, what is unknown, since when, what to do.
#![allow(clippy::print_stderr, reason = "printing is what a program is for")]

mod cli;

use std::{
    error::Error as _,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;
use pay_core::ErrorKind;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match cli::run(cli::Arguments::parse()).await {
        Ok(text) => {
            match io::stdout().write_all(text.as_bytes()) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    eprintln!("pay-store: it was done, and cannot be printed: {error}");
                    ExitCode::FAILURE
                }
                // Whoever reads its first lines alone (`| head`) knows enough.
                _ => ExitCode::SUCCESS,
            }
        }
        Err(error) => {
            match (error.kind(), error.message()) {
                // In plain words: "not sent" is of no use where nothing ever is.
                (ErrorKind::Refused | ErrorKind::NotFound | ErrorKind::Configuration, why)
                    if !why.is_empty() =>
                {
                    eprintln!("pay-store: {}", cli::plain(why));
                }
                _ => eprintln!("pay-store: {}", cli::plain(&error.to_string())),
            }
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("    because: {}", cli::plain(&error.to_string()));
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}
