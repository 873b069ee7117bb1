//! What users of the provider crates see, and the engine those crates stand on.

mod call_options;
mod connection;
mod error;
mod http_transport;
mod lost_call;
mod memory_token_store;
mod outcome;
mod pacer;
mod page;
#[cfg(planted)]
#[doc(hidden)]
pub mod planted;
pub mod provider;
mod resolution;
mod response;
mod retry;
mod timeouts;
mod token_store;
pub mod transport;
pub use self::{
    call_options::CallOptions,
    connection::{Connection, ConnectionBuilder},
    error::{Error, ErrorKind, FieldError, Result},
    http_transport::HttpTransport,
    lost_call::LostCall,
    memory_token_store::MemoryTokenStore,
    outcome::Outcome,
    pacer::{MemoryPacer, Pacer},
    page::{Page, Pager},
    resolution::{Confirmed, Resolution},
    response::{Meta, Response},
    retry::RetryPolicy,
    timeouts::Timeouts,
    token_store::{Lease, TokenKey, TokenPair, TokenStore},
};

// values
pub mod amount;
mod card_number;
mod clock;
mod currency;
mod cvv;
mod date;
mod email;
mod epoch_millis;
mod expiry;
mod extra;
mod future;
mod id;
mod invalid;
pub mod lenient;
mod luhn;
mod manual_clock;
mod open_enum;
mod randomness;
mod reference;
mod scalar;
mod secret;
pub use amount::Amount;
pub use card_number::CardNumber;
pub use clock::{Clock, SystemClock};
pub use currency::Currency;
pub use cvv::Cvv;
pub use date::Date;
pub use email::Email;
pub use epoch_millis::EpochMillis;
pub use expiry::Expiry;
pub use extra::Extra;
pub use future::BoxFuture;
pub use invalid::Invalid;
pub use manual_clock::ManualClock;
pub use randomness::{Randomness, SeededRandomness, SystemRandomness};
pub use reference::Reference;
pub use secret::Secret;

/// What the macros of this crate expand to. Not for use by hand.
#[doc(hidden)]
pub mod __macros {
    pub use crate::id::{check_id, read_id_text};
    pub use crate::open_enum::read_enum_text;
    pub use serde;
}
// end of values
