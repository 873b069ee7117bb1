use std::{collections::BTreeMap, future::IntoFuture, sync::Arc, time::Duration};

use pay_core::{
    BoxFuture, Error, ErrorKind, Invalid, LostCall, Outcome, Reference, Response, Result,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Account, Entry, EntryKey, Recorded, State, Unfinished,
    answer::{Answer, applied},
    attempt::Attempt,
    digest::{as_written, digest},
    journal::{Shared, millis, place},
};

pub(crate) type SendFn<C, T> = Box<dyn FnOnce(C) -> BoxFuture<'static, Result<Response<T>>> + Send>;

/// A call that is made once: await it. From [`Account::once`].
#[must_use = "nothing happens until it is awaited"]
pub struct Once<C, T> {
    pub(crate) account: Account<C>,
    pub(crate) key: String,
    pub(crate) lost: LostCall,
    pub(crate) also: BTreeMap<String, String>,
    pub(crate) within: Duration,
    pub(crate) send: SendFn<C, T>,
}

impl<C, T> Once<C, T> {
    /// Adds to what makes two requests the same something that the lost call does not hold, such as
    /// a description. Never card data or a one-use token.
    pub fn also(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.also.insert(name.into(), value.into());
        self
    }

    /// How long this call may be under way, as [`Journal::send_within`](crate::Journal::send_within).
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }
}

impl<C, T> IntoFuture for Once<C, T>
where
    C: Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    type Output = Result<Recorded<T>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<C, T> Once<C, T>
where
    C: Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    async fn run(self) -> Result<Recorded<T>> {
        let Self { account, key, lost, also, within, mut send } = self;
        let shared = Arc::clone(&account.journal.shared);
        let key = EntryKey::new(account.key.clone(), lost.operation(), &key)?;
        let written = as_written(&lost, &also)?;
        let digest = digest(&lost, &also)?;
        let patience = shared.clock.monotonic().saturating_add(shared.wait);
        let mut pause = Duration::from_millis(20);
        loop {
            let found = shared.store.entry(&key).await;
            let next = match found.map_err(|cause| unread(cause, &lost))? {
                None => Entry::first(key.clone(), digest.clone(), shared.now()),
                Some(entry) if ![&digest, &written, ""].contains(&&*entry.digest) => {
                    let why = "was used for a different request: the same key needs the same \
                               reference, amount, last four digits and so on";
                    return Err(Invalid::new("key", why).into());
                }
                Some(entry) if entry.state.may_start() => {
                    Entry { digest: digest.clone(), ..again(entry) }
                }
                Some(entry) if entry.state.is_final() => return replay(&shared, &entry),
                // Mistake: what a dead owner left is sent again, where it should be looked for.
                #[cfg(planted)]
                Some(entry)
                    if !entry.is_in_progress(shared.now())
                        && pay_core::planted::is("take-over-sends") =>
                {
                    Entry { epoch: entry.epoch, ..again(entry) }
                }
                Some(entry) if !entry.is_in_progress(shared.now()) => {
                    let entry = account.look(entry).await?;
                    if entry.state.is_final() {
                        return replay(&shared, &entry);
                    }
                    return Err(Unfinished::error(&entry, shared.now()));
                }
                Some(entry) => {
                    let left = patience.saturating_sub(shared.clock.monotonic());
                    if left.is_zero() {
                        return Err(Unfinished::error(&entry, shared.now()));
                    }
                    shared.sleep(pause.min(left)).await;
                    pause = (pause * 2).min(Duration::from_millis(500));
                    continue;
                }
            };
            account.get_ready().await?;
            let next = about_to_be_sent(&shared, next, &lost, within);
            let lost = next.lost_call.clone();
            let task = in_own_task(Arc::clone(&shared), next, within, send, account.client.clone());
            match tokio::spawn(task).await {
                Ok(Sent::Ended(result)) => return *result,
                Ok(Sent::SomebodyWasFaster(unused)) => send = unused,
                Err(error) => {
                    let why = "the call was torn down";
                    // Not the cause itself: it quotes the words of a panic, whatever stands in them.
                    let how =
                        if error.is_panic() { "the call panicked" } else { "it was cancelled" };
                    let how = Error::new(ErrorKind::Timeout, Outcome::Unknown, how);
                    return Err(Error::new(ErrorKind::Timeout, Outcome::Unknown, why)
                        .with_lost_call(lost)
                        .with_source(how));
                }
            }
        }
    }
}

enum Sent<C, T> {
    Ended(Box<Result<Recorded<T>>>),
    SomebodyWasFaster(SendFn<C, T>),
}

/// Records, sends and records again. From the first record on nobody can drop it half-way.
async fn in_own_task<C, T>(
    shared: Arc<Shared>,
    entry: Entry,
    within: Duration,
    send: SendFn<C, T>,
    client: C,
) -> Sent<C, T>
where
    T: Serialize + DeserializeOwned,
{
    let event = shared.event(&entry, "about to be sent");
    let attempt = Attempt::new(Arc::clone(&shared), entry, within);
    let entry = attempt.entry();
    // Mistake: nobody waits for the record before the sending.
    #[cfg(planted)]
    if pay_core::planted::is("late-record") {
        let entry = entry.clone();
        tokio::spawn(async move {
            match entry.revision {
                1 => shared.store.insert(&entry, &event).await,
                _ => shared.store.update(&entry, &event).await,
            }
        });
        return Sent::Ended(Box::new(attempt.run(send, client).await));
    }
    let written = if entry.revision == 1 {
        shared.store.insert(entry, &event).await
    } else {
        shared.store.update(entry, &event).await
    };
    match written {
        Ok(true) => Sent::Ended(Box::new(attempt.run(send, client).await)),
        Ok(false) => Sent::SomebodyWasFaster(send),
        Err(cause) => {
            // It may have been written all the same. Nothing was sent, so the key stays free.
            attempt.take_back().await;
            Sent::Ended(Box::new(Err(unwritten(cause))))
        }
    }
}

fn about_to_be_sent(shared: &Shared, next: Entry, lost: &LostCall, within: Duration) -> Entry {
    let now = shared.now();
    let send_by = millis(now + within.min(LONGEST));
    Entry {
        // A name of its own: nobody takes the record of another call for this one's.
        owner: format!("{}.{}", shared.owner, Reference::random()),
        began_at: now,
        changed_at: now,
        send_by,
        lost_call: Some(lost.clone().between(now, send_by)),
        ..next
    }
}

/// Longer than any provider's call, and short enough to be added to any time.
pub(crate) const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// The next epoch of an entry that may start again.
fn again(entry: Entry) -> Entry {
    Entry {
        revision: entry.revision + 1,
        epoch: entry.epoch.saturating_add(1),
        state: State::Sending,
        answer: None,
        note: String::new(),
        // A tombstone that was re-armed is none any more.
        pruned_at: None,
        ..entry
    }
}

/// The answer that is stored.
pub(crate) fn replay<T: DeserializeOwned>(shared: &Shared, entry: &Entry) -> Result<Recorded<T>> {
    let value = match &entry.answer {
        Some(sealed) => {
            let opened = shared.keys.open(&place(entry), sealed);
            let answer = opened.and_then(|plain| Answer::from_json(&plain)).map_err(|cause| {
                without_answer(entry, ErrorKind::Storage, "the stored answer cannot be read")
                    .with_source(cause)
            })?;
            answer.replay(entry.lost_call.as_ref())?
        }
        None if entry.pruned_at.is_some() => {
            return Err(without_answer(entry, ErrorKind::NoAnswer, "the answer was pruned"));
        }
        None if matches!(entry.state, State::SettledApplied | State::SettledNotApplied) => {
            return Err(without_answer(entry, ErrorKind::NoAnswer, &entry.note));
        }
        None => return Err(without_answer(entry, ErrorKind::NoAnswer, "no answer is stored")),
    };
    Ok(Recorded::new(value, entry.epoch, None))
}

/// What is known of a final entry without its answer.
fn without_answer(entry: &Entry, lack: ErrorKind, why: &str) -> Error {
    let (kind, outcome, what) = match entry.state {
        State::Declined => (ErrorKind::Declined, Outcome::Refused, "it was declined"),
        State::Refused => (ErrorKind::Refused, Outcome::Refused, "it was refused"),
        State::SettledNotApplied => {
            (ErrorKind::Refused, Outcome::Refused, "a person found that it did not take effect")
        }
        State::SettledApplied => (lack, Outcome::Applied, "a person found that it took effect"),
        State::Applied => (lack, Outcome::Applied, "it took effect"),
        _ => (ErrorKind::Storage, Outcome::Unknown, "its state holds no answer"),
    };
    Error::new(kind, outcome, format!("{what}: {why}")).with_lost_call(entry.lost_call.clone())
}

/// The store's error before anything is known of the key.
fn unread(cause: Error, lost: &LostCall) -> Error {
    let message = "the journal could not be read: this call sent nothing, and whether an earlier \
                   one with this key did is not known; ask again";
    Error::new(ErrorKind::Storage, Outcome::Unknown, message)
        .with_lost_call(Some(lost.clone()))
        .with_source(cause)
}

/// The store's error when it was known that nothing had happened, and before anything was sent.
fn unwritten(cause: Error) -> Error {
    let message = "the journal could not be written: nothing was sent";
    Error::new(ErrorKind::Storage, Outcome::NotSent, message).with_source(cause)
}

/// It took effect, and the journal does not know.
pub(crate) fn not_durable(object: Option<bytes::Bytes>, lost: Option<LostCall>) -> Error {
    applied(
        "it took effect, but that could not be recorded: it is not durable, keep the answer yourself",
    )
    .with_object(object)
    .with_lost_call(lost)
}
