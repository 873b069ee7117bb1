//! What one schedule does, as data: it can be printed, cut down, and run again.

use serde::{Deserialize, Deserializer, Serialize};

/// Everything that is drawn before anything runs. Whatever is taken out leaves a schedule that
/// still runs: that is how a failing one is shrunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Also the seed of ids, jitter and turns while it runs.
    pub seed: u64,
    /// Nothing goes wrong, so everything must succeed.
    pub quiet: bool,
    /// How many processes share the store, each with clients of its own.
    pub workers: usize,
    /// Whether requests come up for air on their way a random number of times.
    pub hops: bool,
    /// Payfirma works by a merchant's consent, with refresh tokens that are used once.
    pub rotating: bool,
    /// The sandbox's switches: a name and a setting.
    pub switches: Vec<(String, String)>,
    /// The sandbox's fault rules, as text.
    pub faults: Vec<String>,
    /// One for each life of the processes, until there is no more.
    pub crashes: Vec<Crash>,
    pub steps: Vec<Step>,
}

/// All processes die at this step, counted over the awaits of a life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crash {
    pub step: u64,
    /// Whether a write that is under way reaches the disk all the same.
    pub arrives: bool,
}

/// One after the other; an intent does not wait for those before it unless it says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Step {
    Ask(Intent),
    /// The database fails from here on: `gone`, `full`, `answers-lost`; or it is well again.
    Database(Option<&'static str>),
    /// Somebody refunds in the provider's portal what this intent made.
    Portal {
        provider: &'static str,
        of: usize,
        amount: &'static str,
    },
    /// Time passes, in milliseconds.
    Pass(u64),
}

/// What a caller wants done, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Intent {
    /// Names it in the trace, whatever is taken out of the schedule. 100 more is the same request,
    /// asked again under the same key.
    pub id: usize,
    pub provider: &'static str,
    pub action: Action,
    /// What it builds on: the sale to refund, the authorization to capture.
    pub of: Option<usize>,
    /// Dollars.
    pub amount: &'static str,
    /// The caller's own name for it, where it has one.
    pub reference: Option<String>,
    /// By the journal, under this key. Two intents of one key are the same request.
    pub key: Option<String>,
    /// Which of the processes asks.
    pub worker: usize,
    /// Begins when all before it have ended.
    pub waits: bool,
    /// Its caller gives up after so many polls.
    pub dropped_after: Option<u32>,
}

/// What can be wanted of some provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Action {
    Sale,
    /// By a token that a script in the payer's browser made of a card.
    TokenSale,
    StoredSale,
    /// By one of a customer's stored cards, which the caller names.
    ChosenSale,
    Authorize,
    StoredAuthorize,
    ChosenAuthorize,
    Capture,
    Refund,
    Void,
    /// A card terminal is asked for a sale.
    Terminal,
    TerminalStoredSale,
    TerminalAuthorize,
    TerminalCapture,
    TerminalRefund,
    /// Somebody is asked for a transfer.
    Transfer,
    /// To a bank account of one's own.
    Deposit,
    /// To somebody else.
    Send,
    /// A payment that the payer completes on a page of the provider's.
    Checkout,
    /// A payment at one provider behind a gateway, past its page.
    Direct,
    Payout,
    Approve,
    Reject,
    Board,
    /// What a settled batch is made of.
    Batch,
    Customer,
    /// One is stored with a customer.
    Card,
    Plan,
    Subscription,
    Invoice,
    Draft,
    /// An invoice is sent to the address in the body.
    Mail,
    /// An invoice is sent to the address in the path.
    MailTo,
    List,
    Get,
}

impl Schedule {
    pub fn intents(&self) -> impl Iterator<Item = &Intent> {
        self.steps.iter().filter_map(|step| match step {
            Step::Ask(intent) => Some(intent),
            _ => None,
        })
    }

    pub fn setting(&self, switch: &str) -> Option<&str> {
        let set = self.switches.iter().rev().find(|(name, _)| name == switch);
        set.map(|(_, setting)| setting.as_str())
    }
}

/// What is drawn comes from tables; what is read from a file is kept for ever instead. It is little.
fn kept(text: String) -> &'static str {
    text.leak()
}

#[derive(Deserialize)]
enum WrittenStep {
    Ask(Intent),
    Database(Option<String>),
    Portal { provider: String, of: usize, amount: String },
    Pass(u64),
}

// By hand: by what serde derives, what is read would have to live for ever.
impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        WrittenStep::deserialize(from).map(Self::from)
    }
}

impl From<WrittenStep> for Step {
    fn from(written: WrittenStep) -> Self {
        match written {
            WrittenStep::Ask(intent) => Self::Ask(intent),
            WrittenStep::Database(down) => Self::Database(down.map(kept)),
            WrittenStep::Portal { provider, of, amount } => {
                Self::Portal { provider: kept(provider), of, amount: kept(amount) }
            }
            WrittenStep::Pass(millis) => Self::Pass(millis),
        }
    }
}

#[derive(Deserialize)]
struct WrittenIntent {
    id: usize,
    provider: String,
    action: Action,
    of: Option<usize>,
    amount: String,
    reference: Option<String>,
    key: Option<String>,
    worker: usize,
    waits: bool,
    dropped_after: Option<u32>,
}

// By hand: by what serde derives, what is read would have to live for ever.
impl<'de> Deserialize<'de> for Intent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        WrittenIntent::deserialize(from).map(Self::from)
    }
}

impl From<WrittenIntent> for Intent {
    fn from(written: WrittenIntent) -> Self {
        let WrittenIntent { id, provider, action, of, amount, .. } = written;
        let WrittenIntent { reference, key, worker, waits, dropped_after, .. } = written;
        Self {
            id,
            provider: kept(provider),
            action,
            of,
            amount: kept(amount),
            reference,
            key,
            worker,
            waits,
            dropped_after,
        }
    }
}
