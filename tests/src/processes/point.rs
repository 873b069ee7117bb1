//! Where a worker can be stopped, and killed.

use pay_sandbox::Phase;
use serde::{Deserialize, Serialize};

/// A point in the work of a worker. The worker stops there by itself and says so; at the four where
/// a request has left it is the provider that keeps silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Point {
    /// The payment is not recorded yet.
    BeforeInsert,
    /// It is recorded, and the call has not begun.
    AfterInsert,
    /// The request is ready to go.
    BeforeSend,
    /// The request has left. The provider does nothing.
    LeftUnheard,
    /// The request has left, and took effect. No answer.
    LeftApplied,
    /// The answer came; nobody has read it yet.
    AfterAnswer,
    /// The next state is not recorded yet: the answer, or what a search found.
    BeforeUpdate,
    AfterUpdate,
    /// The right to exchange the refresh token is not taken yet.
    BeforeLease,
    AfterLease,
    /// "Exchange begun" is not recorded yet.
    BeforeBegin,
    AfterBegin,
    BeforeExchange,
    /// The refresh token has left. The provider does nothing.
    ExchangeUnheard,
    /// The refresh token has left, and is used up. No answer.
    ExchangeRotated,
    /// The new pair came, and is nowhere but in memory.
    AfterExchange,
    BeforeCommit,
    /// The new pair is stored.
    AfterCommit,
    BeforeRelease,
    AfterRelease,
}

impl Point {
    pub const ALL: [Self; 20] = [
        Self::BeforeInsert,
        Self::AfterInsert,
        Self::BeforeSend,
        Self::LeftUnheard,
        Self::LeftApplied,
        Self::AfterAnswer,
        Self::BeforeUpdate,
        Self::AfterUpdate,
        Self::BeforeLease,
        Self::AfterLease,
        Self::BeforeBegin,
        Self::AfterBegin,
        Self::BeforeExchange,
        Self::ExchangeUnheard,
        Self::ExchangeRotated,
        Self::AfterExchange,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::BeforeRelease,
        Self::AfterRelease,
    ];

    pub fn name(self) -> String {
        serde_json::to_value(self).unwrap().as_str().unwrap().to_owned()
    }

    /// Whether it lies on the way of a refresh token.
    pub fn is_of_tokens(self) -> bool {
        self >= Self::BeforeLease
    }

    /// In which phase the provider falls silent, where it is not the worker that stops.
    pub fn silence(self) -> Option<Phase> {
        match self {
            Self::LeftUnheard | Self::ExchangeUnheard => Some(Phase::Before),
            Self::LeftApplied | Self::ExchangeRotated => Some(Phase::After),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_point_has_a_name_of_its_own() {
        let names: BTreeSet<_> = Point::ALL.iter().map(|point| point.name()).collect();
        assert_eq!(names.len(), Point::ALL.len());
        assert!(names.contains("after-exchange"));
    }
}
