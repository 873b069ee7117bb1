use std::fmt;

/// Where a payment stands under its key. The table of `docs/journal.md` in code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// Recorded before the first byte; the answer is not. After a crash: in doubt, even if no byte
    /// left.
    Sending,
    /// It provably never reached the provider. The same key may start again.
    NotSent,
    /// The provider did nothing, for a reason that passes (throttled, credentials). The same key
    /// may start again.
    RefusedForNow,
    /// It took effect. Final.
    Applied,
    /// It was declined: nothing happened. Final.
    Declined,
    /// It was refused: nothing happened. Final.
    Refused,
    /// Nobody knows. It may be looked for, never sent.
    InDoubt,
    /// A person found that it took effect. Final.
    SettledApplied,
    /// A person found that it did not. Final, unless a person re-arms it.
    SettledNotApplied,
    /// A person allowed a new sending.
    Rearmed,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Sending,
        Self::NotSent,
        Self::RefusedForNow,
        Self::Applied,
        Self::Declined,
        Self::Refused,
        Self::InDoubt,
        Self::SettledApplied,
        Self::SettledNotApplied,
        Self::Rearmed,
    ];

    /// Those that somebody has to look at.
    pub const UNFINISHED: [Self; 2] = [Self::Sending, Self::InDoubt];

    /// The word in the store: the name in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::NotSent => "not_sent",
            Self::RefusedForNow => "refused_for_now",
            Self::Applied => "applied",
            Self::Declined => "declined",
            Self::Refused => "refused",
            Self::InDoubt => "in_doubt",
            Self::SettledApplied => "settled_applied",
            Self::SettledNotApplied => "settled_not_applied",
            Self::Rearmed => "rearmed",
        }
    }

    /// The state of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether its end is still to be found.
    #[must_use]
    pub const fn is_unfinished(self) -> bool {
        matches!(self, Self::Sending | Self::InDoubt)
    }

    /// Whether the same key may be sent (again).
    #[must_use]
    pub const fn may_start(self) -> bool {
        matches!(self, Self::NotSent | Self::RefusedForNow | Self::Rearmed)
    }

    /// Whether it holds an answer that never changes.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !self.is_unfinished() && !self.may_start()
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_back_and_is_one_of_three_sorts() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.as_str()), Some(state));
            let sorts = [state.is_unfinished(), state.may_start(), state.is_final()];
            assert_eq!(sorts.iter().filter(|sort| **sort).count(), 1, "{state}");
        }
        assert_eq!(State::from_word("sent"), None);
    }
}
