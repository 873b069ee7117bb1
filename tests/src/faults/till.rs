//! One process's client of one provider, with and without the journal: where a call is made, and
//! where what it gave is written down in plain words.

use pay_core::{BoxFuture, Error, LostCall, Resolution, Response, Result};
use pay_store::{Account, Entry, Recorded, Unfinished};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    schedule::Intent,
    trace::{Failure, Finding, Made, Outcome, Told},
    wire::tagged,
};

/// A client, and its account in the journal.
#[derive(Clone)]
pub struct Till<C> {
    pub client: C,
    pub account: Account<C>,
}

/// A call that is about to be made.
pub struct Call {
    /// What its caller keeps before it is made; `None` for a read.
    pub lost: Option<LostCall>,
    pub work: BoxFuture<'static, Told>,
}

impl<C: Clone + Send + Sync + 'static> Till<C> {
    /// A write, under the intent's key if it has one. `send` is what a user would write.
    pub fn write<T, S, F>(
        &self,
        intent: &Intent,
        tag: &str,
        lost: LostCall,
        send: S,
        made: impl Fn(&T) -> Made + Send + 'static,
    ) -> Call
    where
        S: FnOnce(C) -> F + Send + 'static,
        F: Future<Output = Result<Response<T>>> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let tag = tag.to_owned();
        let work: BoxFuture<'static, Told> = match &intent.key {
            None => {
                let client = self.client.clone();
                Box::pin(async move { told(tagged(tag, send(client)).await, made) })
            }
            Some(key) => {
                // The journal sends in a task of its own, which has no tag but this.
                let inner = tag.clone();
                let once =
                    self.account.once(key, lost.clone(), move |client| tagged(inner, send(client)));
                Box::pin(async move { recorded(tagged(tag, once.into_future()).await, made) })
            }
        };
        Call { lost: Some(lost), work }
    }

    /// A read.
    pub fn read<T, S, F>(&self, tag: &str, send: S) -> Call
    where
        S: FnOnce(C) -> F + Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let (tag, client) = (tag.to_owned(), self.client.clone());
        let work = async move {
            match tagged(tag, send(client)).await {
                Ok(_) => Told::Done(Made::default()),
                Err(error) => Told::Failed(failure(&error)),
            }
        };
        Call { lost: None, work: Box::pin(work) }
    }

    /// Walks through what has no end in the journal.
    pub fn recover(&self) -> BoxFuture<'static, Result<Vec<Entry>>> {
        let account = self.account.clone();
        Box::pin(async move { tagged("recover".to_owned(), account.recover()).await })
    }
}

fn told<T>(result: Result<Response<T>>, made: impl Fn(&T) -> Made) -> Told {
    match result {
        Ok(response) => Told::Done(made(&response)),
        Err(error) => Told::Failed(failure(&error)),
    }
}

fn recorded<T>(result: Result<Recorded<T>>, made: impl Fn(&T) -> Made) -> Told {
    match result {
        Ok(answer) => Told::Done(Made { replayed: answer.is_replayed(), ..made(&answer) }),
        Err(error) => Told::Failed(failure(&error)),
    }
}

fn failure(error: &Error) -> Failure {
    Failure {
        outcome: match error.outcome() {
            pay_core::Outcome::NotSent => Outcome::NotSent,
            pay_core::Outcome::Refused => Outcome::Refused,
            pay_core::Outcome::Applied => Outcome::Applied,
            _ => Outcome::Unknown,
        },
        declined: error.is_declined(),
        in_progress: Unfinished::of(error).is_some_and(Unfinished::is_in_progress),
        storage: error.kind() == pay_core::ErrorKind::Storage,
        text: error.to_string(),
    }
}

/// What asking about a lost call gave, in plain words.
pub fn finding<T>(result: Result<Resolution<T>>, made: impl Fn(&T) -> Made) -> Finding {
    match result {
        Ok(Resolution::Confirmed(pay_core::Confirmed::Applied(found))) => {
            Finding::Applied(made(&found))
        }
        Ok(Resolution::Confirmed(pay_core::Confirmed::Declined(_))) => Finding::Declined,
        Ok(Resolution::Candidates(similar)) => Finding::Candidates(similar.len()),
        Ok(Resolution::NotSeen { .. }) => Finding::NotSeen,
        Ok(Resolution::Unsupported) => Finding::Unsupported,
        Ok(_) => Finding::Inconclusive,
        Err(error) => Finding::Failed(error.to_string()),
    }
}
