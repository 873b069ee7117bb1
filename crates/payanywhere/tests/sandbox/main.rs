//! The client against the sandbox, which was written from the same documents and shares nothing with
//! it: what happened is read from its ledger and its log of requests.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod charging;
mod invoicing;
mod lost;
mod reading;
mod resolving;
mod reversing;
mod sessions;
mod world;
