//! The client against a transport without sockets, with the samples of the provider's document.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test"
)]

mod confirm;
mod lists;
mod payments;
mod payouts;
mod ready;
mod resolve;
mod script;
