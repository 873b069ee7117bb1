//! Against an empty proof: mistakes are planted in the code, and the search for faults must catch
//! each one by the counter that names it.

mod build;
mod mistakes;

use std::{
    path::Path,
    process::{Command, Stdio},
};

use clap::Args;
use serde_json::{Value, json};

pub(crate) use self::build::compile_for_cargo;
use self::mistakes::{MISTAKES, Mistake};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Only these mistakes; all of them if none is named
    #[arg(value_name = "NAME", value_parser = mistake)]
    names: Vec<&'static Mistake>,
    /// Within how many schedules each must be caught
    #[arg(long, default_value_t = 2000)]
    schedules: u64,
    /// Where the search begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// For programs
    #[arg(long)]
    json: bool,
}

fn mistake(name: &str) -> Result<&'static Mistake, String> {
    MISTAKES.iter().find(|mistake| mistake.name == name).ok_or_else(|| {
        let names: Vec<_> = MISTAKES.iter().map(|mistake| mistake.name).collect();
        format!("it is one of {}", names.join(", "))
    })
}

/// An error means that one was not caught, or that the search finds fault with the same build
/// without a mistake.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let search = Search { program: &build::program()?, arguments };
    let control = search.run(None)?;
    let chosen = match arguments.names.as_slice() {
        [] => MISTAKES.iter().collect(),
        names => names.to_vec(),
    };
    if !arguments.json {
        println!("{:<20} {:<17} {:>7} {:>10}", "mistake", "counter", "count", "first seen");
    }
    let mut rows = Vec::new();
    let mut missed = Vec::new();
    for mistake in chosen {
        let row = Row::of(mistake, &search.run(Some(mistake))?, &control)?;
        if !row.is_caught() {
            missed.push(mistake.name);
        }
        if arguments.json {
            rows.push(row.to_json());
        } else {
            row.print();
        }
    }
    if arguments.json {
        println!("{:#}", Value::Array(rows));
    }
    if !missed.is_empty() {
        return Err(format!("not caught: {}", missed.join(", ")));
    }
    if !control.is_clean {
        return Err(format!("the search finds fault without a mistake:\n{}", control.said));
    }
    Ok(())
}

/// What the search says of one mistake.
struct Row {
    mistake: &'static Mistake,
    count: u64,
    /// The count where no mistake was planted.
    before: u64,
    /// How many schedules it took.
    first_seen: Option<u64>,
}

impl Row {
    fn of(mistake: &'static Mistake, found: &Searched, control: &Searched) -> Result<Self, String> {
        let first_seen = found.report.get("first_seen").and_then(|seen| seen.get(mistake.counter));
        Ok(Self {
            mistake,
            count: found.count(mistake.counter)?,
            before: control.count(mistake.counter)?,
            first_seen: first_seen.and_then(Value::as_u64),
        })
    }

    fn is_caught(&self) -> bool {
        self.count > self.before
    }

    fn print(&self) {
        let Mistake { name, counter, what } = self.mistake;
        let first_seen = self.first_seen.map_or_else(|| "-".to_owned(), |seen| seen.to_string());
        let verdict = if self.is_caught() { "ok" } else { "NOT CAUGHT" };
        println!("{name:<20} {counter:<17} {:>7} {first_seen:>10}  {verdict}: {what}", self.count);
    }

    fn to_json(&self) -> Value {
        json!({
            "mistake": self.mistake.name,
            "counter": self.mistake.counter,
            "what": self.mistake.what,
            "count": self.count,
            "first_seen": self.first_seen,
            "caught": self.is_caught(),
        })
    }
}

/// The search, in the build with mistakes.
struct Search<'a> {
    program: &'a Path,
    arguments: &'a Arguments,
}

struct Searched {
    is_clean: bool,
    report: Value,
    /// What it found, for people.
    said: String,
}

impl Searched {
    fn count(&self, counter: &str) -> Result<u64, String> {
        let count = self.report.get(counter).and_then(Value::as_u64);
        count.ok_or_else(|| format!("the search counts no {counter}"))
    }
}

impl Search<'_> {
    fn run(&self, mistake: Option<&Mistake>) -> Result<Searched, String> {
        let name = mistake.map_or("", |mistake| mistake.name);
        let output = Command::new(self.program)
            .args(["faults", "--json"])
            .args(["--schedules", &self.arguments.schedules.to_string()])
            .args(["--seed", &self.arguments.seed.to_string()])
            .env("PLANTED", name)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let report = serde_json::from_slice(&output.stdout).map_err(|error| {
            format!("{name}: the search ended with {}, no JSON ({error}):\n{said}", output.status)
        })?;
        Ok(Searched { is_clean: output.status.success(), report, said })
    }
}
