//! Client for the Numipay Gateway "Payments API": cashier pages, card payments, payouts, and
//! signed webhooks.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use cashier::{
//!     Card, CardPayment, CardPaymentState, Client, Currency, Environment, Mode, Order, Reference,
//!     Routes,
//! };
//!
//! // No source states the base URL or a path: ask the provider, and write them into a file.
//! let routes: Routes = serde_json::from_str(&std::fs::read_to_string("routes.json")?)?;
//! let environment = Environment::custom("https://gateway.example", Mode::Test, routes)?;
//! let client = Client::builder(environment).api_key(std::env::var("CASHIER_KEY")?).build()?;
//!
//! let order = Order::new("10.05".parse()?, Currency::EUR, "128", Reference::new("order-1042")?);
//! let card = Card::new("John Doe", "4111111111111111".parse()?, "05/39".parse()?, "444".parse()?);
//! let payment = CardPayment::new(order, 210, card);
//! let lost_call = payment.lost_call(); // keep this before you send
//!
//! match client.payments().card(&payment).await {
//!     Ok(answer) => match answer.into_inner() {
//!         CardPaymentState::Successful => println!("paid"),
//!         CardPaymentState::Pending => println!("the webhook will tell"),
//!         CardPaymentState::Redirect { url } => println!("send the payer to {}", url.as_str()),
//!     },
//!     Err(error) if error.is_declined() => println!("not paid: {}", error.message()),
//!     Err(error) if error.outcome().is_without_effect() => println!("not done: {error}"),
//!     Err(_) => println!("nobody knows: {:?}", client.resolve(&lost_call).await?),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What no source states
//!
//! The base URL, every method and path, the word for live payments, the shape of an error, the
//! reply of a direct payment, how a page's token becomes its URL, and which id an operation wants.
//! Nothing of it is guessed: [`Routes`], [`Mode`], [`TransactionKey`] and [`Settings`] are yours
//! to fill, [`DirectReply`] is open JSON, and [`Client::raw`] calls any path.

mod auth;
mod card;
mod checkout;
mod client;
mod customer;
mod environment;
mod error;
mod ids;
pub mod operations;
mod order;
mod payment;
mod payments;
mod payouts;
mod reply;
mod resolve;
mod routes;
mod settings;
mod status;
mod stored;
mod transaction;
mod transactions;
pub mod webhook;

pub use http::Method;
pub use pay_core::{
    Amount, CallOptions, CardNumber, Confirmed, Connection, Currency, Cvv, Date, Email, Error,
    ErrorKind, Expiry, Extra, FieldError, Invalid, LostCall, Meta, Outcome, Page, Pager, Reference,
    Resolution, Response, Result, RetryPolicy, Secret, Timeouts,
    provider::{Effect, RawCall},
};

pub use self::{
    auth::Cashier,
    card::Card,
    checkout::{CheckoutToken, HostedCheckout, PayoutCheckout},
    client::{Client, ClientBuilder},
    customer::{Customer, Phone},
    environment::Environment,
    ids::TransactionId,
    order::Order,
    payment::{CardPayment, CardPaymentState, DirectPayment, DirectReply, RedirectUrl},
    payments::Payments,
    payouts::{ApprovePayout, ApprovedPayout, Payouts, RejectPayout},
    resolve::Found,
    routes::{Endpoint, Routes, TransactionKey},
    settings::Settings,
    status::{KycStatus, Mode, Progress, Status, Theme, TransactionType},
    transaction::{ListedTransaction, Transaction},
    transactions::{TransactionFilter, Transactions},
};

/// The samples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
