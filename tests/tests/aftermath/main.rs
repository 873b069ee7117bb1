//! What is true of every provider's client after calls were dropped, tokens expired and the provider
//! was down. The provider is the sandbox without sockets, in virtual time; [`dropped_on_sockets`]
//! has real ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod dropped;
mod dropped_on_sockets;
mod expiry;
mod outage;
mod shop;
mod shops;
mod world;
