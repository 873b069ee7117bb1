//! Client for Merrco Payfirma (PayHQ; since 2025 KORT Payments): charge and hold cards, keep
//! customers and their cards, subscribe them to plans, refund, invoice, move money by EFT.
//!
//! ```no_run
//! use payfirma::{Card, Client, Currency, Environment, Outcome, Reference, Sale};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder(Environment::sandbox())
//!     .client_credentials("client id", "client secret")
//!     .build()?;
//!
//! let card = Card::new("4111 1111 1111 1111".parse()?, "11/30".parse()?, "595".parse()?);
//! let sale = Sale::new("10.99".parse()?, card, Reference::new("order-1042")?)
//!     .currency(Currency::CAD);
//!
//! match client.transactions().sale(&sale).await {
//!     Ok(sale) => println!("charged: number {}", sale.id),
//!     Err(error) if error.is_declined() => println!("declined: {}", error.message()),
//!     Err(error) if error.outcome() == Outcome::Unknown => {
//!         // It may have been charged. Do not send it again: find out.
//!         let lost = error.lost_call().ok_or("a write always has one")?;
//!         println!("unknown: {:?}", client.resolve(lost).await?);
//!     }
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | to | begin at |
//! |---|---|
//! | charge, hold, capture, refund, find | [`Client::transactions`] |
//! | keep customers, cards, subscriptions, plans | [`Client::customers`], [`cards`](Client::cards), [`subscriptions`](Client::subscriptions), [`plans`](Client::plans) |
//! | charge at a card terminal | [`Client::terminal`] |
//! | move money between bank accounts | [`Client::eft`] |
//! | send invoices | [`Client::invoices`] |
//! | have the payer pay on Payfirma's page | [`Client::hosted_page`] |
//! | act for many merchants | [`Partner`] |
//! | find out about a lost reply | [`Client::resolve`] |
//! | call what is missing here | [`Client::raw`] |
//!
//! Every operation is a row of [`operations::ALL`], which says where it goes and how that is known.
//! The provider's documents are cut short and contradict each other; each row and each method says
//! what was chosen.
//!
//! **Logs.** Each call is a [`tracing`](https://docs.rs/tracing) span `pay.call` of the level INFO,
//! each attempt a span `pay.attempt` of the level DEBUG, both with the target
//! `pay_core::provider::trace`. Their fields have OpenTelemetry's names and hold no secret, no
//! address with values in it, no body: `pay.operation`, `pay.outcome`, `pay.attempts`,
//! `http.response.status_code`, `error.type` and the like.
//!
//! **Tests.** Your own code is tested against the crate `pay-sandbox`, over a
//! [`transport::Transport`] of your own, or with errors that you make: [`Error::declined`],
//! [`Error::unknown_outcome`], [`Response::of`].
//!
//! Amounts are exact decimal dollars ([`Amount`]); times are UTC. `Ok` means that the provider said
//! yes. See [`Error`] for everything else.

mod auth;
mod card;
mod cards;
mod client;
mod contradiction;
mod customers;
mod eft;
mod environment;
mod error;
mod hosted_page;
mod ids;
mod invoices;
mod label;
mod line;
mod list;
mod oauth;
pub mod operations;
mod partner;
mod payer;
mod plans;
mod redirect;
mod removal;
mod resolve;
mod revoke;
mod subscriptions;
mod terminal;
mod transactions;

pub use pay_core::{
    Amount, BoxFuture, CallOptions, CardNumber, Clock, Confirmed, Connection, ConnectionBuilder,
    Currency, Cvv, Date, Email, EpochMillis, Error, ErrorKind, Expiry, Extra, FieldError,
    HttpTransport, Invalid, Lease, LostCall, ManualClock, MemoryTokenStore, Meta, Outcome, Page,
    Pager, Randomness, Reference, Resolution, Response, Result, RetryPolicy, Secret,
    SeededRandomness, SystemClock, SystemRandomness, Timeouts, TokenKey, TokenPair, TokenStore,
    amount,
    provider::{Credential, Effect, RawCall},
    transport,
};
// What stands in public signatures, so that nobody needs the same version of these crates.
#[doc(no_inline)]
pub use http::{HeaderMap, Method, StatusCode};
#[doc(no_inline)]
pub use time::OffsetDateTime;

pub use self::{
    auth::Payfirma,
    card::{Card, EncryptedCard, PaymentToken},
    cards::Cards,
    cards::card_update::CardUpdate,
    cards::new_card::NewCard,
    cards::stored_card::StoredCard,
    client::{Client, ClientBuilder},
    customers::customer::Customer,
    customers::customer_update::CustomerUpdate,
    customers::new_customer::NewCustomer,
    customers::{CustomerFilter, Customers},
    eft::eft_request::{BankDeposit, EftRequest, SendFunds},
    eft::{Eft, EftBalance, EftOutcome, IncomingRequest},
    environment::Environment,
    hosted_page::hosted_page_redirect::{ExpectedPayment, HostedPageRedirect},
    hosted_page::{HostedPage, HostedPageUrl, HostedPages},
    ids::{
        CardId, CustomerId, InvoiceId, MerchantId, PlanId, SubscriptionId, TransactionId,
        TransactionLookupId,
    },
    invoices::Invoices,
    invoices::invoice::{Invoice, InvoiceLine, InvoiceLineTax},
    invoices::invoice_item::{InvoiceItem, InvoiceTax},
    invoices::new_invoice::NewInvoice,
    partner::authorize_url::{Callback, ConsentRequest},
    partner::{Merchant, Partner, PartnerBuilder},
    payer::{Address, Payer},
    plans::new_plan::NewPlan,
    plans::plan::{Plan, PlanFrequency},
    plans::plan_update::PlanUpdate,
    plans::{PlanFilter, Plans},
    resolve::Found,
    subscriptions::Subscriptions,
    subscriptions::new_subscription::NewSubscription,
    subscriptions::subscription::{Subscription, SubscriptionStatus},
    subscriptions::subscription_update::SubscriptionUpdate,
    terminal::Terminal,
    terminal::terminal_request::{
        TerminalAuthorize, TerminalCapture, TerminalCustomerSale, TerminalRefund, TerminalSale,
    },
    transactions::capture::{Capture, Refund},
    transactions::transaction::{
        Transaction, TransactionResult, TransactionSource, TransactionType,
    },
    transactions::{
        Transactions,
        authorize::Authorize,
        payment_method::{HoldMethod, PaymentMethod},
        sale::Sale,
        stored_card_payment::{StoredCardAuthorize, StoredCardSale},
        transaction_filter::TransactionFilter,
    },
};

/// The page's samples, compiled and, where they can, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
