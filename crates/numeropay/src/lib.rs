//! Client for the [NumeroPay](https://beta.numeropay.com/documentation/api) payment API: creates
//! payments for payers to make at NumeroPay, reads them and lists them.
//!
//! ```
//! # async fn example() -> numeropay::Result<()> {
//! use numeropay::{Client, Currency, Environment, NewPayment, Outcome, Reference};
//!
//! // Test mode is one switch: `Environment::production()` makes it real.
//! let client = Client::builder(Environment::sandbox())
//!     .merchant("17c69865-7edd-4d05-bc70-65a1b85b9322")
//!     .key_id("du7UghNhhhMTnYwqrEYp")
//!     .scopes(["the scopes that NumeroPay gave you"])
//!     .build()?;
//!
//! let reference = Reference::new("order-1042")?;
//! let new = NewPayment::new("100.00".parse()?, Currency::AUD, "Infinity Group", reference)
//!     .description("Two chairs");
//! match client.payments().create(&new).await {
//!     Ok(payment) => println!("{} is to be paid, and not paid yet", payment.id),
//!     Err(error) if error.outcome() == Outcome::Unknown => {
//!         // It may have been created: find out, do not create another.
//!         if let Some(lost) = error.lost_call() {
//!             println!("{:?}", client.resolve(lost).await?);
//!         }
//!     }
//!     Err(error) => println!("not created: {error}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **Created is not paid.** A payment is a request for money. Only [`Payments::get`] tells how far
//! the payer is with it ([`Payments::wait`] asks again and again).
//!
//! # What no source says
//!
//! Nothing of this is guessed; where it matters, the caller can say it:
//!
//! | unknown | here |
//! |---|---|
//! | the names of scopes | [`ClientBuilder::scopes`], required |
//! | the numbers of states but 0 | [`PaymentState::Unknown`], until [`ClientBuilder::state_number`] |
//! | whether `from` is in seconds or milliseconds | [`ClientBuilder::from_unit`]; a [`Pager`] notices when it is wrong |
//! | how an expired token is refused | a 401 makes the client make another and send again, once; anything else is an error |
//! | the URL where the payer pays, and where they return to | not here |
//! | cancelling, refunding, messages from NumeroPay | not here; [`Client::raw`] calls any path |

mod auth;
mod client;
mod code;
mod description;
mod environment;
mod error;
mod from_unit;
mod ids;
mod iso_time;
mod new_payment;
pub mod operations;
mod pages;
mod payment;
mod payment_filter;
mod payments;
mod raw_json;
mod resolve;
mod state;
mod token;
mod wait;
mod wrapper;

pub use http::Method;
pub use pay_core::{
    Amount, CallOptions, Confirmed, Connection, Currency, Error, ErrorKind, Extra, FieldError,
    Invalid, LostCall, Meta, Outcome, Page, Pager, Reference, Resolution, Response, Result,
    RetryPolicy, Secret, Timeouts,
    provider::{Effect, RawCall},
};

pub use self::{
    auth::NumeroPay,
    client::{Client, ClientBuilder},
    code::Code,
    environment::Environment,
    error::{ErrorName, error_name},
    from_unit::FromUnit,
    ids::{MerchantId, PaymentId},
    new_payment::NewPayment,
    payment::Payment,
    payment_filter::PaymentFilter,
    payments::Payments,
    raw_json::RawJson,
    state::PaymentState,
    wait::Waited,
    wrapper::Wrapped,
};

/// The page's sample, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
