//! North's proxy, known as Payanywhere: Business Reporting, Invoicing, and what else is on that host.
//! What the documents leave open is in [`switches`].
//!
//! `/payanywhere` stands for `https://proxy.payanywhere.com`: the login is at `/payanywhere/auth`.
//!
//! Sales are made at a device, which is no call of this API: a test makes them
//! ([`PayanywhereHandle::add_sale`]), and closes the batch that they are in. No document names a test
//! rule, so this is ours: a sale at the device always goes well; refunds, voids, charges of card
//! tokens and invoices that are paid go well where the whole amount is odd, and are declined where it
//! is even ([`switches::EvenAmounts`] for the first two).

mod account;
mod admin;
mod batch;
mod body;
mod dates;
mod gateway;
mod handle;
mod invoices;
mod list;
mod refusal;
mod reversal;
mod routes;
mod sessions;
pub mod switches;
mod transaction;
mod verdict;

use std::collections::BTreeMap;

use crate::{
    answer::Answer, card::Card, clock::Millis, provider::Provider, request::Request, world::World,
};

pub use crate::NotCompleted;
pub use account::MerchantCredentials;
pub use handle::PayanywhereHandle;
pub use sessions::SessionCounts;
pub use transaction::SaleKind;

use batch::Batch;
use invoices::Invoice;
use refusal::{Refusal, finish};
use sessions::{Session, Sessions};
use transaction::Transaction;

/// The ids of all operations that the sandbox carries out, sorted.
pub fn operation_ids() -> Vec<&'static str> {
    routes::operation_ids()
}

/// Everything that the proxy knows.
#[derive(Debug, Default)]
pub(crate) struct Payanywhere {
    sessions: Sessions,
    /// Those of all merchants, in order of time.
    transactions: Vec<Transaction>,
    batches: Vec<Batch>,
    invoices: Vec<Invoice>,
    /// What stands for a card, by token.
    card_tokens: BTreeMap<String, Card>,
}

/// A request on its way to a handler.
pub(crate) struct Call<'a> {
    request: &'a Request,
    /// The values of the route's parameters, decoded.
    params: Vec<String>,
    /// Nobody's before a login.
    session: Option<Session>,
}

type Reply = Result<Answer, Refusal>;

impl Payanywhere {
    fn route_and_answer(&mut self, request: &Request, world: &mut World) -> Reply {
        let (route, params) = routes::find(request)?;
        let session = match route.handler.guard {
            routes::Guard::Login => None,
            guard => {
                let session = self.sessions.of(request, world)?;
                routes::check_owner(guard, &params, &session, world)?;
                Some(session)
            }
        };
        (route.handler.handler)(self, world, &Call { request, params, session })
    }
}

impl Call<'_> {
    fn param(&self, place: usize) -> &str {
        self.params.get(place).map_or("", String::as_str)
    }

    /// Of a call that is not a login.
    fn session(&self) -> Result<&Session, Refusal> {
        self.session.as_ref().ok_or_else(Refusal::unauthorized)
    }
}

impl Provider for Payanywhere {
    fn name(&self) -> &'static str {
        "payanywhere"
    }

    fn operation(&self, request: &Request) -> Option<&'static str> {
        let (route, _) = routes::find(request).ok()?;
        Some(match route.operation {
            // The same route, told apart by what it asks for.
            routes::REVERSE => reversal::operation(request),
            operation => operation,
        })
    }

    fn respond(&mut self, request: &Request, world: &mut World) -> Answer {
        let reply = self.route_and_answer(request, world);
        finish(reply, world)
    }

    fn verdict_fields(&self) -> &'static [&'static str] {
        &["status_code", "is_complete"]
    }

    fn amount_fields(&self) -> &'static [&'static str] {
        &["amount"]
    }

    fn refusal(&self, status: u16, world: &mut World) -> Answer {
        finish(Err(Refusal::new(status, "A fault of the sandbox's making")), world)
    }

    fn settle(&mut self, world: &mut World) {
        self.close_due_batches(world);
    }

    fn next_event(&self) -> Option<Millis> {
        self.batches.iter().filter_map(Batch::next_event).min()
    }

    fn admin_help(&self) -> &'static str {
        admin::HELP
    }

    fn admin(&mut self, request: &Request, segments: &[&str], world: &mut World) -> Option<Answer> {
        admin::answer(self, request, segments, world)
    }
}
