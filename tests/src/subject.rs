//! A provider as the scenarios see it: a client, a read, a list, a write that moves money, and the
//! replies to them.

use pay_core::{Amount, BoxFuture, Connection, Error, LostCall, Meta};

use crate::server::{Reply, Seen};

/// What the scenarios need to know of a provider.
pub trait Subject: Copy + Send + Sync + 'static {
    /// The provider's client.
    type Client: Clone + std::fmt::Debug + Send + Sync + 'static;

    /// A client that logs in with [`CLIENT_SECRET`].
    fn client(self, base_urls: &BaseUrls, connection: Connection) -> Result<Self::Client, Error>;

    /// Whether a request is a login.
    fn is_login(self, request: &Seen) -> bool;

    /// What a login answers: this token, good for so many seconds.
    fn login_reply(self, token: &str, seconds: u64) -> Reply;

    /// What a login answers to wrong credentials.
    fn login_refused(self) -> Reply;

    /// Reads one thing.
    fn read(self, client: &Self::Client, id: &str) -> Told;

    /// Lists things, one page.
    fn list(self, client: &Self::Client) -> Told;

    /// Takes money from [`CARD_NUMBER`] with [`CVV`]: a write that must not happen twice.
    fn write(self, client: &Self::Client, amount: Amount) -> Told;

    /// Whether a lost write can be looked for: by its amount and its reference, where it has them.
    fn knows(self, lost: &LostCall, amount: Amount) -> bool {
        lost.amount() == Some(amount) && lost.reference().is_some()
    }

    /// A whole answer to [`read`](Self::read).
    fn read_reply(self, id: &str) -> Reply;

    /// A whole answer to [`list`](Self::list).
    fn list_reply(self) -> Reply;

    /// A whole answer to [`write`](Self::write): it took effect.
    fn write_reply(self, amount: &str) -> Reply;

    /// Answers that leave out all that may be absent: to a read, a list and a write.
    fn sparse_replies(self, id: &str) -> [Reply; 3];

    /// Answers with fields and enum values that nobody has heard of: to a read, a list and a write.
    /// The verdict of the write is known.
    fn strange_replies(self, id: &str, amount: &str) -> [Reply; 3];

    /// 2xx answers to a read whose JSON has not the right types.
    fn misshapen_reads(self) -> Vec<String>;

    /// 2xx answers to a write that do not say, in a known way, how it ended.
    fn unclear_writes(self, amount: &str) -> Vec<String>;

    /// Each shape of a decline of a write, with its name.
    fn declines(self, amount: &str) -> Vec<(&'static str, Reply)>;

    /// The amount of the object that is attached to an error of a write.
    fn attached_amount(self, error: &Error) -> Option<Amount>;

    /// Makes an error body of a text.
    fn error_body(self, text: &str) -> String;

    /// What must never be shown, beside what is common to all: encoded forms of the credentials.
    fn more_secrets(self) -> Vec<String>;
}

/// Where a client finds the provider's hosts.
#[derive(Clone, Debug)]
pub struct BaseUrls {
    pub auth: String,
    pub gateway: String,
}

/// What a call gave.
pub type Told = BoxFuture<'static, Result<Answered, Error>>;

/// A call that went well.
#[derive(Debug)]
pub struct Answered {
    /// The value by its `Debug`.
    pub debug: String,
    /// Its amount, where it has one.
    pub amount: Option<Amount>,
    pub meta: Meta,
}

/// The client's secret in every scenario.
pub const CLIENT_SECRET: &str = "s3cr3t-0f-the-c0ntract";
/// What every access token begins with.
pub const TOKEN: &str = "t0ken-0f-the-c0ntract";
/// A card number of the provider's own documents.
pub const CARD_NUMBER: &str = "4242424242424242";
/// Four digits that nothing else in a run prints.
pub const CVV: &str = "9173";

/// What must never be shown, for any provider.
pub fn common_secrets() -> Vec<String> {
    let spaced = |separator: &str| {
        let groups: Vec<_> =
            CARD_NUMBER.as_bytes().chunks(4).map(|group| str::from_utf8(group).unwrap()).collect();
        groups.join(separator)
    };
    let mut secrets = vec![spaced(""), spaced(" "), spaced("-")];
    secrets.extend([CLIENT_SECRET, TOKEN, CVV].map(str::to_owned));
    secrets
}
