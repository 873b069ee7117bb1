use std::fmt;

use serde::{Deserialize, Serialize};

/// What is known about the effect of a call that did not return `Ok`.
///
/// Over several attempts of one call the worst counts, in the order written here.
/// For a call that only reads, it says whether the provider answered; there is no effect to know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The request provably never reached the provider. Nothing happened.
    NotSent,
    /// The provider answered that it did not do it. Nothing happened.
    Refused,
    /// Nobody can tell from here. It may have happened, or may still happen: resolve it, do not
    /// send it again.
    Unknown,
    /// It took effect, and yet something is wrong: see the error.
    Applied,
}

impl Outcome {
    /// The worse of the two.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }

    /// The word used in messages, log fields and stores: `not_sent`, `refused`, `unknown`, `applied`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Applied => "applied",
        }
    }

    /// Whether it is certain that nothing happened.
    #[must_use]
    pub const fn is_without_effect(self) -> bool {
        matches!(self, Self::NotSent | Self::Refused)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "not sent",
            Self::Refused => "refused",
            Self::Unknown => "outcome unknown",
            Self::Applied => "applied",
        })
    }
}
