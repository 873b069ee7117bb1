//! The sandbox, seen from outside: over real sockets where bytes matter, without them elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod admin;
mod api;
mod cashier;
mod cashier_reading;
mod cashier_refusals;
mod cashier_webhooks;
mod customers;
mod eft;
mod fault_answers;
mod fault_bytes;
mod hosted_page;
mod invoices;
mod lists;
mod numeropay;
mod numeropay_lists;
mod numeropay_tokens;
mod operations;
mod payanywhere;
mod payanywhere_invoices;
mod payanywhere_sessions;
mod payanywhere_transactions;
mod payments;
mod payroc;
mod payroc_boarding;
mod payroc_settlement;
mod payroc_tokens;
mod plans;
mod program;
mod secrets;
mod stored_cards;
mod subscriptions;
mod terminal;
mod tokens;
mod walk;
mod wire;
