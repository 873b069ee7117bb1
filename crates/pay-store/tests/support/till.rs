//! A provider in memory that does what it is told, and counts what it did.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use pay_core::{
    Confirmed, Error, ErrorKind, LostCall, ManualClock, Outcome, Reference, Resolution, Response,
    Result,
};
use pay_store::{
    Account, AccountKey, Decision, EntryKey, Journal, Keyring, SimulationStore, Store,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What the till does with a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    Applies,
    Declines,
    /// It took effect and the answer is lost.
    AppliesSilently,
    /// It was declined and the answer is lost.
    DeclinesSilently,
    /// It did not take effect, and the answer is lost.
    IsLost,
    IsNotSent,
    RefusesForNow,
    Refuses,
    /// It took effect, and the answer says something else.
    Contradicts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub number: usize,
    pub reference: String,
    pub declined: bool,
}

#[derive(Clone, Default)]
pub struct Till {
    inner: Arc<Mutex<Inner>>,
    /// Where this process may die while it talks to the till.
    machine: Option<SimulationStore>,
}

#[derive(Default)]
struct Inner {
    plan: VecDeque<Does>,
    requests: usize,
    searches: usize,
    receipts: Vec<Receipt>,
    hides: bool,
}

impl Till {
    pub fn new() -> Self {
        Self::default()
    }

    /// What it does next; it applies what it has no plan for.
    pub fn plan(&self, does: impl IntoIterator<Item = Does>) {
        self.inner.lock().unwrap().plan.extend(does);
    }

    /// The same till, seen by a process that may die.
    pub fn on(&self, machine: &SimulationStore) -> Self {
        Self { inner: Arc::clone(&self.inner), machine: Some(machine.clone()) }
    }

    /// Its records cannot be searched, or can again.
    pub fn hide(&self, hides: bool) {
        self.inner.lock().unwrap().hides = hides;
    }

    pub fn requests(&self) -> usize {
        self.inner.lock().unwrap().requests
    }

    pub fn searches(&self) -> usize {
        self.inner.lock().unwrap().searches
    }

    pub fn effects(&self) -> usize {
        let inner = self.inner.lock().unwrap();
        inner.receipts.iter().filter(|receipt| !receipt.declined).count()
    }

    pub fn effects_of(&self, reference: &str) -> usize {
        let inner = self.inner.lock().unwrap();
        let ours = |receipt: &&Receipt| !receipt.declined && receipt.reference == reference;
        inner.receipts.iter().filter(ours).count()
    }

    pub async fn pay(&self, reference: &str) -> Result<Response<Receipt>> {
        self.step().await;
        let (does, receipt) = self.act(reference);
        self.step().await;
        let error = |kind, outcome| Err(Error::new(kind, outcome, "as planned"));
        match does {
            Does::Applies => Ok(Response::of(receipt)),
            Does::Declines => {
                Err(Error::declined("no funds", serde_json::to_vec(&receipt).unwrap()))
            }
            Does::AppliesSilently | Does::DeclinesSilently | Does::IsLost => {
                error(ErrorKind::Timeout, Outcome::Unknown)
            }
            Does::IsNotSent => error(ErrorKind::Transport, Outcome::NotSent),
            Does::RefusesForNow => error(ErrorKind::RateLimited, Outcome::Refused),
            Does::Refuses => error(ErrorKind::Refused, Outcome::Refused),
            Does::Contradicts => {
                Err(Error::new(ErrorKind::Contradiction, Outcome::Applied, "another amount")
                    .with_object(Some(serde_json::to_vec(&receipt).unwrap().into())))
            }
        }
    }

    fn act(&self, reference: &str) -> (Does, Receipt) {
        let mut inner = self.inner.lock().unwrap();
        inner.requests += 1;
        let does = inner.plan.pop_front().unwrap_or(Does::Applies);
        let receipt = Receipt {
            number: inner.requests,
            reference: reference.to_owned(),
            declined: matches!(does, Does::Declines | Does::DeclinesSilently),
        };
        if matches!(
            does,
            Does::Applies
                | Does::AppliesSilently
                | Does::Contradicts
                | Does::Declines
                | Does::DeclinesSilently
        ) {
            inner.receipts.push(receipt.clone());
        }
        (does, receipt)
    }

    pub async fn resolve(&self, lost: &LostCall) -> Result<Resolution<Receipt>> {
        self.step().await;
        let mut inner = self.inner.lock().unwrap();
        inner.searches += 1;
        if inner.hides {
            return Ok(Resolution::Unsupported);
        }
        let ours = |receipt: &&Receipt| {
            lost.reference().is_some_and(|reference| reference.as_str() == receipt.reference)
        };
        let mut found: Vec<_> = inner.receipts.iter().filter(ours).cloned().collect();
        Ok(match (found.len(), found.pop()) {
            (1, Some(receipt)) if receipt.declined => {
                Resolution::Confirmed(Confirmed::Declined(receipt))
            }
            (1, Some(receipt)) => Resolution::Confirmed(Confirmed::Applied(receipt)),
            (0, _) => Resolution::NotSeen { searched_until: OffsetDateTime::UNIX_EPOCH },
            (_, last) => Resolution::Candidates(found.into_iter().chain(last).collect()),
        })
    }

    async fn step(&self) {
        match &self.machine {
            Some(machine) => machine.step().await,
            None => tokio::task::yield_now().await,
        }
    }
}

pub fn keys() -> Keyring {
    Keyring::new("test", [7; 32]).unwrap()
}

pub fn account_key() -> AccountKey {
    AccountKey::new("till", "test", "shop")
}

pub fn account(journal: &Journal, till: &Till) -> Account<Till> {
    journal.account(
        account_key(),
        till.clone(),
        |till, lost| async move { till.resolve(&lost).await },
    )
}

pub fn lost(reference: &str) -> LostCall {
    LostCall::new("till.pay", OffsetDateTime::UNIX_EPOCH)
        .with_reference(Some(Reference::new(reference).unwrap()))
        .with_amount("10.99".parse().unwrap())
}

/// Pays under a key, with the key as the reference.
pub async fn pay(account: &Account<Till>, key: &str) -> Result<pay_store::Recorded<Receipt>> {
    let reference = key.to_owned();
    account.once(key, lost(key), |till| async move { till.pay(&reference).await }).await
}

/// When the tests begin.
pub fn start() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

/// A clock on which pauses pass at once and long timers stay armed.
pub fn clock() -> ManualClock {
    ManualClock::auto_up_to(start(), Duration::from_secs(1))
}

pub fn journal(store: impl Store, clock: &ManualClock) -> Journal {
    Journal::new(store, keys()).clock(Arc::new(clock.clone()))
}

pub fn key(text: &str) -> EntryKey {
    EntryKey::new(account_key(), "till.pay", text).unwrap()
}

pub fn because() -> Decision {
    Decision::new("ada", "looked in the portal").unwrap()
}
