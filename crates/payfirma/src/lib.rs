//! Client for the Merrco Payfirma (PayHQ, KORT) payment API.

mod auth;
mod authorize_url;
mod capture;
mod card;
mod client;
mod environment;
mod error;
mod ids;
mod list;
mod merchant;
mod oauth;
pub mod operations;
mod own_task;
mod partner;
mod payer;
mod redirect;
mod revoke;
mod sale;
mod transaction;
mod transactions;

pub use http::Method;
pub use pay_core::{
    Amount, CallOptions, CardNumber, Confirmed, Connection, Currency, Cvv, Date, Email,
    EpochMillis, Error, ErrorKind, Expiry, Extra, FieldError, Invalid, Lease, LostCall,
    MemoryTokenStore, Meta, Outcome, Page, Pager, Reference, Resolution, Response, Result,
    RetryPolicy, Secret, Timeouts, TokenKey, TokenPair, TokenStore,
    provider::{Effect, RawCall},
};

pub use self::{
    auth::Payfirma,
    authorize_url::{Callback, ConsentRequest},
    capture::{Capture, Refund},
    card::{Card, EncryptedCard, PaymentToken},
    client::{Client, ClientBuilder},
    environment::Environment,
    ids::{
        CardId, CustomerId, InvoiceId, MerchantId, PlanId, SubscriptionId, TransactionId,
        TransactionLookupId,
    },
    partner::{Merchant, Partner, PartnerBuilder},
    payer::{Address, Payer},
    sale::{Authorize, HoldMethod, PaymentMethod, Sale, StoredCardAuthorize, StoredCardSale},
    transaction::{Transaction, TransactionResult, TransactionSource, TransactionType},
    transactions::{TransactionFilter, Transactions},
};
