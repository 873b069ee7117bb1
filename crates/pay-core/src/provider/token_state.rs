//! What a [`TokenCache`](super::TokenCache) knows, and what follows from it. No waiting in here:
//! the time is an argument.

use std::{sync::Arc, time::Duration};

use crate::{
    Error, ErrorKind, Outcome, Randomness,
    provider::{Authorization, Token},
};

/// A new token is fetched early somewhere in the second half of this part of the life.
const EARLY_PART: u32 = 5;
/// However long the life, not earlier than this before its end.
const EARLY_AT_MOST: Duration = Duration::from_secs(5 * 60);
/// After an early fetch failed, the next one waits once to twice as long.
const EARLY_PAUSE: Duration = Duration::from_secs(5);

/// A token that is refused within this time of being fetched was never good.
const QUICK: Duration = Duration::from_secs(10);
/// After so many of them in a row, the last one is held for a while.
const QUICK_LIMIT: u32 = 3;
const HOLD: Duration = Duration::from_secs(5);
const HOLD_AT_MOST: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(super) struct TokenState {
    held: Option<Held>,
    latched: Option<Arc<Error>>,
    /// Counted, so that a call that waited knows what happened meanwhile.
    fetched: u64,
    failed: u64,
    last_failure: Option<Failure>,
    /// Changes with the credentials: what was begun before is of no use after.
    credentials: u64,
    no_early_fetch_before: Duration,
    quick_refusals: u32,
    hold_until: Duration,
}

struct Held {
    authorization: Authorization,
    number: u64,
    asked: Duration,
    got: Duration,
    lifetime: Option<Duration>,
    early_from: Option<Duration>,
    refused: bool,
}

struct Failure {
    error: Arc<Error>,
    given: Duration,
}

/// What there was when a call came.
#[derive(Clone, Copy)]
pub(super) struct Arrival {
    fetched: u64,
    failed: u64,
}

/// What to do.
pub(super) enum Step {
    /// The token is good.
    Use(Authorization),
    /// The token is good, and it is time that somebody fetches the next.
    Early(Authorization),
    /// No token, and this is why.
    Fail(Arc<Error>),
    /// No token: fetch one.
    Fetch,
}

/// A fetch that was begun.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    credentials: u64,
    pub(super) asked: Duration,
    pub(super) given: Duration,
}

impl TokenState {
    pub(super) fn arrive(&self) -> Arrival {
        Arrival { fetched: self.fetched, failed: self.failed }
    }

    /// What a call does that has not waited.
    pub(super) fn step(&self, now: Duration, lasting: Duration) -> Step {
        match (&self.held, &self.latched) {
            (Some(held), latched) if held.lasts(now, lasting) => {
                let authorization = held.authorization.clone();
                let early = held.early_from.is_some_and(|from| from <= now)
                    && self.no_early_fetch_before <= now
                    && latched.is_none();
                if early { Step::Early(authorization) } else { Step::Use(authorization) }
            }
            (_, Some(latched)) => Step::Fail(Arc::clone(latched)),
            (_, None) => Step::Fetch,
        }
    }

    /// What a call does that has waited, and whose turn it is to fetch.
    pub(super) fn step_after_waiting(
        &self,
        arrival: Arrival,
        now: Duration,
        lasting: Duration,
        remaining: Duration,
    ) -> Step {
        // Just fetched: there is nothing better to be had, even if it does not last.
        if let Some(held) = &self.held
            && held.number > arrival.fetched
        {
            return Step::Use(held.authorization.clone());
        }
        match (self.step(now, lasting), &self.last_failure) {
            (Step::Fetch, Some(failure))
                if self.failed > arrival.failed && !failure.left_too_little(remaining) =>
            {
                Step::Fail(Arc::clone(&failure.error))
            }
            (step, _) => step,
        }
    }

    pub(super) fn begin(&self, now: Duration, given: Duration) -> Begun {
        Begun { credentials: self.credentials, asked: now, given }
    }

    pub(super) fn succeed(
        &mut self,
        begun: Begun,
        token: Token,
        now: Duration,
        randomness: &dyn Randomness,
    ) {
        if begun.credentials != self.credentials {
            return;
        }
        self.fetched += 1;
        self.last_failure = None;
        self.no_early_fetch_before = Duration::ZERO;
        let early_from = token.lifetime.map(|life| {
            let half = (life / EARLY_PART).min(EARLY_AT_MOST) / 2;
            let before_end = half.saturating_add(randomness.full_jitter(half));
            begun.asked.saturating_add(life.saturating_sub(before_end))
        });
        self.held = Some(Held {
            authorization: token.authorization,
            number: self.fetched,
            asked: begun.asked,
            got: now,
            lifetime: token.lifetime,
            early_from,
            refused: false,
        });
    }

    pub(super) fn fail(
        &mut self,
        begun: Begun,
        error: Error,
        now: Duration,
        randomness: &dyn Randomness,
    ) {
        if begun.credentials != self.credentials {
            return;
        }
        self.failed += 1;
        let pause = EARLY_PAUSE.saturating_add(randomness.full_jitter(EARLY_PAUSE));
        let pause = pause.max(error.retry_after().unwrap_or_default());
        self.no_early_fetch_before = now.saturating_add(pause);
        let error = Arc::new(error);
        if is_definite_refusal(&error) {
            self.latched = Some(Arc::clone(&error));
        }
        self.last_failure = Some(Failure { error, given: begun.given });
    }

    /// Forgets the token, if it is this one, and says whether another can be had.
    pub(super) fn refuse(
        &mut self,
        refused: &Authorization,
        now: Duration,
        randomness: &dyn Randomness,
    ) -> bool {
        let another = self.latched.is_none();
        let Some(held) = self.held.as_mut().filter(|held| held.authorization == *refused) else {
            return another;
        };
        if !held.refused {
            held.refused = true;
            let quick = now.saturating_sub(held.got) < QUICK;
            self.quick_refusals = if quick { self.quick_refusals.saturating_add(1) } else { 0 };
            if let Some(beyond) = self.quick_refusals.checked_sub(QUICK_LIMIT) {
                let hold = HOLD.saturating_mul(1 << beyond.min(8)).min(HOLD_AT_MOST);
                let hold = (hold / 2).saturating_add(randomness.full_jitter(hold / 2));
                self.hold_until = now.saturating_add(hold);
            }
        }
        if now < self.hold_until {
            return false;
        }
        self.held = None;
        another
    }

    /// New credentials: what the old ones brought is forgotten, good and bad.
    pub(super) fn reset(&mut self) {
        *self = Self {
            fetched: self.fetched,
            failed: self.failed,
            credentials: self.credentials + 1,
            ..Self::default()
        };
    }
}

impl Held {
    /// Whether it stays valid for longer than that. Where no token of this life could, half its
    /// life has to be left: otherwise each write would log in anew, and gain nothing.
    fn lasts(&self, now: Duration, lasting: Duration) -> bool {
        let Some(life) = self.lifetime else {
            return true;
        };
        let needed = if lasting < life { lasting } else { life / 2 };
        self.asked.saturating_add(life).saturating_sub(now) > needed
    }
}

impl Failure {
    /// Whether a call with that much time left would have had a chance where this had none. Twice
    /// the time, not a little more: so the fetches of many impatient calls do not follow each other.
    fn left_too_little(&self, remaining: Duration) -> bool {
        self.error.is_timeout() && remaining > self.given.saturating_mul(2)
    }
}

fn is_definite_refusal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::NeedsReauthorization)
        && error.outcome() == Outcome::Refused
}
