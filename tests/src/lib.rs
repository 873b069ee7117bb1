//! The contract: what every provider crate must do, shown by fixtures and by scenarios.
//!
//! - A *fixture* is one exchange, as a file: a request, its reply, and what the client makes of it.
//!   [`case`] says which call belongs to it, [`replay`] runs it through the real client.
//! - A *scenario* is a promise that every provider keeps ([`promise`]), shown against a scripted
//!   server ([`server`]) by one generic function in [`scenarios`].
//! - A provider joins by a [`suite`], such as [`payfirma`].
//!
//! See `README.md` beside this crate for how to add to it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a panic is a failed test, and its names are its documentation"
)]

pub mod case;
pub mod cashier;
pub mod contract;
pub mod exchange;
pub mod faults;
pub mod fixture;
pub mod numeropay;
pub mod operations;
pub mod pages;
pub mod payanywhere;
pub mod payfirma;
pub mod payroc;
pub mod processes;
pub mod promise;
pub mod recording;
pub mod replay;
pub mod report;
pub mod scenarios;
pub mod server;
pub mod sockets;
pub mod subject;
pub mod suite;
pub mod told;
pub mod transcript;
