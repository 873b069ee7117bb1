//! A journal for payments: at most one effect per key, also over crashes, and no payment without an
//! honest state. For any provider crate of this family.
//!
//! A call without a journal already tells what is known when it fails. What it cannot survive is the
//! end of the program between sending and hearing. With a journal the payment is on the disk before
//! its first byte is on the wire, under the caller's own key, and the same key never sends it twice:
//!
//! ```no_run
//! use payfirma::{Card, Client, Environment, Outcome, Reference, Sale};
//! use pay_store::{AccountKey, Journal, Keyring, SqliteStore};
//!
//! # async fn example(key: [u8; 32], client: Client, card: Card) -> Result<(), Box<dyn std::error::Error>> {
//! let store = SqliteStore::open("payments.db").await?;
//! let journal = Journal::new(store, Keyring::new("2026-11", key)?);
//! let account = AccountKey::new("payfirma", "production", "shop-17");
//! let shop = journal
//!     .account(account, client, |client, lost| async move { client.resolve(&lost).await })
//!     .ready(|client| async move { client.ready().await });
//!
//! // After every start: what became of the payments that were under way?
//! for entry in shop.recover().await? {
//!     println!("{}: {} ({})", entry.key, entry.state, entry.note);
//! }
//!
//! let sale = Sale::new("11.00".parse()?, card, Reference::new("order-1042")?);
//! let charged = shop
//!     .once("order-1042", sale.lost_call(), |client| async move {
//!         client.transactions().sale(&sale).await
//!     })
//!     .await;
//! match charged {
//!     Ok(charged) => println!("charged: number {}", charged.id),
//!     Err(error) if error.is_declined() => println!("declined: {}", error.message()),
//!     Err(error) if error.outcome() == Outcome::Unknown => {
//!         // Ask again with the same key: it looks, and never sends.
//!         println!("unknown: {error}");
//!     }
//!     // It took effect, and there is something to read: a person found it, or it was not stored,
//!     // or another amount was taken.
//!     Err(error) if error.outcome() == Outcome::Applied => println!("charged: {error}"),
//!     Err(error) => return Err(error.into()), // nothing was charged
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Stores: [`SqliteStore`] for one host (feature `sqlite`, on by default), `PostgresStore` for
//! several (feature `postgres`), [`SimulationStore`] for tests of crashes. The first two make an empty
//! journal where there is none, and that knows no payment: in production use `open_existing` and
//! `connect_existing`.
//! `docs/journal.md` in the repository describes states, rows, retention, what a restored backup
//! does, and what to do when something is in doubt.

mod account;
mod answer;
mod attempt;
mod desk;
mod digest;
mod entry;
mod journal;
mod keyring;
mod look;
mod once;
#[cfg(feature = "postgres")]
mod postgres_store;
mod recorded;
mod simulation_store;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite_store;
mod state;
mod store;
mod stored_pacer;
mod stored_tokens;
mod unfinished;

#[cfg(feature = "postgres")]
pub use self::postgres_store::PostgresStore;
#[cfg(feature = "sqlite")]
pub use self::sqlite_store::SqliteStore;
pub use self::{
    account::Account,
    desk::{Decision, Desk},
    digest::digest,
    entry::{AccountKey, Entry, EntryKey, Event},
    journal::Journal,
    keyring::Keyring,
    once::Once,
    recorded::Recorded,
    simulation_store::{Down, SimulationStore},
    state::State,
    store::{LaneRow, Query, Store, TokenRow},
    stored_pacer::StoredPacer,
    stored_tokens::StoredTokens,
    unfinished::Unfinished,
};

/// The sample of the README is compiled with the tests.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct Readme;
