//! Faults as rules: where, when, what, and in which phase; with evidence that they fired.

mod disturb;
mod pattern;
mod rule;
mod rules;
mod text;

pub(crate) use disturb::{Wording, disturb};
pub use rule::{Fault, FaultKind, InvalidFault, Phase, When};
pub(crate) use rules::Rules;
pub use rules::{FaultFired, FaultRule};
