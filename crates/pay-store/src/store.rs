//! What the journal, the tokens and the pace stand on.

use std::fmt;

use pay_core::{BoxFuture, Result, TokenKey};
use time::OffsetDateTime;

use crate::{AccountKey, Entry, EntryKey, Event, State};

/// Where rows live. Three tables: the journal with its history, tokens, pace.
///
/// Every write is one step (all or nothing), compares before it sets, and **is durable when it
/// returns**: a store that answers before the bytes are on the disk breaks the promise of the whole
/// crate. An error means that nobody knows whether it was written. Times are exact to the
/// millisecond. Errors are of the kind [`Storage`](pay_core::ErrorKind::Storage).
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Reads an entry.
    fn entry<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Option<Entry>>>;

    /// Adds an entry, which has the revision 1, with its first event. `false` if there is one of
    /// this key.
    fn insert<'a>(&'a self, entry: &'a Entry, event: &'a Event) -> BoxFuture<'a, Result<bool>>;

    /// Replaces the entry if the stored one has the revision before `entry.revision`, and adds the
    /// event. `false` if it has another one, or is not there.
    fn update<'a>(&'a self, entry: &'a Entry, event: &'a Event) -> BoxFuture<'a, Result<bool>>;

    /// The entries that a query asks for, the longest unchanged first.
    fn entries<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Entry>>>;

    /// What happened to an entry, in order.
    fn history<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Vec<Event>>>;

    /// Reads an account's tokens.
    fn token<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenRow>>>;

    /// Writes an account's tokens if the stored row has the revision before `row.revision`; 1 means
    /// that there is none yet. `false` otherwise.
    fn put_token<'a>(&'a self, key: &'a TokenKey, row: &'a TokenRow)
    -> BoxFuture<'a, Result<bool>>;

    /// Reads a lane.
    fn lane<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<LaneRow>>>;

    /// Writes a lane if the stored row has the revision before `row.revision`; 1 means that there is
    /// none yet. `false` otherwise. Need not be durable: a lost turn comes too early at worst once.
    fn put_lane<'a>(&'a self, key: &'a str, row: &'a LaneRow) -> BoxFuture<'a, Result<bool>>;
}

/// An account's tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenRow {
    /// Counts every change of the row, from 1.
    pub revision: u64,
    /// Counts the pairs, so that a late one is told from a new one.
    pub generation: u64,
    /// The pair, encrypted.
    pub pair: Option<Vec<u8>>,
    /// Whether an exchange was begun whose end nobody recorded.
    pub begun: bool,
    /// Who holds the lease: a random name.
    pub lease: Option<String>,
    /// Until when (UTC), if its holder does not give it back.
    pub lease_until: Option<OffsetDateTime>,
}

/// Whose turn it is in a lane of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneRow {
    /// Counts every change of the row, from 1.
    pub revision: u64,
    /// From when on (UTC) the next call may go.
    pub free_from: OffsetDateTime,
}

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// Of this account only.
    pub account: Option<AccountKey>,
    /// With this key only, whatever the operation.
    pub key: Option<String>,
    /// In one of these states only; in any if empty.
    pub states: Vec<State>,
    /// Unchanged since before this time (UTC) only.
    pub changed_before: Option<OffsetDateTime>,
    /// Without tombstones.
    pub not_pruned: bool,
    /// How many at most.
    pub limit: Option<u32>,
}

impl Query {
    /// All entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Those that somebody has to look at.
    #[must_use]
    pub fn unfinished() -> Self {
        Self::new().states(State::UNFINISHED)
    }

    /// Of this account only.
    #[must_use]
    pub fn account(mut self, account: AccountKey) -> Self {
        self.account = Some(account);
        self
    }

    /// With this key only, whatever the operation.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// In one of these states only.
    #[must_use]
    pub fn states(mut self, states: impl IntoIterator<Item = State>) -> Self {
        self.states = states.into_iter().collect();
        self
    }

    /// Unchanged since before this time (UTC) only.
    #[must_use]
    pub fn changed_before(mut self, at: OffsetDateTime) -> Self {
        self.changed_before = Some(at);
        self
    }

    /// Without tombstones.
    #[must_use]
    pub fn not_pruned(mut self) -> Self {
        self.not_pruned = true;
        self
    }

    /// How many at most.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Whether it asks for this entry.
    #[must_use]
    pub fn matches(&self, entry: &Entry) -> bool {
        self.account.as_ref().is_none_or(|account| account == entry.key.account())
            && self.key.as_ref().is_none_or(|key| key == entry.key.key())
            && (self.states.is_empty() || self.states.contains(&entry.state))
            && self.changed_before.is_none_or(|at| entry.changed_at < at)
            && !(self.not_pruned && entry.pruned_at.is_some())
    }
}
