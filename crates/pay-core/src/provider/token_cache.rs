use std::{
    fmt,
    pin::pin,
    sync::{Arc, MutexGuard as StateGuard, PoisonError},
    time::Duration,
};

use futures_util::future::{Either, select};
use tokio::sync::{Mutex, MutexGuard};

use super::{
    Authorization, Need, TokenSource,
    token_state::{Begun, Step, TokenState},
};
use crate::{Clock, Connection, Error, ErrorKind, Outcome, Randomness, Result};

/// An early fetch gets this part of the call's time: the call still has to be made.
const EARLY_SHARE: u32 = 4;
const EARLY_WITHIN: Duration = Duration::from_secs(10);

/// The access token that all calls of a client share.
///
/// - *One fetch at a time*, however many calls wait, and no task in the background: a waiting call
///   leads the fetch; if it is dropped, the next one takes over. Those who waited while a fetch
///   failed get that failure and do not try one after another; whoever comes later tries anew. Only
///   a call with more than twice the time that a timed-out fetch had tries again for itself.
/// - *Early*: somewhere in the last fifth to tenth of a token's life, at most five minutes before its
///   end, one call fetches the next token while the others go on. If that fails, the valid token
///   stays in use, and the next early try waits five to ten seconds, or as long as the provider asked.
/// - *Refused credentials* are remembered until [`reset`](Self::reset): no call knocks again. A
///   passing failure is never remembered.
/// - *Tokens that are refused at once*: after three in a row, each within ten seconds of being
///   fetched, the last one is kept for a growing pause of up to a minute in which
///   [`renew`](Self::renew) says no. So an account that is refused everywhere does not log in with
///   every call.
///
/// Lives are measured on the monotonic clock: setting the wall clock changes nothing.
pub struct TokenCache<S> {
    source: S,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    /// Held by the call that fetches. Fair: the call that waits longest is next.
    turn: Mutex<()>,
    /// Never held over an await.
    state: std::sync::Mutex<TokenState>,
}

impl<S: TokenSource> TokenCache<S> {
    /// An empty cache, on the clock and randomness of the connection.
    #[must_use]
    pub fn new(source: S, connection: &Connection) -> Self {
        Self {
            source,
            clock: Arc::clone(connection.clock()),
            randomness: Arc::clone(connection.randomness()),
            turn: Mutex::new(()),
            state: std::sync::Mutex::default(),
        }
    }

    /// The token, as a header: the one at hand if it stays valid for longer than `need.lasting`,
    /// else a new one. A new one is used even if it does not last that long: no better is to be had.
    ///
    /// # Errors
    ///
    /// None could be had. Kind, outcome, code and message are those of the failed fetch, which is
    /// the source, also where another call led it; `is_timeout()` with [`Outcome::NotSent`] if
    /// `need.within` passed while another call was still fetching.
    pub async fn authorization(&self, need: Need) -> Result<Authorization> {
        let deadline = self.clock.monotonic().saturating_add(need.within);
        let (arrival, step) = {
            let state = self.state();
            (state.arrive(), state.step(self.clock.monotonic(), need.lasting))
        };
        let turn = match step {
            Step::Use(authorization) => return Ok(authorization),
            Step::Fail(cause) => return Err(failed(&cause)),
            Step::Early(authorization) => match self.turn.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(authorization),
            },
            Step::Fetch => self.wait_for_turn(need.within).await?,
        };
        // Mistake: whoever waited for another's login logs in again.
        #[cfg(planted)]
        if crate::planted::is("every-task-logs-in") {
            self.fetch(need.within, &turn).await;
        }
        loop {
            let now = self.clock.monotonic();
            let remaining = deadline.saturating_sub(now);
            let step = self.state().step_after_waiting(arrival, now, need.lasting, remaining);
            let within = match step {
                Step::Use(authorization) => return Ok(authorization),
                Step::Fail(cause) => return Err(failed(&cause)),
                Step::Early(_) => (remaining / EARLY_SHARE).min(EARLY_WITHIN),
                Step::Fetch if remaining.is_zero() => return Err(too_late()),
                Step::Fetch => remaining,
            };
            self.fetch(within, &turn).await;
        }
    }

    /// Forgets the token if it is still the refused one, and says whether another can be had: not
    /// while the credentials are known to be refused, nor in the pause that follows several tokens
    /// refused at once.
    pub fn renew(&self, refused: &Authorization) -> bool {
        self.state().refuse(refused, self.clock.monotonic(), &*self.randomness)
    }

    /// There are new credentials: forgets the token and any refusal. A fetch that is under way with
    /// the old ones is not used; its call fetches again.
    pub fn reset(&self) {
        self.state().reset();
    }

    /// Where the tokens come from.
    pub fn source(&self) -> &S {
        &self.source
    }

    async fn wait_for_turn(&self, within: Duration) -> Result<MutexGuard<'_, ()>> {
        let turn = pin!(self.turn.lock());
        match select(turn, self.clock.sleep(within)).await {
            Either::Left((turn, _)) => Ok(turn),
            Either::Right(_) => Err(too_late()),
        }
    }

    /// Fetches, and records what came of it.
    async fn fetch(&self, within: Duration, _turn: &MutexGuard<'_, ()>) {
        let begun = self.state().begin(self.clock.monotonic(), within);
        let mut flight = Flight { cache: self, begun, landed: false };
        let fetching = select(self.source.fetch(within), self.clock.sleep(within)).await;
        flight.landed = true;
        let now = self.clock.monotonic();
        match fetching {
            Either::Left((Ok(token), _)) => {
                self.state().succeed(begun, token, now, &*self.randomness);
            }
            Either::Left((Err(error), _)) => self.fail(begun, error),
            Either::Right(_) => self.fail(begun, timed_out()),
        }
    }
}

impl<S> TokenCache<S> {
    fn fail(&self, begun: Begun, error: Error) {
        tracing::warn!(error.type = ?error.kind(), pay.outcome = error.outcome().as_str(),
            "no access token could be fetched");
        self.state().fail(begun, error, self.clock.monotonic(), &*self.randomness);
    }

    fn state(&self) -> StateGuard<'_, TokenState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> fmt::Debug for TokenCache<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").finish_non_exhaustive()
    }
}

/// A fetch under way. The caller's own timer may drop it just before ours fires. That is a timeout
/// too: were it taken for a lost interest, all who wait would begin a fetch in their last moment.
struct Flight<'a, S> {
    cache: &'a TokenCache<S>,
    begun: Begun,
    landed: bool,
}

impl<S> Drop for Flight<'_, S> {
    fn drop(&mut self) {
        let Begun { asked, given, .. } = self.begun;
        let flown = self.cache.clock.monotonic().saturating_sub(asked);
        if !self.landed && flown >= given - given / 8 {
            self.cache.fail(self.begun, timed_out());
        }
    }
}

fn failed(cause: &Arc<Error>) -> Error {
    Error::new(cause.kind(), cause.outcome(), cause.message())
        .with_code(cause.code().map(str::to_owned))
        .with_retry_after(cause.retry_after())
        .with_meta(cause.meta().cloned())
        .with_source(Arc::clone(cause))
}

fn timed_out() -> Error {
    Error::new(ErrorKind::Timeout, Outcome::Unknown, "no access token came in time")
}

fn too_late() -> Error {
    Error::new(
        ErrorKind::Timeout,
        Outcome::NotSent,
        "another call is still fetching the access token, and the time is up",
    )
}
