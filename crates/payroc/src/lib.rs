//! Client for the Payroc Web API (Integrity Payment Systems): boarding merchants, and reading what
//! they were paid.
//!
//! ```no_run
//! # async fn example() -> payroc::Result<()> {
//! use payroc::{Address, Client, Contact, Environment, MerchantApplication, Outcome};
//!
//! let client = Client::builder(Environment::sandbox()).credentials("partner", "password").build()?;
//! let shop = Address::new("1 Main St", "Chicago", "IL", "60601");
//! let owner = Contact::new("Ann", "Lee", "ann@lee.example", "312-555-0123", shop.clone())
//!     .share(100)
//!     .primary()
//!     .ssn("123-45-6789");
//! let application =
//!     MerchantApplication::new("Lee's", "Lee Corp", "12-3456789", shop.clone(), shop, [owner]);
//!
//! match client.boarding().submit(&application).await {
//!     Ok(merchant) => println!("boarded as {:?}", merchant.mid()),
//!     Err(error) if error.is_invalid() => println!("to be corrected: {error}"),
//!     Err(error) if error.outcome() == Outcome::Unknown => println!("for a person: {error}"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - **Secrets.** SSN, tax id and account number are handled like card numbers: redacted in `Debug`,
//!   wiped, and masked where the provider echoes them ("Value checked: ..."). Names, addresses,
//!   e-mail addresses and telephone numbers are not: mind where you log a request.
//! - **Pace.** One boarding in five seconds over all tasks of a client, as the provider demands.
//! - **Unknown shapes.** Where no source states what an object holds, it is a [`Json`], to the letter.
//! - This is the API at `api.integritypays.com`, not the newer one at `api.payroc.com`.

mod address;
mod auth;
mod bank_account;
mod batch;
mod boarding;
mod client;
mod contact;
mod environment;
mod error;
mod exact_text;
mod given;
mod ids;
mod json;
mod line;
mod login;
mod members;
mod merchant_application;
pub mod operations;
mod phone;
mod reported_time;
mod resolve;
mod response_status;
mod routing_number;
mod secret_digits;
mod settlement;
mod share;
mod us_state;
mod zip_code;

pub use http::Method;
pub use pay_core::{
    Amount, CallOptions, Confirmed, Connection, Date, Email, Error, ErrorKind, Extra, FieldError,
    Invalid, LostCall, MemoryPacer, Meta, Outcome, Pacer, Resolution, Response, Result,
    RetryPolicy, Secret, Timeouts,
    provider::{Effect, RawCall},
};

pub use self::{
    address::Address,
    auth::Payroc,
    bank_account::BankAccount,
    batch::{Batch, BatchTransaction, Chargeback, SettledType},
    boarding::{ApplicationStatus, BoardedMerchant, Boarding},
    client::{Client, ClientBuilder},
    contact::Contact,
    environment::Environment,
    ids::{BatchId, MerchantId},
    json::Json,
    merchant_application::MerchantApplication,
    phone::Phone,
    reported_time::ReportedTime,
    response_status::{ResponseStatus, StatusError},
    routing_number::RoutingNumber,
    secret_digits::{AccountNumber, Ssn, TaxId},
    settlement::{BatchReport, Settlement, SettlementReport},
    share::Share,
    us_state::UsState,
    zip_code::ZipCode,
};

/// The page's sample, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
