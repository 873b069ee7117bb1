//! The client without sockets: what it sends, to the byte, and what it makes of the answers.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod building;
mod charging;
mod invoicing;
mod notifying;
mod reading;
mod resolving;
mod reversing;
mod sessions;
mod sockets;
mod world;
