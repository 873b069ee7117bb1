//! NumeroPay, as its documents describe it; what they leave open is in [`switches`].
//!
//! `/numeropay` stands for `https://api.numeropay.com`: payments are at `/numeropay/transaction`.
//! Tokens are what the document says: HS256, with the headers `type` and `keyid`. Their signatures
//! and times are really checked, in test mode (`sandbox.` before the key id, signed with the key id)
//! as well as live. The two modes see nothing of each other's payments.
//!
//! No document names a test rule. Ours: a payment starts as CREATED; its payer opens it
//! ([`switches::PayerStarts`]) and pays ([`switches::PayerPays`]), or a test does that by hand. An
//! odd whole amount is then COMPLETED. With an even one the bank refuses, and the payment stays
//! IN_PROGRESS, since NumeroPay has no state for a failed payment. No call cancels a payment, so
//! that is done by hand too.

mod admin;
mod create;
mod handle;
mod list;
mod merchant;
mod payer;
mod payment;
mod refusal;
mod routes;
pub mod switches;
mod token;

use crate::{answer::Answer, clock::Millis, provider::Provider, request::Request, world::World};

pub use crate::NotCompleted;
pub use handle::NumeropayHandle;
pub use merchant::MerchantKeys;
use payment::Payment;
pub use payment::PaymentState;
use refusal::{Refusal, finish};
use token::Session;

/// The ids of all operations that the sandbox carries out, sorted.
pub fn operation_ids() -> Vec<&'static str> {
    routes::operation_ids()
}

/// Everything that NumeroPay knows.
#[derive(Debug, Default)]
pub(crate) struct Numeropay {
    /// In order of time.
    payments: Vec<Payment>,
}

/// A request on its way to a handler.
pub(crate) struct Call<'a> {
    request: &'a Request,
    /// The values of the route's parameters, decoded.
    params: Vec<String>,
    session: Session,
}

type Reply = Result<Answer, Refusal>;

impl Numeropay {
    fn route_and_answer(&mut self, request: &Request, world: &mut World) -> Reply {
        let (route, params) = routes::find(request)?;
        let session = token::session(request, route.handler.scope, world)?;
        (route.handler.handler)(self, world, &Call { request, params, session })
    }
}

impl Provider for Numeropay {
    fn name(&self) -> &'static str {
        "numeropay"
    }

    fn operation(&self, request: &Request) -> Option<&'static str> {
        routes::find(request).ok().map(|(route, _)| route.operation)
    }

    fn respond(&mut self, request: &Request, world: &mut World) -> Answer {
        let reply = self.route_and_answer(request, world);
        finish(reply, world)
    }

    fn verdict_fields(&self) -> &'static [&'static str] {
        &["success", "state"]
    }

    fn amount_fields(&self) -> &'static [&'static str] {
        &["amount"]
    }

    fn refusal(&self, status: u16, world: &mut World) -> Answer {
        finish(Err(Refusal::of_status(status, "A fault of the sandbox's making")), world)
    }

    fn settle(&mut self, world: &mut World) {
        self.let_payers_act(world);
    }

    fn next_event(&self) -> Option<Millis> {
        self.payments.iter().filter_map(Payment::next_event).min()
    }

    fn admin_help(&self) -> &'static str {
        admin::HELP
    }

    fn admin(&mut self, request: &Request, segments: &[&str], world: &mut World) -> Option<Answer> {
        admin::answer(self, request, segments, world)
    }
}
