//! Against an empty proof: mistakes are planted in the code, and the search for faults must catch
//! each one by the counter that names it.

mod build;
mod mistakes;

use std::{
    collections::BTreeMap,
    path::PathBuf,
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
    let mut search =
        Search { program: build::program()?, seed: arguments.seed, controls: BTreeMap::new() };
    let chosen = match arguments.names.as_slice() {
        [] => MISTAKES.iter().collect(),
        names => names.to_vec(),
    };
    if !arguments.json {
        println!("{:<20} {:<17} {:>7} {:>10}", "mistake", "counter", "count", "first seen");
    }
    let count = chosen.len();
    let mut rows = Vec::new();
    let mut missed = Vec::new();
    for mistake in chosen {
        let row = search.row(mistake, arguments.schedules)?;
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
    if !arguments.json {
        println!("planted: {} of {count} mistakes caught", count - missed.len());
    }
    if !missed.is_empty() {
        return Err(format!("not caught: {}", missed.join(", ")));
    }
    match search.controls.values().find(|control| !control.is_clean) {
        Some(control) => {
            Err(format!("the search finds fault without a mistake:\n{}", control.said))
        }
        None => Ok(()),
    }
}

/// What the search says of one mistake.
struct Row {
    mistake: &'static Mistake,
    /// In the slice that caught it.
    count: u64,
    /// How many schedules it took.
    first_seen: Option<u64>,
}

impl Row {
    fn is_caught(&self) -> bool {
        self.count > 0
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
struct Search {
    program: PathBuf,
    seed: u64,
    /// Each slice without a mistake, by the schedules before it.
    controls: BTreeMap<u64, Searched>,
}

impl Search {
    /// Searches slice by slice, since most mistakes are caught by the first. A schedule depends on
    /// its own seed alone, and those count up. What the same slice counts without a mistake is no catch.
    fn row(&mut self, mistake: &'static Mistake, schedules: u64) -> Result<Row, String> {
        let mut done = 0;
        while done < schedules {
            let slice = SLICE.min(schedules - done);
            if !self.controls.contains_key(&done) {
                let control = self.slice(None, done, slice)?;
                self.controls.insert(done, control);
            }
            let before =
                self.controls.get(&done).map_or(Ok(0), |control| control.count(mistake))?;
            let found = self.slice(Some(mistake), done, slice)?;
            let count = found.count(mistake)?.saturating_sub(before);
            if count > 0 {
                let first_seen = found.first_seen(mistake).map(|seen| done + seen);
                return Ok(Row { mistake, count, first_seen });
            }
            done += slice;
        }
        Ok(Row { mistake, count: 0, first_seen: None })
    }

    fn slice(&self, mistake: Option<&Mistake>, from: u64, length: u64) -> Result<Searched, String> {
        let name = mistake.map_or("", |mistake| mistake.name);
        let output = Command::new(&self.program)
            .args(["faults", "--json", "--tier", "simulation"])
            .args(["--schedules", &length.to_string()])
            .args(["--seed", &self.seed.wrapping_add(from).to_string()])
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

const SLICE: u64 = 100;

struct Searched {
    is_clean: bool,
    report: Value,
    /// What it found, for people.
    said: String,
}

impl Searched {
    fn count(&self, mistake: &Mistake) -> Result<u64, String> {
        let count = self.report.get(mistake.counter).and_then(Value::as_u64);
        count.ok_or_else(|| format!("the search counts no {}", mistake.counter))
    }

    fn first_seen(&self, mistake: &Mistake) -> Option<u64> {
        self.report.get("first_seen")?.get(mistake.counter)?.as_u64()
    }
}
