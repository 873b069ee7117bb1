/// What went wrong, in one word. The predicates of [`Error`](crate::Error) are the way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is wrong: found here before it was sent, or said by the provider.
    Invalid,
    /// The client is set up wrongly.
    Configuration,
    /// The payment was declined.
    Declined,
    /// The provider answered no, for a reason of its own.
    Refused,
    /// The credentials were not accepted.
    Unauthorized,
    /// The credentials are good, but do not allow this.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// Too many requests.
    RateLimited,
    /// The provider says that it is at fault.
    ProviderFault,
    /// The provider could not be reached, or the connection broke.
    Transport,
    /// Time ran out.
    Timeout,
    /// An answer that cannot be understood.
    Unreadable,
    /// An answer that contradicts the request.
    Contradiction,
    /// Something kept outside the process (tokens, journal) could not be read or written.
    Storage,
    /// What became of it is known, and no answer is kept: a person settled it, or it was pruned.
    NoAnswer,
    /// The stored authorization is gone: the merchant must consent again.
    NeedsReauthorization,
}

impl ErrorKind {
    /// The word used in log fields and stores: the name in snake case, such as `rate_limited`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Configuration => "configuration",
            Self::Declined => "declined",
            Self::Refused => "refused",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::ProviderFault => "provider_fault",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
            Self::Unreadable => "unreadable",
            Self::Contradiction => "contradiction",
            Self::Storage => "storage",
            Self::NoAnswer => "no_answer",
            Self::NeedsReauthorization => "needs_reauthorization",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Invalid => "invalid request",
            Self::Configuration => "wrong configuration",
            Self::Declined => "declined",
            Self::Refused => "refused",
            Self::Unauthorized => "credentials not accepted",
            Self::Forbidden => "not allowed",
            Self::NotFound => "not found",
            Self::RateLimited => "too many requests",
            Self::ProviderFault => "fault at the provider",
            Self::Transport => "connection failed",
            Self::Timeout => "timed out",
            Self::Unreadable => "unreadable answer",
            Self::Contradiction => "answer contradicts the request",
            Self::Storage => "storage failed",
            Self::NoAnswer => "no answer is kept",
            Self::NeedsReauthorization => "authorization lost, consent needed again",
        }
    }
}
