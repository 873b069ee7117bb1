//! Schedules that broke a promise once, cut down and kept as files. Each search runs them first. They
//! are kept whole, not as seeds: what a seed draws changes with every new kind of trouble.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    checker::{Violation, check},
    schedule::Schedule,
    world::run,
};

/// Where they are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schedules")
}

/// Every one that there is, by its name.
pub fn all() -> Result<Vec<(String, Schedule)>, String> {
    let broken =
        |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let folder = folder();
    let mut schedules = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|error| broken(&folder, &error))? {
        let path = entry.map_err(|error| broken(&folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let text = fs::read_to_string(&path).map_err(|error| broken(&path, &error))?;
            let schedule = serde_json::from_str(&text).map_err(|error| broken(&path, &error))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            schedules.push((name, schedule));
        }
    }
    schedules.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(schedules)
}

/// How many were run, and which of them break a promise (again).
#[derive(Debug, Default)]
pub struct Replayed {
    pub count: u64,
    pub failing: Vec<(String, Vec<Violation>)>,
}

pub fn replay() -> Result<Replayed, String> {
    let mut failing = Vec::new();
    let all = all()?;
    let count = u64::try_from(all.len()).unwrap_or(u64::MAX);
    for (name, schedule) in all {
        let (violations, _) = check(&run(&schedule).trace);
        if !violations.is_empty() {
            failing.push((name, violations));
        }
    }
    Ok(Replayed { count, failing })
}

/// Keeps one.
pub fn keep(name: &str, schedule: &Schedule) -> Result<PathBuf, String> {
    let path = folder().join(format!("{name}.json"));
    let text = serde_json::to_string_pretty(schedule).map_err(|error| error.to_string())?;
    fs::create_dir_all(folder()).map_err(|error| error.to_string())?;
    fs::write(&path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}
