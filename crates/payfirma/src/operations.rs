//! Every operation of Payfirma as one row: what it is, where it goes, and how sure we are.

mod cards;
mod customers;
mod eft;
mod hosted_page;
mod invoices;
mod oauth;
mod plans;
mod subscriptions;
mod terminal;
mod transactions;

pub use pay_core::provider::{
    Base, Credential, Operation, Provenance, Refusals, Route, TimeoutClass,
};

pub use self::{
    cards::*, customers::*, eft::*, hosted_page::*, invoices::*, oauth::*, plans::*,
    subscriptions::*, terminal::*, transactions::*,
};

/// The token that the hosted page is made with.
pub const HOSTED_PAGE: Credential = Credential::Named("hosted_page");

/// The token that iframe payments are made with.
pub const IFRAME: Credential = Credential::Named("iframe");

/// "Codes in the 4xx range indicate that there is something either missing in or wrong with the
/// parameters of the request", 401 a bad token (Guide: Getting Started, Errors; Walkthrough).
/// So these mean "not processed". 409 and 429 are in no document and prove nothing; 402 is a
/// decline and is read as one.
const REFUSED: Refusals = Refusals::of(&[400, 401, 403, 404, 405, 413, 415, 422]);

/// All of them, in the order of the document.
pub static ALL: &[&Operation] = &[
    &OAUTH_AUTHORIZE,
    &OAUTH_CODE,
    &OAUTH_CLIENT_CREDENTIALS,
    &OAUTH_REFRESH,
    &OAUTH_REVOKE,
    &CUSTOMERS_CREATE,
    &CUSTOMERS_GET,
    &CUSTOMERS_LIST,
    &CUSTOMERS_LIST_BY_PLAN,
    &CUSTOMERS_UPDATE,
    &CARDS_ADD,
    &CARDS_UPDATE,
    &CARDS_REMOVE,
    &SUBSCRIPTIONS_ADD,
    &SUBSCRIPTIONS_UPDATE,
    &SUBSCRIPTIONS_CANCEL,
    &PLANS_CREATE,
    &PLANS_LIST,
    &PLANS_GET,
    &PLANS_UPDATE,
    &PLANS_REMOVE,
    &TRANSACTIONS_SALE,
    &TRANSACTIONS_SALE_TOKEN,
    &TRANSACTIONS_SALE_CUSTOMER,
    &TRANSACTIONS_SALE_CUSTOMER_CARD,
    &TRANSACTIONS_AUTHORIZE,
    &TRANSACTIONS_AUTHORIZE_CUSTOMER,
    &TRANSACTIONS_AUTHORIZE_CUSTOMER_CARD,
    &TRANSACTIONS_CAPTURE,
    &TRANSACTIONS_REFUND,
    &TRANSACTIONS_GET,
    &TRANSACTIONS_LOOKUP,
    &TRANSACTIONS_LIST,
    &TRANSACTIONS_LIST_OWN,
    &TERMINAL_SALE,
    &TERMINAL_SALE_CUSTOMER,
    &TERMINAL_AUTHORIZE,
    &TERMINAL_CAPTURE,
    &TERMINAL_REFUND,
    &EFT_BALANCE,
    &EFT_INCOMING_REQUESTS,
    &EFT_REQUEST_FUNDS,
    &EFT_BANK_DEPOSIT,
    &EFT_SEND_FUNDS,
    &INVOICES_LIST,
    &INVOICES_CREATE,
    &INVOICES_DRAFT,
    &INVOICES_GET,
    &INVOICES_LIST_BY_CUSTOMER,
    &INVOICES_SEND,
    &INVOICES_SEND_TO,
    &HOSTED_PAGE_INIT,
];
