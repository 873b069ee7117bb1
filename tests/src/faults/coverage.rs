//! Whether a search has struck everything that it should have.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{aim::aims, draw::Wish};

/// How often what was struck: `operation`, `phase`, `kind`.
pub type Struck = BTreeMap<(String, &'static str, &'static str), u64>;

/// Over each operation, phase and kind of fault.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Coverage {
    /// How many there are to be struck.
    pub cells: usize,
    /// How many were.
    pub struck: usize,
    /// How often the rarest was.
    pub least: u64,
    /// Those that never were.
    pub never: Vec<String>,
}

pub fn coverage(struck: &Struck, wish: &Wish) -> Coverage {
    let mut coverage = Coverage { least: u64::MAX, ..Coverage::default() };
    for aim in aims(wish) {
        let cell = (aim.operation.to_owned(), aim.phase, aim.kind);
        let count = struck.get(&cell).copied().unwrap_or(0);
        coverage.cells += 1;
        coverage.least = coverage.least.min(count);
        if count == 0 {
            coverage.never.push(format!("{} {} {}", cell.0, cell.1, cell.2));
        } else {
            coverage.struck += 1;
        }
    }
    coverage
}
