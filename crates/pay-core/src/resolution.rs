use time::OffsetDateTime;

/// What could be found out about a write whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Resolution<T> {
    /// It is the one: a unique reference that was sent came back.
    Confirmed(Confirmed<T>),
    /// These look like it. Not even a single one is proof: somebody may have done the same.
    Candidates(Vec<T>),
    /// Nothing like it was there. **No proof that it did not happen**: a list may lag, and the
    /// effect may still follow. Ask again later; do not send again because of this.
    NotSeen {
        /// Up to when (UTC) the provider's records were searched.
        searched_until: OffsetDateTime,
    },
    /// The provider answered, but the answer decides nothing.
    Inconclusive {
        /// Why not.
        why: String,
    },
    /// This provider has no way to find out for this operation. A person must look.
    Unsupported,
}

/// What a confirmed write became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed<T> {
    /// It took effect.
    Applied(T),
    /// It was declined. Nothing happened.
    Declined(T),
}

impl<T> Resolution<T> {
    /// The same with the object turned into another.
    pub fn map<U>(self, f: impl Fn(T) -> U) -> Resolution<U> {
        match self {
            Self::Confirmed(Confirmed::Applied(found)) => {
                Resolution::Confirmed(Confirmed::Applied(f(found)))
            }
            Self::Confirmed(Confirmed::Declined(found)) => {
                Resolution::Confirmed(Confirmed::Declined(f(found)))
            }
            Self::Candidates(found) => Resolution::Candidates(found.into_iter().map(f).collect()),
            Self::NotSeen { searched_until } => Resolution::NotSeen { searched_until },
            Self::Inconclusive { why } => Resolution::Inconclusive { why },
            Self::Unsupported => Resolution::Unsupported,
        }
    }
}
