//! The tables of all providers, for people and for programs.

use pay_core::provider::{Operation, Route};
use serde::Serialize;

use crate::suite;

/// A row of a provider's table.
#[derive(Debug, Serialize)]
pub struct Row {
    pub provider: &'static str,
    pub id: &'static str,
    pub method: &'static str,
    /// With parameters in braces; `None` where the caller gives the route.
    pub path: Option<&'static str>,
    pub effect: &'static str,
    pub provenance: &'static str,
    pub source: &'static str,
}

impl Row {
    pub fn of(provider: &'static str, operation: &'static Operation) -> Self {
        let Operation { id, method, route, effect, provenance, source, .. } = operation;
        let path = match route {
            Route::Fixed(path) => Some(*path),
            Route::Caller(_) | Route::Raw => None,
        };
        let (effect, provenance) = (effect.as_str(), provenance.as_str());
        Self { provider, id, method: method.as_str(), path, effect, provenance, source }
    }
}

/// Every operation of every provider.
pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for suite in suite::all() {
        let name = suite.name();
        rows.extend(suite.operations().iter().map(|operation| Row::of(name, operation)));
    }
    rows
}
