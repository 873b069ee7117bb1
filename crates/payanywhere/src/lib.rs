//! Client for [North](https://developer.north.com)'s Payanywhere proxy: the Business Reporting API
//! (transactions, refunds, voids), the Invoicing API, charges by the browser SDK's tokens, and
//! notifications of card terminals.
//!
//! ```
//! # async fn example() -> payanywhere::Result<()> {
//! use payanywhere::{Client, Environment, Outcome, Reference, Refund};
//!
//! let client = Client::builder(Environment::sandbox())
//!     .mid("1234567890123")
//!     .developer_key("the key that North gave you")
//!     .password("the password from Payments Hub")
//!     .app_source("pa_isv_1234567890abc")
//!     .build()?;
//!
//! let sale = "ccs_15218".parse()?;
//! let reference = Reference::new("refund-1042")?;
//! let refund = Refund::new(sale, "2.00".parse()?, "clerk@example.com".parse()?, reference);
//! match client.transactions().refund(&refund).await {
//!     Ok(refunded) => println!("refunded: number {:?}", refunded.refund_id),
//!     Err(error) if error.is_declined() => println!("declined: {}", error.message()),
//!     Err(error) if error.outcome() == Outcome::Unknown => {
//!         // It may have been refunded: find out, do not send it again.
//!         if let Some(lost) = error.lost_call() {
//!             println!("{:?}", client.resolve(lost).await?);
//!         }
//!     }
//!     Err(error) => println!("not refunded: {error}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The client logs in by itself, with its first call. A token lasts 40 minutes; it is refreshed
//! while it is valid, and after that the client logs in anew. Wrong credentials, which North tells by
//! HTTP 404, are `is_unauthorized()` and remembered, so that no call knocks again. The account's id,
//! which paths need, comes with the login: see [`Client::account_id`]. [`Client::log_out`] ends the
//! token.
//!
//! Amounts are in dollars with at most two decimals. North wants them as text in transactions and as
//! numbers in invoices; that is done here.
//!
//! # What no source says
//!
//! Most of North's specification could not be read. Nothing of this is guessed; where it matters,
//! the caller can say it:
//!
//! | unknown | here |
//! |---|---|
//! | what a charge by token answers | read as a refund's answer, else an error of unknown outcome; [`Iframe::charge_judged`] |
//! | what a terminal's notification takes, but its type, and what it answers | [`Notification::extra`], [`Notified`] |
//! | which id goes into the path of a transaction | [`ClientBuilder::transaction_path`] |
//! | the field for a cash sale's number in a refund | [`Refund::number_field`] |
//! | the time zone of list filters, the list's pages and limit | [`PlainTime`]; shorter times |
//! | the form of an invoice's due date, the unit of its tax rate | sent as given |
//! | reading and cancelling invoices, deposits, webhooks | not here; [`Client::raw`] calls any path |
//! | what 403, 404, 409, 422 and 429 mean for a write | it may have happened: the outcome is unknown |

mod auth;
mod client;
mod comment;
mod dollars;
mod environment;
mod error;
mod ids;
mod iframe;
mod invoices;
mod iso_time;
pub mod operations;
mod resolve;
mod status_code;
mod terminal;
mod transactions;

pub use http::Method;
pub use pay_core::{
    Amount, CallOptions, Confirmed, Connection, Date, Email, Error, ErrorKind, Extra, FieldError,
    Invalid, LostCall, Meta, Outcome, Reference, Resolution, Response, Result, RetryPolicy, Secret,
    Timeouts,
    provider::{Effect, RawCall},
};

pub use self::{
    auth::{LogOut, PayAnywhere},
    client::{Client, ClientBuilder},
    environment::Environment,
    ids::{AccountId, BatchId, Mid},
    iframe::{ChargeVerdict, Charged, Iframe, IframeCharge, IframeToken},
    invoices::{Invoice, InvoiceCustomer, Invoices, NewInvoice},
    terminal::{Notification, NotificationType, Notified, Terminal, TerminalReply},
    transactions::{
        BatchState, PlainTime, Refund, Reversal, Transaction, TransactionFilter, TransactionPath,
        TransactionType, TransactionUniqId, Transactions, UniqIdPrefix, Void,
    },
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
