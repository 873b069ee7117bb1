use std::{pin::pin, time::Duration};

use futures_util::future::{Either, select};

use super::{Effect, Engine, Need, Operation, Provider, TimeoutClass, run::failed_login};
use crate::{CallOptions, Error, ErrorKind, Outcome, Result, Timeouts};

impl<P: Provider> Engine<P> {
    /// Gets what must be known before a call can be written, such as an id for its path that only
    /// the login tells, in the time of that call. Gives it with the options for the call, which
    /// has the time that is left.
    ///
    /// # Errors
    ///
    /// As a call whose login failed: nothing was sent, and the failure is the source.
    pub async fn ahead<T, F>(
        &self,
        operation: &Operation,
        options: CallOptions,
        get: impl FnOnce(Need) -> F,
    ) -> Result<(T, CallOptions)>
    where
        F: Future<Output = Result<T>>,
    {
        let clock = self.connection.clock();
        let times = Times::of(operation, options, self.connection.parts().timeouts, clock.now());
        let deadline = clock.monotonic().saturating_add(times.call);
        let need = Need { lasting: times.lasting(operation, times.call), within: times.call };
        let error = |kind, message: &str| {
            Error::new(kind, Outcome::NotSent, message).with_operation(operation.id)
        };
        if need.within.is_zero() {
            return Err(error(ErrorKind::Timeout, "no time left"));
        }
        match select(pin!(get(need)), clock.sleep(need.within)).await {
            Either::Left((Ok(value), _)) => {
                let left = deadline.saturating_sub(clock.monotonic());
                Ok((value, options.timeout(left)))
            }
            Either::Left((Err(cause), _)) => Err(failed_login(error, cause)),
            Either::Right(_) => {
                Err(error(ErrorKind::Timeout, "no access token could be had in time"))
            }
        }
    }
}

/// How long an attempt and the whole of a call may take.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) attempt: Duration,
    pub(super) call: Duration,
}

impl Times {
    pub(super) fn of(
        operation: &Operation,
        options: CallOptions,
        timeouts: Timeouts,
        now: time::OffsetDateTime,
    ) -> Self {
        let (attempt, call) = match operation.timeout {
            TimeoutClass::Normal => (timeouts.attempt, timeouts.call),
            TimeoutClass::Interactive => (timeouts.interactive_attempt, timeouts.interactive_call),
        };
        let mut call = options.call.unwrap_or(call);
        if let Some(deadline) = options.deadline {
            // A negative time is a deadline that has passed.
            call = call.min((deadline - now).try_into().unwrap_or(Duration::ZERO));
        }
        Self { attempt: options.attempt.unwrap_or(attempt), call }
    }

    /// How long a token must stay valid for the next attempt.
    pub(super) fn lasting(self, operation: &Operation, remaining: Duration) -> Duration {
        match operation.effect {
            Effect::Read => Duration::ZERO,
            Effect::Idempotent | Effect::Once => self.attempt.min(remaining),
        }
    }
}
