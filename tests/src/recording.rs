//! Recordings: a walk through a provider's environment, kept as fixtures in the order of the calls,
//! and run again from there.

mod cleaner;
mod recorder;

use std::{
    collections::VecDeque,
    fmt::Debug,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use pay_core::{Response, Result, provider::Operation};

pub use self::{
    cleaner::{Cleaner, Learned},
    recorder::Recorder,
};
use crate::{
    exchange::Exchange,
    fixture::{self, Fixture, Origin},
    replay::Served,
    suite::Recorded,
    told,
};

/// A walk, recorded or run again. What differs is where the replies come from.
pub struct Walk {
    mode: Mode,
    login: &'static Operation,
    outcome: Recorded,
}

enum Mode {
    Record {
        /// Exchanges since the last step.
        tape: Arc<Mutex<Vec<Exchange>>>,
        cleaner: Arc<Cleaner>,
        directory: PathBuf,
        origin: Origin,
        source: String,
    },
    Replay {
        next: VecDeque<(String, Fixture)>,
    },
}

impl Walk {
    /// A walk that writes what it sees.
    pub fn record(
        recorder: &Recorder,
        directory: &Path,
        origin: Origin,
        source: String,
        login: &'static Operation,
    ) -> std::result::Result<Self, String> {
        std::fs::create_dir_all(directory).map_err(|error| format!("{directory:?}: {error}"))?;
        if !fixture::load(directory)?.is_empty() {
            return Err(format!("{directory:?} holds recordings already: remove them first"));
        }
        let mode = Mode::Record {
            tape: recorder.tape(),
            cleaner: recorder.cleaner(),
            directory: directory.to_owned(),
            origin,
            source,
        };
        Ok(Self { mode, login, outcome: Recorded::default() })
    }

    /// The same walk from what was written, and the server that gives the replies. `None` if
    /// nothing was recorded.
    pub async fn replay(
        directory: &Path,
        user_agent: &str,
        login: &'static Operation,
    ) -> std::result::Result<Option<(Self, Served)>, String> {
        if !directory.is_dir() {
            return Ok(None);
        }
        let fixtures = fixture::load(directory)?;
        if fixtures.is_empty() {
            return Ok(None);
        }
        let exchanges = fixtures.values().map(|fixture| fixture.exchange.clone()).collect();
        let served = Served::start(exchanges, user_agent).await;
        let mode = Mode::Replay { next: fixtures.into_iter().collect() };
        Ok(Some((Self { mode, login, outcome: Recorded::default() }, served)))
    }

    /// Whether a step that not every environment can take is on the way.
    pub fn takes(&self, operation: &Operation, possible: bool) -> bool {
        match &self.mode {
            Mode::Record { .. } => possible,
            Mode::Replay { next } => {
                next.iter().any(|(_, fixture)| fixture.operation == operation.id)
            }
        }
    }

    /// A step that should go well. Gives the value for the steps that follow.
    pub fn step<T: Debug>(
        &mut self,
        operation: &'static Operation,
        case: &str,
        result: Result<Response<T>>,
    ) -> Option<T> {
        match result {
            Ok(response) => {
                let value = response.into_inner();
                self.keep(operation, case, &told::value(&value));
                Some(value)
            }
            Err(error) => {
                self.outcome.problems.push(format!("{case}: {error}"));
                self.keep(operation, case, &told::refusal(&error));
                None
            }
        }
    }

    /// A step that should be refused or declined.
    pub fn refused_step<T: Debug>(
        &mut self,
        operation: &'static Operation,
        case: &str,
        result: Result<Response<T>>,
    ) {
        let told = match result {
            Ok(response) => {
                let problem = format!("{case}: went well, and should not have");
                self.outcome.problems.push(problem);
                told::value(&response.into_inner())
            }
            Err(error) => told::refusal(&error),
        };
        self.keep(operation, case, &told);
    }

    /// What was written or run, and what went wrong.
    pub fn end(mut self) -> Recorded {
        if let Mode::Replay { next } = self.mode {
            let left = next.into_iter().map(|(name, _)| format!("{name}: never run"));
            self.outcome.problems.extend(left);
        }
        self.outcome
    }

    fn keep(&mut self, operation: &'static Operation, case: &str, told: &str) {
        let exchanges = match &mut self.mode {
            Mode::Replay { .. } => return self.compare(operation, told),
            Mode::Record { tape, .. } => std::mem::take(&mut *tape.lock().unwrap()),
        };
        let count = exchanges.len();
        if count == 0 {
            self.outcome.problems.push(format!("{case}: nothing was sent"));
        }
        for (at, exchange) in exchanges.into_iter().enumerate() {
            // Before the call itself there can be a login.
            let (operation, case, told) =
                if at + 1 == count { (operation, case, told) } else { (self.login, "login", "") };
            self.write(operation, case, told, exchange);
        }
    }

    fn write(&mut self, operation: &Operation, case: &str, told: &str, exchange: Exchange) {
        let Mode::Record { cleaner, directory, origin, source, .. } = &self.mode else { return };
        let (_, short) = operation.id.split_once('.').unwrap_or(("", operation.id));
        let place = self.outcome.files.len() + 1;
        let file = format!("{place:02}-{short}-{}.http", case.replace(' ', "_"));
        let fixture = Fixture {
            operation: operation.id.to_owned(),
            case: case.to_owned(),
            origin: *origin,
            source: source.clone(),
            exchange,
            told: cleaner.clean(told).trim_end().to_owned(),
        };
        if let Err(error) = std::fs::write(directory.join(&file), fixture.to_string()) {
            self.outcome.problems.push(format!("{file}: {error}"));
        }
        self.outcome.files.push(file);
    }

    fn compare(&mut self, operation: &'static Operation, told: &str) {
        let Mode::Replay { next } = &mut self.mode else { return };
        while let Some((name, fixture)) = next.pop_front() {
            self.outcome.files.push(name.clone());
            if fixture.operation == operation.id {
                if fixture.told != told.trim_end() {
                    let problem =
                        format!("{name}: {}", told::difference(&fixture.told, told.trim_end()));
                    self.outcome.problems.push(problem);
                }
                return;
            }
            if fixture.operation != self.login.id {
                self.outcome.problems.push(format!("{name}: came before {}", operation.id));
            }
        }
        self.outcome.problems.push(format!("{}: was not recorded", operation.id));
    }
}
