use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};

use pay_core::{Error, ErrorKind, Outcome, Response, Result};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Entry, Recorded, State,
    answer::{Answer, applied, state_of},
    journal::{Shared, holds_answer, place},
    once::{LONGEST, SendFn, not_durable, replay},
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
        let send_by = shared.clock.monotonic().saturating_add(within.min(LONGEST));
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
                    Ok(Some(first)) => replay(&self.shared, &first),
                    Ok(None) => {
                        let meta = response.meta().clone();
                        Ok(Recorded::new(response.into_inner(), self.entry.epoch, Some(meta)))
                    }
                    Err(cause) => Err(not_durable(answer.object(), self.entry.lost_call)
                        .with_meta(Some(response.meta().clone()))
                        .with_source(cause)),
                }
            }
            Err(error) => self.record_error(error).await,
        }
    }

    /// After a record that seemed to fail, when nothing was sent: if it was written all the same, it
    /// says so now. Where the store stays away, the row says "sending" and will be looked for.
    pub(crate) async fn take_back(&self) {
        const WHY: &str = "the store failed, and nothing was sent";
        let mut pause = Duration::from_millis(25);
        for _ in 0..4 {
            match self.shared.store.entry(&self.entry.key).await {
                Ok(Some(mut now)) if self.is_of(&now) && now.state.is_unfinished() => {
                    now.state = State::NotSent;
                    WHY.clone_into(&mut now.note);
                    if let Ok(true) = self.shared.change(&mut now, WHY).await {
                        return;
                    }
                }
                Ok(_) => return,
                Err(_) => {}
            }
            self.shared.sleep(pause).await;
            pause *= 3;
        }
    }

    /// Whether an entry is about this sending, and no other call's.
    fn is_of(&self, entry: &Entry) -> bool {
        entry.epoch == self.entry.epoch && entry.owner == self.entry.owner
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

    async fn record_error<T: DeserializeOwned>(&self, error: Error) -> Result<Recorded<T>> {
        let state = state_of(&error);
        let answer = holds_answer(state).then(|| Answer::error(&error));
        let why = format!("{}, {}", error.kind().as_str(), error.outcome());
        Err(match self.record(state, answer.as_ref(), &why).await {
            Ok(Some(first)) => return replay(&self.shared, &first),
            Ok(None) => error,
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
        })
    }

    /// Records the end of this epoch. Gives the entry if a search was faster and came to the same
    /// end: what is stored is what all are told. Fails if the store does, for a while, or if the
    /// entry says something else meanwhile.
    async fn record(
        &self,
        state: State,
        answer: Option<&Answer>,
        why: &str,
    ) -> Result<Option<Entry>> {
        const TRIES: u32 = 6;
        // Sealed once, so that a try of ours that seemed to fail is known again.
        let place = place(&self.entry);
        let sealed =
            answer.map(|answer| self.shared.keys.seal(&place, &answer.to_json())).transpose()?;
        let mut pause = Duration::from_millis(25);
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_record(state, sealed.as_deref(), why).await {
                Ok(Recording::Done) => return Ok(None),
                Ok(Recording::Before(first)) => return Ok(Some(*first)),
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
        answer: Option<&[u8]>,
        why: &str,
    ) -> Result<Recording> {
        let Some(now) = self.shared.store.entry(&self.entry.key).await? else {
            return Ok(Recording::Otherwise(State::NotSent));
        };
        let ours = self.is_of(&now);
        if ours && now.state == state {
            // An earlier try that seemed to fail, or a search that was faster.
            return Ok(match answer == now.answer.as_deref() {
                true => Recording::Done,
                false => Recording::Before(Box::new(now)),
            });
        }
        // A yes counts however late it is: what took effect must not be sent again.
        let prevents = state == State::Applied && now.state.may_start();
        if !(prevents || ours && now.state.is_unfinished()) {
            let found = now.state;
            let mut noted = now;
            let late = format!("{}: {why}", late_answer(self.entry.epoch, state));
            noted.note.clone_from(&late);
            // For people. That it is said to the caller is what counts.
            return match self.shared.change(&mut noted, &late).await? {
                true => Ok(Recording::Otherwise(found)),
                false => Ok(Recording::Again),
            };
        }
        let mut next = now;
        next.state = state;
        next.answer = answer.map(<[u8]>::to_vec);
        next.pruned_at = None;
        next.note = why.to_owned();
        Ok(match self.shared.change(&mut next, why).await? {
            true => Recording::Done,
            false => Recording::Again,
        })
    }
}

/// How the note of an answer begins that came when the entry had another end.
pub(crate) fn late_answer(epoch: u32, state: State) -> String {
    format!("the late answer to sending {epoch} says {state}")
}

enum Recording {
    Done,
    /// Somebody else recorded the same end, with an answer of their own.
    Before(Box<Entry>),
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
