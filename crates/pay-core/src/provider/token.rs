//! What a login brings, and who can fetch it.

use std::time::Duration;

use time::OffsetDateTime;

use crate::{BoxFuture, Result, provider::Authorization};

/// An access token as it was fetched.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Token {
    /// The header that carries it, ready-made.
    pub authorization: Authorization,
    /// How long it is valid, counted from when it was *asked for*: the provider's clock started at
    /// some time after that. `None`: nobody said, it is valid until it is refused.
    pub lifetime: Option<Duration>,
}

impl Token {
    /// A token that is valid until it is refused.
    #[must_use]
    pub fn new(authorization: Authorization) -> Self {
        Self { authorization, lifetime: None }
    }

    /// Sets how long it is valid, counted from when it was asked for, as `expires_in` says.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Option<Duration>) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Sets the lifetime from a point in wall-clock time, where nothing better is known. `asked`
    /// is the wall clock when the token was asked for. A clock that is wrong makes this wrong.
    #[must_use]
    pub fn expiring_at(self, at: OffsetDateTime, asked: OffsetDateTime) -> Self {
        let lifetime = Duration::try_from(at - asked).unwrap_or(Duration::ZERO);
        self.with_lifetime(Some(lifetime))
    }
}

/// Logs in, or exchanges a refresh token, or reads a token that another process fetched.
pub trait TokenSource: Send + Sync + 'static {
    /// Fetches a token within the given time.
    ///
    /// Only one fetch runs at a time. The future may be dropped at any await: when the time is up,
    /// or because the call that leads the fetch is dropped. A source whose exchange must not be
    /// cut short (a single-use refresh token) runs it in a task of its own and only waits here.
    ///
    /// # Errors
    ///
    /// A definite refusal of the credentials is an error of the kind `Unauthorized` or
    /// `NeedsReauthorization` with [`Outcome::Refused`](crate::Outcome::Refused): it is remembered,
    /// and nothing is fetched until [`TokenCache::reset`](super::TokenCache::reset). Every other
    /// error is taken for passing.
    fn fetch(&self, within: Duration) -> BoxFuture<'_, Result<Token>>;
}
