//! The search for a counterexample: random callers against random trouble, in virtual time, and a
//! checker that compares what callers were told with what the provider's ledger says.
//!
//! The path of a schedule: [`draw`] draws it from a seed, as data ([`schedule`]); [`world`] runs it,
//! life after life, with clients of the providers ([`drivers`]); what came of it is a [`trace`] in
//! plain words, which [`checker`] judges without a type or a line of the clients.

pub mod aim;
pub mod breakers;
pub mod checker;
pub mod counter;
pub mod coverage;
pub mod dice;
pub mod draw;
pub mod drivers;
pub mod machine;
pub mod past;
pub mod provider;
pub mod schedule;
pub mod search;
pub mod shrink;
pub mod till;
pub mod trace;
pub mod unsearched;
pub mod wire;
pub mod world;
