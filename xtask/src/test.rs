//! All that must pass before something lands, in the order of how fast it fails.

use std::{
    io::{BufReader, Write as _},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
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

/// Runs every step, and looks for secrets in all that they print.
pub(crate) fn run() -> Result<(), String> {
    let mut found = Vec::new();
    for (name, arguments) in STEPS {
        println!("\n=== {name}: cargo {}", arguments.join(" "));
        let output = cargo(arguments).map_err(|error| format!("{name}: {error}"))?;
        found.extend(leaks::in_text(&output).into_iter().map(|leak| format!("{name}: {leak}")));
    }
    println!("\n=== secrets in the output of all steps");
    if !found.is_empty() {
        return Err(format!("secrets in the output:\n{}", found.join("\n")));
    }
    println!("none: no card number, CVV, client secret or token");
    println!("\nAll {} steps passed.", STEPS.len() + 1);
    Ok(())
}

/// Runs cargo, shows its output while it comes, and gives it back.
fn cargo(arguments: &[&str]) -> Result<String, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut child = Command::new(cargo)
        .args(arguments)
        .env("RUSTDOCFLAGS", "-D warnings")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take().map(|out| read(BufReader::new(out), sender.clone()));
    let stderr = child.stderr.take().map(|err| read(BufReader::new(err), sender));
    let mut output = String::new();
    for line in receiver {
        println!("{line}");
        output.push_str(&line);
        output.push('\n');
    }
    let _ = std::io::stdout().flush();
    for thread in [stdout, stderr].into_iter().flatten() {
        thread.join().map_err(|_| "reading its output failed".to_owned())?;
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(output) } else { Err(format!("failed ({status})")) }
}

fn read(
    lines: impl std::io::BufRead + Send + 'static,
    sender: mpsc::Sender<String>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in lines.split(b'\n').map_while(Result::ok) {
            let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
        }
    })
}
