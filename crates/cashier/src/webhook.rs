//! Webhooks: what the provider sends when a transaction changes.
//!
//! A webhook is a JSON object with the header `x-signature`. [`Verifier::verify`] checks the
//! signature and reads the [`Event`] from exactly the bytes that were verified; with the feature
//! `axum`, `Verified` does so as an extractor.
//!
//! # What a signature proves, and what not
//!
//! The scheme is SHA-1 over the JSON followed by a password. It is weak: SHA-1 is broken against
//! collisions, and a password at the end adds nothing to that. There is no timestamp and no nonce,
//! so **whoever has seen a webhook can send it again, for ever**. Therefore:
//!
//! - treat an event as a hint, and ask the provider before goods leave: [`Event::confirm`];
//! - drop repeats by [`Event::key`];
//! - never go back from a final status: [`Status::supersedes`](crate::Status::supersedes);
//! - compare amount and currency with your own record of the `tracking_id`;
//! - take webhooks over https alone.
//!
//! The method, the content type, the answer that is expected and when a webhook is sent again are
//! stated nowhere. Answer 200 once the event is stored.

mod confirm;
pub(crate) mod ecmascript;
mod event;
#[cfg(feature = "axum")]
mod extractor;
mod rejected;
mod signature;
mod verifier;

#[cfg(feature = "axum")]
pub use self::extractor::Verified;
pub use self::{
    confirm::Confirmation,
    event::{Event, EventKey},
    rejected::Rejected,
    signature::sign,
    verifier::{SIGNATURE_HEADER, Verifier, json_stringify},
};
