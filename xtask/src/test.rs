//! All that must pass before something lands, in the order of how fast it fails.

use std::{
    env,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::Instant,
};

use crate::leaks;

/// A name, and the arguments of cargo.
const STEPS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--", "--check"]),
    ("lints", &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    (
        "the other TLS provider",
        &[
            "clippy",
            "-p",
            "payfirma",
            "--no-default-features",
            "--features",
            "aws-lc-rs",
            "--locked",
            "--",
            "-D",
            "warnings",
        ],
    ),
    ("tests", &["test", "--workspace", "--locked", "--", "--nocapture"]),
    ("the webhook extractor", &["test", "-p", "numipay-cashier", "--features", "axum", "--locked"]),
    (
        "the journal on PostgreSQL",
        &["test", "-p", "pay-store", "--features", "postgres", "--locked"],
    ),
    (
        "the search for faults",
        &[
            "run",
            "--quiet",
            "--locked",
            "-p",
            "pay-tests",
            "--",
            "faults",
            "--schedules",
            "3000",
            "--kills",
            "100",
            "--sockets",
            "400",
        ],
    ),
    (
        "planted mistakes are caught",
        &["run", "--quiet", "--locked", "-p", "xtask", "--", "planted"],
    ),
    ("contract", &["run", "--quiet", "--locked", "-p", "pay-tests", "--", "contract"]),
    ("demo", &["run", "--quiet", "--locked", "-p", "xtask", "--", "demo"]),
    ("docs", &["doc", "--workspace", "--no-deps", "--locked"]),
    ("packages", &["package", "--workspace", "--locked", "--allow-dirty"]),
];

/// So much of the output of a step that failed is shown.
const SHOWN_LINES: usize = 80;

/// Runs every step, a line for each, and looks for secrets in all that it prints.
pub(crate) fn run() -> Result<(), String> {
    let logs = logs()?;
    for (name, arguments) in STEPS {
        print!("{name:<28} ");
        let _ = io::stdout().flush();
        let began = Instant::now();
        let log = logs.join(format!("{}.log", name.replace(' ', "-")));
        let (status, output) = cargo(arguments, &log)
            .map_err(|error| format!("{name}: {}: {error}", log.display()))?;
        let outcome = if status.success() { "ok" } else { "FAILED" };
        println!("{outcome:<6} {:>5} s  {}", began.elapsed().as_secs(), passed(&output));
        for line in output.lines().filter(|line| is_worth_telling(line)) {
            println!("    {}", line.trim());
        }
        if !status.success() {
            println!("\n{}", excerpt(&output));
            let command = arguments.join(" ");
            return Err(format!("cargo {command}: {status}; all of it is in {}", log.display()));
        }
        let found = leaks::in_text(&output);
        if !found.is_empty() {
            let found = found.join("\n");
            return Err(format!("{name} printed secrets, see {}:\n{found}", log.display()));
        }
    }
    println!(
        "\nAll {} steps passed, and none printed a card number, CVV, client secret or token.",
        STEPS.len()
    );
    Ok(())
}

/// Where what the steps print is kept.
fn logs() -> Result<PathBuf, String> {
    // This program lies in <target>/<profile>/.
    let program = env::current_exe().map_err(|error| format!("this program: {error}"))?;
    let target = program.ancestors().nth(2).ok_or("this program lies in no target folder")?;
    let logs = target.join("test-logs");
    fs::create_dir_all(&logs).map_err(|error| format!("{}: {error}", logs.display()))?;
    Ok(logs)
}

/// Runs cargo, and gives back how it ended and all that it printed.
fn cargo(arguments: &[&str], log: &Path) -> io::Result<(ExitStatus, String)> {
    let file = File::create(log)?;
    let status = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(arguments)
        .env("RUSTDOCFLAGS", "-D warnings")
        // Some tests panic on purpose.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()?;
    Ok((status, String::from_utf8_lossy(&fs::read(log)?).into_owned()))
}

/// How many tests passed, if it ran any.
fn passed(output: &str) -> String {
    let counts = output.lines().filter_map(|line| {
        line.trim_start().strip_prefix("test result: ok. ")?.split(' ').next()?.parse::<u64>().ok()
    });
    match counts.sum() {
        0 => String::new(),
        sum => format!("{sum} tests passed"),
    }
}

/// The sum of a step, what it left out, and the seed it can be run again with.
fn is_worth_telling(line: &str) -> bool {
    let line = line.trim_start();
    line.contains("skipped: ")
        || ["contract: ", "faults: ", "planted: ", "seed "]
            .iter()
            .any(|start| line.starts_with(start))
}

/// What tells why a step failed: its last lines, and before them those that speak of a failure. Cargo
/// stops at the first program of tests that fails, so nothing before that one matters.
fn excerpt(output: &str) -> String {
    let from = output.rfind("     Running ").unwrap_or(0);
    let lines: Vec<&str> = output[from..].lines().collect();
    let (before, last) = lines.split_at(lines.len().saturating_sub(SHOWN_LINES));
    let speaks =
        |line: &&&str| ["FAILED", "error", "panicked at"].iter().any(|word| line.contains(word));
    let mut shown: Vec<&str> = before.iter().filter(speaks).take(SHOWN_LINES).copied().collect();
    shown.extend(last);
    shown.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_holds_the_failure_and_the_end() {
        let noise = "test fine ... ok\n".repeat(1_000);
        let output = format!(
            "     Running one\ntest old ... FAILED\n     Running two\ntest bad ... FAILED\n{noise}end"
        );
        let shown = excerpt(&output);
        assert!(shown.starts_with("test bad ... FAILED\ntest fine"), "{shown}");
        assert!(shown.ends_with("\nend"), "{shown}");
        assert!(!shown.contains("test old"), "{shown}");
        assert_eq!(shown.lines().count(), SHOWN_LINES + 1);
        assert_eq!(excerpt("error: one line"), "error: one line");
    }

    #[test]
    fn passed_tests_are_counted_over_all_programs() {
        let output =
            "test result: ok. 3 passed; 0 failed\nx\ntest result: ok. 40 passed; 0 failed\n";
        assert_eq!(passed(output), "43 tests passed");
        assert_eq!(passed("    Finished"), "");
    }

    #[test]
    fn what_was_left_out_is_told() {
        assert!(is_worth_telling("skipped: there is no curl"));
        assert!(is_worth_telling("PostgreSQL is skipped: PAY_STORE_POSTGRES_URL names no server"));
        assert!(is_worth_telling("seed 17"));
        assert!(!is_worth_telling("test weeks_without_transactions_are_skipped ... ok"));
    }
}
