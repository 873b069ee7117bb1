//! The build with mistakes. Cargo asks this very program to compile the members of the workspace,
//! and it adds `--cfg planted`. Cargo keeps what a wrapper compiles apart, in the same target
//! folder, and the registry's packages are not compiled again.

use std::{
    env,
    ffi::OsString,
    fs,
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
};

use serde_json::Value;

/// Says to a program of this package that cargo calls it in the compiler's place.
const COMPILES: &str = "XTASK_COMPILES_PLANTED";

/// Builds the program that searches, and gives its path.
pub(super) fn program() -> Result<PathBuf, String> {
    let output = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["build", "--quiet", "--locked", "--package", "pay-tests", "--bin", "pay-tests"])
        .arg("--message-format=json-render-diagnostics")
        .env("RUSTC_WORKSPACE_WRAPPER", wrapper()?)
        .env(COMPILES, "1")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("the build with mistakes failed ({})", output.status));
    }
    let built = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .ok_or("cargo names no program that it built")?;
    // The next ordinary build puts its own in that place.
    aside(&built, "pay-tests")
}

/// A copy of this program: cargo may replace the original while it runs.
fn wrapper() -> Result<PathBuf, String> {
    let this = env::current_exe().map_err(|error| format!("this program: {error}"))?;
    aside(&this, "rustc")
}

/// Copies a program into a folder beside it. A copy that runs stays whole.
fn aside(program: &std::path::Path, name: &str) -> Result<PathBuf, String> {
    let folder = program.with_file_name("planted");
    let copied = folder.join(name);
    let fresh = folder.join(format!("{name}.{}", std::process::id()));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(program, &fresh))
        .and_then(|_| fs::rename(&fresh, &copied))
        .map_err(|error| format!("{}: {error}", copied.display()))?;
    Ok(copied)
}

/// What cargo wants compiled, if it was cargo who called: `xtask <rustc> <arguments>`.
pub(crate) fn compile_for_cargo() -> Option<ExitCode> {
    env::var_os(COMPILES)?;
    let mut given = env::args_os().skip(1);
    let rustc = given.next()?;
    let arguments: Vec<OsString> = given.collect();
    let mut command = Command::new(rustc);
    command.args(&arguments);
    if compiles(&arguments) {
        command.args(["--cfg", "planted"]);
    }
    let ended = command.status().ok().and_then(|status| status.code());
    Some(ended.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Whether it is a crate, and not a question about the compiler or the machine: the answers to
/// those reach every package.
fn compiles(arguments: &[OsString]) -> bool {
    let given = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    given("--crate-name") && !given("___")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_gets_the_mistakes_and_a_question_does_not() {
        let compiled = |line: &str| {
            let arguments: Vec<_> = line.split(' ').map(OsString::from).collect();
            compiles(&arguments)
        };
        assert!(compiled("--crate-name pay_core --edition=2024 src/lib.rs --emit=metadata,link"));
        assert!(!compiled("-vV"));
        assert!(!compiled("- --crate-name ___ --print=file-names --print=cfg"));
    }
}
