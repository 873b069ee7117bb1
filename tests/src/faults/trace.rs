//! What happened, in plain words and numbers: all that the checker knows. No type of a client's.

use serde::Serialize;

/// One schedule, from its first step to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trace {
    pub seed: u64,
    pub quiet: bool,
    pub intents: Vec<Line>,
    /// What the provider says took place, in its order.
    pub effects: Vec<Effect>,
    /// What the provider read, in its order.
    pub requests: Vec<Seen>,
    /// Times (epoch milliseconds) at which all processes died.
    pub crashes: Vec<i64>,
    /// When the database was failing: from, until (epoch milliseconds).
    pub outages: Vec<(i64, i64)>,
    pub tokens: Vec<Tokens>,
    /// Operations whose requests must come so many milliseconds apart.
    pub paces: Vec<(&'static str, i64)>,
    /// Intents that a search must find, at least as candidates, if they took place.
    pub listed: Vec<usize>,
    /// Operations of which any 2xx is an answer.
    pub undescribed: Vec<&'static str>,
    /// Accounts whose refresh token was worth nothing when all was over.
    pub stranded: Vec<String>,
    /// Something waited for what never comes.
    pub hung: bool,
    /// What panicked.
    pub panics: Vec<String>,
}

/// How a provider's tokens work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tokens {
    pub provider: &'static str,
    /// The operations that log in or renew.
    pub logins: &'static [&'static str],
    /// How long (milliseconds) a token serves; 0 where that is not known.
    pub serve_ms: i64,
}

/// One intent, and all that its caller was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    pub intent: usize,
    pub provider: &'static str,
    pub operation: &'static str,
    pub writes: bool,
    /// Intents of one group are one payment: those of one key. Others are alone.
    pub group: String,
    pub journal: bool,
    /// Dollars, if it moves money.
    pub amount: Option<&'static str>,
    /// Kinds of effect that are this intent's, and kinds that are its decline.
    pub done: &'static [&'static str],
    pub declined: &'static [&'static str],
    /// Kinds that take it back later, under the same id.
    pub undone: &'static [&'static str],
    /// Kinds that end it well, under the same id, where `done` is a beginning only.
    pub settled: &'static [&'static str],
    /// It may be told as done because it was so already.
    pub or_already: bool,
    /// The intent whose effect it is about.
    pub of: Option<usize>,
    /// A setting of the sandbox leaves open what some answers mean.
    pub clouded: bool,
    /// Statuses that no document gives a meaning to, as answers to this intent.
    pub unsaid: &'static [u16],
    /// All that is needed to find it again is there: see [`resolve_missed`](super::checker).
    pub can_confirm: bool,
    pub asks: Vec<Ask>,
    pub findings: Vec<Found>,
}

/// A caller asks, and is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ask {
    /// Marks its requests: `intent.ask`.
    pub tag: String,
    pub life: usize,
    pub worker: usize,
    /// Epoch milliseconds.
    pub from: i64,
    pub until: i64,
    pub told: Told,
    /// Asked when all was over.
    pub last: bool,
    /// Asked after a person looked at the ledger, and settled it or allowed another sending.
    pub ruled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Told {
    /// Not there to be told: the process died.
    Crashed,
    /// Gave up.
    Dropped,
    /// There was nothing to do: what it builds on does not exist.
    Skipped,
    Done(Made),
    Failed(Failure),
}

/// What a success named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    pub ids: Vec<String>,
    /// Dollars, as the client read them.
    pub amount: Option<String>,
    /// Told as not decided yet.
    pub pending: bool,
    /// From the journal.
    pub replayed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub outcome: Outcome,
    pub declined: bool,
    /// Another call with this key was still under way.
    pub in_progress: bool,
    /// The journal's own: the store failed.
    pub storage: bool,
    pub text: String,
}

/// The checker's own word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Outcome {
    NotSent,
    Refused,
    Unknown,
    Applied,
}

/// What asking the provider about a lost call gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Asked when all was over: no fault, no lag, nothing late.
    pub last: bool,
    /// Epoch milliseconds.
    pub at: i64,
    pub finding: Finding,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Finding {
    Applied(Made),
    Declined,
    Candidates(usize),
    NotSeen,
    Inconclusive,
    Unsupported,
    Failed(String),
}

/// One effect, from the provider's ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub at: i64,
    pub operation: String,
    pub kind: String,
    pub id: String,
    pub amount: Option<String>,
    /// `intent.ask`, if a caller's request made it.
    pub tag: Option<String>,
}

/// One request that the provider read, or that a fault kept from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub at: i64,
    pub operation: String,
    /// `None` where it was dropped before it had an effect.
    pub status: Option<u16>,
    /// The kind of the fault that changed something.
    pub fault: Option<&'static str>,
    /// With that fault, the effect may have come when nobody waited for it any more.
    pub late: bool,
    /// `intent.ask`.
    pub tag: String,
    pub life: usize,
    pub worker: usize,
}
