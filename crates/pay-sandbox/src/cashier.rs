//! Cashier (Numipay Gateway, "Payments API"), as its document describes it; what it leaves open is
//! in [`switches`].
//!
//! **No source states a base URL, a path or a method.** All of these are the sandbox's own, below
//! `/cashier`:
//!
//! | operation | route |
//! |---|---|
//! | hosted cashier | `POST /hosted` |
//! | direct integration | `POST /direct` |
//! | server-to-server card payment | `POST /s2s` |
//! | payout cashier | `POST /payout` |
//! | approve a payout | `POST /payout/approve` |
//! | reject a payout | `POST /payout/reject` |
//! | get a transaction | `GET /transaction/{id}` |
//! | list transactions | `GET /transactions` |
//! | what a payer's browser opens (no operation of the API) | `GET /page/{token}`, `?cancel=true` to give up |
//!
//! Nor does any source name a test rule. Ours: an odd whole amount is successful, an even one
//! rejected, when the payer completes a page, when a card is charged, and when an approved payout is
//! carried out. Among cards, [`CashierHandle::THREE_D_SECURE_CARD`] sends the payer to a page first,
//! [`CashierHandle::DECLINED_CARD`] is always rejected, and any other goes by the amount at once.
//!
//! Webhooks are signed as documented. They go to the URL that a test sets
//! ([`CashierHandle::set_webhook_url`], this machine only), and a receiver that fails gets them
//! again a bounded number of times; or a test takes them and plays the network itself
//! ([`CashierHandle::take_webhooks`]).

mod admin;
mod card;
mod envelope;
mod field;
mod handle;
mod lifecycle;
mod list;
mod lookup;
mod page;
mod payments;
mod payouts;
mod refusal;
mod routes;
pub mod switches;
mod transaction;
mod webhook;

use crate::{
    answer::Answer, clock::Millis, loopback::LoopbackUrl, provider::Provider, request::Request,
    world::World,
};

pub use crate::NotCompleted;
pub use handle::CashierHandle;
use refusal::{Refusal, finish};
use routes::KeyIs;
use switches::KeyNeeded;
use transaction::Transaction;
pub use transaction::TransactionStatus;

pub(crate) const API_KEY: &str = "sandbox-cashier-api-key";
/// What signs webhooks; real ones start with `spg_test_` as well.
pub(crate) const SIGNATURE_PASSWORD: &str = "spg_test_sandbox_signature_password";
/// The provider and the routing of the document's samples.
pub(crate) const PROVIDER_ID: u64 = 210;
/// Whose transactions they all are.
pub(crate) const ACCOUNT: &str = "sandbox-cashier";

/// The ids of all operations that the sandbox carries out, sorted.
pub fn operation_ids() -> Vec<&'static str> {
    routes::operation_ids()
}

/// Everything that the gateway knows.
#[derive(Debug, Default)]
pub(crate) struct Cashier {
    /// In order of time.
    transactions: Vec<Transaction>,
    /// The merchant's customers; a customer's number is the place here, and a bit.
    customers: Vec<String>,
    webhook_url: Option<LoopbackUrl>,
    /// Webhooks that wait to be overtaken, by transaction.
    held_back: Vec<(String, crate::outbox::Message)>,
}

/// A request on its way to a handler.
pub(crate) struct Call<'a> {
    request: &'a Request,
    /// The values of the route's parameters, decoded.
    params: Vec<String>,
}

type Reply = Result<Answer, Refusal>;

impl Cashier {
    fn route_and_answer(&mut self, request: &Request, world: &mut World) -> Reply {
        let (route, params) = routes::find(request)?;
        let is_needed = match (route.handler.key, world.switch()) {
            (KeyIs::MarkedRequired, _) | (KeyIs::NotMarked, KeyNeeded::Everywhere) => true,
            (KeyIs::NotMarked, KeyNeeded::WhereMarked) | (KeyIs::OfNoUse, _) => false,
        };
        let key = request.header("x-api-key");
        if is_needed && key.is_none() || key.is_some_and(|key| key != API_KEY) {
            return Err(Refusal::bad_key());
        }
        (route.handler.handler)(self, world, &Call { request, params })
    }
}

impl Provider for Cashier {
    fn name(&self) -> &'static str {
        "cashier"
    }

    fn operation(&self, request: &Request) -> Option<&'static str> {
        routes::find(request).ok().map(|(route, _)| route.operation)
    }

    fn respond(&mut self, request: &Request, world: &mut World) -> Answer {
        let reply = self.route_and_answer(request, world);
        finish(reply, world)
    }

    fn verdict_fields(&self) -> &'static [&'static str] {
        &["transaction_status", "status"]
    }

    fn amount_fields(&self) -> &'static [&'static str] {
        &["amount", "user_amount"]
    }

    fn refusal(&self, status: u16, world: &mut World) -> Answer {
        finish(Err(Refusal::of_status(status, "A fault of the sandbox's making")), world)
    }

    fn settle(&mut self, world: &mut World) {
        self.decide_due(world, false);
    }

    fn next_event(&self) -> Option<Millis> {
        self.transactions.iter().filter_map(|transaction| transaction.decides).min()
    }

    fn admin_help(&self) -> &'static str {
        admin::HELP
    }

    fn admin(&mut self, request: &Request, segments: &[&str], world: &mut World) -> Option<Answer> {
        admin::answer(self, request, segments, world)
    }
}
