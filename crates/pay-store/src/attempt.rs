use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};

use pay_core::{Error, ErrorKind, Outcome, Response, Result};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Entry, Recorded, State,
    answer::{Answer, applied, state_of},
    journal::{Shared, holds_answer, place},
    once::{SendFn, not_durable},
};

/// One sending that is recorded: runs in a task of its own, so that nobody can drop it between the
/// answer and the record.
pub(crate) struct Attempt {
    shared: Arc<Shared>,
    entry: Entry,
    /// On the monotonic clock: after this nothing is sent.
    send_by: Duration,
}

impl Attempt {
    pub(crate) fn new(shared: Arc<Shared>, entry: Entry, within: Duration) -> Self {
        let send_by = shared.clock.monotonic().saturating_add(within);
        Self { shared, entry, send_by }
    }

    pub(crate) fn entry(&self) -> &Entry {
        &self.entry
    }

    pub(crate) async fn run<C, T>(self, send: SendFn<C, T>, client: C) -> Result<Recorded<T>>
    where
        T: Serialize + DeserializeOwned,
    {
        match self.send(send, client).await {
            Ok(response) => {
                let answer = Answer::ok(&*response);
                match self.record(State::Applied, Some(&answer), "the provider said yes").await {
                    Ok(()) => {
                        let meta = response.meta().clone();
                        Ok(Recorded::new(response.into_inner(), self.entry.epoch, Some(meta)))
                    }
                    Err(cause) => Err(not_durable(answer.object(), self.entry.lost_call)
                        .with_meta(Some(response.meta().clone()))
                        .with_source(cause)),
                }
            }
            Err(error) => Err(self.record_error(error).await),
        }
    }

    /// Sends, until `send_by`. Both clocks count: the monotonic one stands still while the machine
    /// sleeps, the other may be set.
    async fn send<C, T>(&self, send: SendFn<C, T>, client: C) -> Result<Response<T>> {
        let clock = &self.shared.clock;
        let is_over = || clock.monotonic() >= self.send_by || clock.now() >= self.entry.send_by;
        if is_over() {
            let why = "the time to send was over before it began";
            return Err(Error::new(ErrorKind::Timeout, Outcome::NotSent, why));
        }
        let mut timer = clock.sleep(self.send_by.saturating_sub(clock.monotonic()));
        let mut sending = send(client);
        let sent = poll_fn(|context| {
            // Asked again before every step that could send.
            if is_over() {
                return Poll::Ready(None);
            }
            match sending.as_mut().poll(context) {
                Poll::Ready(result) => Poll::Ready(Some(result)),
                Poll::Pending => timer.as_mut().poll(context).map(|()| None),
            }
        });
        sent.await.unwrap_or_else(|| {
            let why = "no answer in the time that the journal gives a call";
            Err(Error::new(ErrorKind::Timeout, Outcome::Unknown, why)
                .with_lost_call(self.entry.lost_call.clone()))
        })
    }

    async fn record_error(&self, error: Error) -> Error {
        let state = state_of(&error);
        let answer = holds_answer(state).then(|| Answer::error(&error));
        let why = format!("{}, {}", error.kind().as_str(), error.outcome());
        match self.record(state, answer.as_ref(), &why).await {
            Ok(()) => error,
            Err(_) if error.outcome() == Outcome::Unknown => error,
            Err(_) if error.outcome() == Outcome::Applied => {
                not_durable(answer.and_then(|answer| answer.object()), self.entry.lost_call.clone())
                    .with_source(error)
            }
            Err(_) => {
                let why = "it did not take effect, but that could not be recorded: the same key \
                           will look for it before it is sent again";
                Error::new(ErrorKind::Storage, error.outcome(), why)
                    .with_object(answer.and_then(|answer| answer.object()))
                    .with_lost_call(self.entry.lost_call.clone())
                    .with_source(error)
            }
        }
    }

    /// Records the end of this epoch. Fails if the store does, for a while, or if the entry says
    /// something else meanwhile.
    async fn record(&self, state: State, answer: Option<&Answer>, why: &str) -> Result<()> {
        const TRIES: u32 = 6;
        let mut pause = Duration::from_millis(25);
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_record(state, answer, why).await {
                Ok(Recording::Done) => return Ok(()),
                Ok(Recording::Otherwise(found)) => {
                    return Err(
                        applied("the journal says otherwise").with_source(Otherwise { found })
                    );
                }
                Ok(Recording::Again) => {}
                Err(cause) if tries >= TRIES => return Err(cause),
                Err(_) => {
                    self.shared.sleep(pause).await;
                    pause *= 3;
                }
            }
        }
    }

    async fn try_record(
        &self,
        state: State,
        answer: Option<&Answer>,
        why: &str,
    ) -> Result<Recording> {
        let Some(now) = self.shared.store.entry(&self.entry.key).await? else {
            return Ok(Recording::Otherwise(State::NotSent));
        };
        let ours = now.epoch == self.entry.epoch;
        if ours && now.state == state {
            // An earlier try that seemed to fail, or a search that was faster.
            return Ok(Recording::Done);
        }
        if !ours || !now.state.is_unfinished() {
            let found = now.state;
            let mut noted = now;
            let late = format!("the late answer to sending {}: {why}", self.entry.epoch);
            noted.note.clone_from(&late);
            // For people. That it is said to the caller is what counts.
            return match self.shared.change(&mut noted, &late).await? {
                true => Ok(Recording::Otherwise(found)),
                false => Ok(Recording::Again),
            };
        }
        let mut next = now;
        next.state = state;
        next.answer = answer
            .map(|answer| self.shared.keys.seal(&place(&self.entry), &answer.to_json()))
            .transpose()?;
        next.note = why.to_owned();
        Ok(match self.shared.change(&mut next, why).await? {
            true => Recording::Done,
            false => Recording::Again,
        })
    }
}

enum Recording {
    Done,
    /// Another change came between.
    Again,
    /// It is final, or another epoch: it keeps what it says.
    Otherwise(State),
}

/// The entry got another end while the answer was under way.
#[derive(Debug)]
struct Otherwise {
    found: State,
}

impl std::fmt::Display for Otherwise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the entry is {} meanwhile", self.found)
    }
}

impl std::error::Error for Otherwise {}
