//! What a worker and its parent say to each other: one line of JSON each, over the worker's stdin and
//! stdout. Plain data, nothing of the client's.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Point;

/// The first line that a worker reads. It may hold a password, so it stands in no argument.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Setup {
    /// The worker's own name, with which it tags its requests.
    pub(super) name: String,
    pub(super) store: StoreAt,
    pub(super) merchant: String,
    pub(super) auth_url: String,
    pub(super) gateway_url: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) cashier_url: String,
    pub(super) cashier_key: String,
    pub(super) cashier_provider: u64,
    /// Whether the login is done before the payment is recorded.
    pub(super) ready: bool,
    pub(super) clocks: Clocks,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum StoreAt {
    Sqlite(PathBuf),
    Postgres(String),
}

/// How far a worker's clocks are ahead of the machine's, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Clocks {
    /// The journal's and the clients'.
    pub(super) ahead: i64,
    /// The one that leases end by.
    pub(super) leases: i64,
}

/// What a worker is told to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Order {
    /// Pay once under this key.
    Ask(Ask),
    /// Look for what has no end.
    Recover,
    /// Store the tokens of a new consent.
    Consent { code: String },
    /// Stop at the nth time from now on.
    Stop { point: Point, nth: u32 },
    /// The time has moved.
    Clocks(Clocks),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Ask {
    /// Counts over all workers of a round.
    pub(super) call: u64,
    pub(super) payment: Payment,
}

/// What is to be paid under a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payment {
    pub(super) key: String,
    pub(super) provider: Provider,
    /// Odd dollars are approved, even ones declined.
    pub(super) dollars: u32,
}

impl Payment {
    pub(super) fn is_approved(&self) -> bool {
        self.dollars % 2 == 1
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Provider {
    Payfirma,
    Cashier,
}

impl Provider {
    pub(super) fn operation(self) -> &'static str {
        match self {
            Self::Payfirma => "payfirma.transactions.sale",
            Self::Cashier => "cashier.payments.s2s",
        }
    }
}

/// What a worker says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Line {
    /// The store is open.
    Up,
    /// It passes a point, or stops at it.
    At {
        point: Point,
        stopped: bool,
        /// The lease that is about to be taken, or the journal that is about to send.
        name: Option<String>,
    },
    Told(Told),
    /// What `recover()` gave: keys with their states, or why it failed.
    Recovered(Result<Vec<(String, String)>, String>),
    Consented(Result<(), String>),
}

/// What the caller of a payment was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) call: u64,
    pub(super) key: String,
    pub(super) word: Word,
    /// What the provider calls it, if it is paid.
    pub(super) id: Option<String>,
    /// Whether this very call sent it.
    pub(super) sent_now: bool,
    /// Whether the merchant has to consent again.
    pub(super) reauthorize: bool,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    Ok,
    Declined,
    /// Refused, and not by a decline.
    Refused,
    NotSent,
    Unknown,
    /// It took effect, with an error about it.
    Applied,
}

/// The mark of a request, in its header `x-sandbox-tag`: it comes back in the ledger alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) epoch: u32,
    pub(super) worker: String,
    pub(super) call: u64,
}

impl Tag {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let mut next = || parts.next();
        let (key, epoch, worker, call) = (next()?, next()?, next()?, next()?);
        Some(Self {
            key: key.to_owned(),
            epoch: epoch.parse().ok()?,
            worker: worker.to_owned(),
            call: call.parse().ok()?,
        })
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key, epoch, worker, call } = self;
        write!(f, "{key}/{epoch}/{worker}/{call}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_back() {
        let tag = Tag { key: "r1-2".to_owned(), epoch: 3, worker: "r1.w0".to_owned(), call: 17 };
        assert_eq!(Tag::parse(&tag.to_string()), Some(tag));
        assert_eq!(Tag::parse("r1.w0"), None);
    }
}
