//! Client for the Merrco Payfirma (PayHQ, KORT) payment API.

mod auth;
mod authorize_url;
mod capture;
mod card;
mod card_update;
mod cards;
mod client;
mod contradiction;
mod customer;
mod customer_update;
mod customers;
mod eft;
mod eft_request;
mod environment;
mod error;
mod hosted_page;
mod hosted_page_redirect;
mod ids;
mod invoice;
mod invoice_item;
mod invoices;
mod label;
mod line;
mod list;
mod merchant;
mod new_card;
mod new_customer;
mod new_invoice;
mod new_plan;
mod new_subscription;
mod oauth;
mod object;
pub mod operations;
mod own_task;
mod partner;
mod payer;
mod plan;
mod plan_update;
mod plans;
mod profile;
mod redirect;
mod removal;
mod resolve;
mod revoke;
mod sale;
mod stored_card;
mod subscription;
mod subscription_update;
mod subscriptions;
mod terminal;
mod terminal_request;
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
    card_update::CardUpdate,
    cards::Cards,
    client::{Client, ClientBuilder},
    customer::Customer,
    customer_update::CustomerUpdate,
    customers::{CustomerFilter, Customers},
    eft::{Eft, EftBalance, EftOutcome, IncomingRequest},
    eft_request::{BankDeposit, EftRequest, SendFunds},
    environment::Environment,
    hosted_page::{HostedPage, HostedPageUrl, HostedPages},
    hosted_page_redirect::{ExpectedPayment, HostedPageRedirect},
    ids::{
        CardId, CustomerId, InvoiceId, MerchantId, PlanId, SubscriptionId, TransactionId,
        TransactionLookupId,
    },
    invoice::{Invoice, InvoiceLine, InvoiceLineTax},
    invoice_item::{InvoiceItem, InvoiceTax},
    invoices::Invoices,
    new_card::NewCard,
    new_customer::NewCustomer,
    new_invoice::NewInvoice,
    new_plan::NewPlan,
    new_subscription::NewSubscription,
    partner::{Merchant, Partner, PartnerBuilder},
    payer::{Address, Payer},
    plan::{Plan, PlanFrequency},
    plan_update::PlanUpdate,
    plans::{PlanFilter, Plans},
    resolve::Found,
    sale::{Authorize, HoldMethod, PaymentMethod, Sale, StoredCardAuthorize, StoredCardSale},
    stored_card::StoredCard,
    subscription::{Subscription, SubscriptionStatus},
    subscription_update::SubscriptionUpdate,
    subscriptions::Subscriptions,
    terminal::Terminal,
    terminal_request::{
        TerminalAuthorize, TerminalCapture, TerminalCustomerSale, TerminalRefund, TerminalSale,
    },
    transaction::{Transaction, TransactionResult, TransactionSource, TransactionType},
    transactions::{TransactionFilter, Transactions},
};
