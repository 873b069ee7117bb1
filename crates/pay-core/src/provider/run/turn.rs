//! Waiting for a turn, where the provider limits how fast attempts may follow each other.

use std::time::Duration;

use futures_util::future::{Either, select};

use super::Run;
use crate::{Error, ErrorKind, Result, provider::Provider};

impl<P: Provider> Run<'_, P> {
    /// How long a token must stay valid for the next attempt. The wait for a turn comes on top of
    /// the attempt, and may take as long as the call.
    pub(super) fn lasting(&self, remaining: Duration) -> Duration {
        let operation = self.call.operation;
        let is_paced = self.call.engine.provider.pace(operation).is_some();
        if is_paced && operation.is_write() {
            remaining
        } else {
            self.times.lasting(operation, remaining)
        }
    }

    /// Waits for the turn of the next attempt. After it there is time for a whole attempt, or for
    /// half of what was left: a write sent in the last moment would only be lost.
    pub(super) async fn take_turn(&self) -> Result<()> {
        let engine = self.call.engine;
        let Some(pace) = engine.provider.pace(self.call.operation) else { return Ok(()) };
        let remaining = self.remaining();
        let within = remaining.saturating_sub(self.times.attempt.min(remaining / 2));
        let turn = pace.pacer.wait(pace.key, pace.every, within);
        // A pacer of the caller's may not keep to the time.
        match select(turn, engine.connection.clock().sleep(remaining)).await {
            Either::Left((Ok(()), _)) => Ok(()),
            Either::Left((Err(cause), _)) => Err(self.without_turn(cause)),
            Either::Right(_) => {
                let error = self.error(ErrorKind::Timeout, "no turn came in time");
                Err(error.with_meta(self.before.clone()))
            }
        }
    }

    fn without_turn(&self, cause: Error) -> Error {
        self.error(cause.kind(), cause.message()).with_meta(self.before.clone()).with_source(cause)
    }
}
