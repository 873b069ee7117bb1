use std::{fmt, time::Duration};

use pay_core::{Invalid, LostCall, Reference};
use time::OffsetDateTime;

use crate::State;

/// An account at a provider, in one of its environments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey {
    provider: String,
    environment: String,
    account: String,
}

impl AccountKey {
    /// `environment` tells sandbox from production. `account` is the provider's id of the merchant,
    /// or your own name for it; never a secret.
    pub fn new(
        provider: impl Into<String>,
        environment: impl Into<String>,
        account: impl Into<String>,
    ) -> Self {
        Self { provider: provider.into(), environment: environment.into(), account: account.into() }
    }

    /// The provider, such as `payfirma`.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The environment.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.provider, self.environment, self.account)
    }
}

/// What an entry is found by: the account, the operation, and the caller's own key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey {
    account: AccountKey,
    operation: String,
    key: String,
}

impl EntryKey {
    /// `operation` is the id that the provider crate gives it; `key` names the payment, once and for
    /// all: 1 to 64 characters out of `A-Z a-z 0-9 . _ : -`, and no card number.
    ///
    /// # Errors
    ///
    /// The key is none of these.
    pub fn new(
        account: AccountKey,
        operation: impl Into<String>,
        key: &str,
    ) -> Result<Self, Invalid> {
        // The same alphabet as a reference, and the same care about card numbers.
        Reference::new(key).map_err(|invalid| Invalid::new("key", invalid.rule().to_owned()))?;
        Ok(Self { account, operation: operation.into(), key: key.to_owned() })
    }

    /// As it was stored.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn stored(account: AccountKey, operation: String, key: String) -> Self {
        Self { account, operation, key }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &AccountKey {
        &self.account
    }

    /// The operation, such as `payfirma.transactions.sale`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The caller's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.account, self.operation, self.key)
    }
}

/// One row of the journal. It holds no secret: the answer is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is found by.
    pub key: EntryKey,
    /// Counts every change of the row, from 1. What compare-and-set compares.
    pub revision: u64,
    /// Counts the times that the request was sent or about to be, from 1; 0 if a person
    /// [recorded](crate::Desk::record) it.
    pub epoch: u32,
    /// Where it stands.
    pub state: State,
    /// What was asked for, digested: see [`digest`](crate::digest). Begins with its version. Empty if
    /// that is not known: any request is this one.
    pub digest: String,
    /// Who sends or sent it: the random name of a [`Journal`](crate::Journal), and one of the call.
    pub owner: String,
    /// When this epoch began (UTC).
    pub began_at: OffsetDateTime,
    /// After this (UTC) nothing of this epoch is sent any more.
    pub send_by: OffsetDateTime,
    /// When the state last changed (UTC).
    pub changed_at: OffsetDateTime,
    /// What is needed to find out. `None` once pruned.
    pub lost_call: Option<LostCall>,
    /// The answer, encrypted. `None` where there is none (yet, or no more).
    pub answer: Option<Vec<u8>>,
    /// What is known, in our own words: what a search found, how it failed.
    pub note: String,
    /// When the answer was taken out (UTC): a tombstone remains.
    pub pruned_at: Option<OffsetDateTime>,
}

impl Entry {
    /// The first of a key. Its owner and its times are set when it is sent.
    pub(crate) fn first(key: EntryKey, digest: String, now: OffsetDateTime) -> Self {
        Self {
            key,
            revision: 1,
            epoch: 1,
            state: State::Sending,
            digest,
            owner: String::new(),
            began_at: now,
            send_by: now,
            changed_at: now,
            lost_call: None,
            answer: None,
            note: String::new(),
            pruned_at: None,
        }
    }

    /// Whether whoever sends it may still be at it.
    ///
    /// Not if it began a quarter of an hour or more from now: then a clock was wrong, and nobody
    /// could look for it or settle it until that time comes.
    #[must_use]
    pub fn is_in_progress(&self, now: OffsetDateTime) -> bool {
        let clocks_differ_by = self.began_at - now;
        self.state == State::Sending && now < self.send_by && clocks_differ_by < CLOCKS_DIFFER_BY
    }
}

/// As far as the clocks of hosts may differ.
const CLOCKS_DIFFER_BY: Duration = Duration::from_secs(15 * 60);

/// A change of an entry, kept for ever: who did what, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When (UTC).
    pub at: OffsetDateTime,
    /// Which epoch.
    pub epoch: u32,
    /// The state that was entered, or that stayed.
    pub state: State,
    /// Who: a journal's name, or the person that settled or re-armed.
    pub by: String,
    /// Why.
    pub why: String,
}
