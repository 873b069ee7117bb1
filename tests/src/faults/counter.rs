//! What the search counts. Most of these must be zero.

use serde::Serialize;

/// A kind of broken promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counter {
    /// More than one effect of one payment.
    Doubled,
    /// Told as done, and it was not, or not so.
    FalseSuccess,
    /// Told as not done, and it was.
    FalseFailure,
    /// Confirmed, and it was not so.
    WronglyResolved,
    /// Told as unknown, with nothing that explains it.
    NeedlessUnknown,
    /// All evidence was there, and it was not found.
    ResolveMissed,
    /// A stored answer changed.
    ChangedAnswer,
    /// A key without an honest state when all was over.
    Dishonest,
    /// A refresh token lost outside of the window that cannot be closed.
    Stranded,
    /// A login while the token before it still served.
    ExtraLogins,
    /// Requests came closer together than the provider allows.
    TooFast,
    /// It waited for what never comes, or panicked.
    Broken,
}

impl Counter {
    pub const ALL: [Self; 12] = [
        Self::Doubled,
        Self::FalseSuccess,
        Self::FalseFailure,
        Self::WronglyResolved,
        Self::NeedlessUnknown,
        Self::ResolveMissed,
        Self::ChangedAnswer,
        Self::Dishonest,
        Self::Stranded,
        Self::ExtraLogins,
        Self::TooFast,
        Self::Broken,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Doubled => "doubled",
            Self::FalseSuccess => "false_success",
            Self::FalseFailure => "false_failure",
            Self::WronglyResolved => "wrongly_resolved",
            Self::NeedlessUnknown => "needless_unknown",
            Self::ResolveMissed => "resolve_missed",
            Self::ChangedAnswer => "changed_answer",
            Self::Dishonest => "dishonest",
            Self::Stranded => "stranded",
            Self::ExtraLogins => "extra_logins",
            Self::TooFast => "too_fast",
            Self::Broken => "broken",
        }
    }
}
