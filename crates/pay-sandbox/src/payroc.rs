//! The Payroc Web API of Integrity Payment Systems, as its document describes it; what that leaves
//! open is in [`switches`].
//!
//! `/payroc/v1` stands for `https://api.integritypays.com/v1`. HTTPS, which the real one insists on,
//! is the one rule that is not kept.
//!
//! No document names a test rule, so these are ours, in the spirit of Payfirma's. An application is
//! decided after [`switches::DecidedAfter`]: approved where the tax id ends in an odd digit, declined
//! where it ends in an even one. An approved merchant becomes active after
//! [`switches::ActiveAfter`]. A tax id that begins with 00, or has not nine digits, fails the TIN
//! check. Batches and chargebacks are made by hand, batches also by the clock
//! ([`switches::BatchEvery`]).
//!
//! The sandbox keeps the last four digits of tax ids, SSNs and account numbers, and no more. A
//! refusal repeats what was checked where the document says so: the tax id and the address.

mod account;
mod address;
mod admin;
mod application;
mod boarding;
mod dates;
mod handle;
mod input;
mod jwt;
mod login;
mod merchant;
mod owner;
mod refusal;
mod routes;
mod settled;
mod settlement;
pub mod switches;
mod validation;

use crate::{answer::Answer, clock::Millis, provider::Provider, request::Request, world::World};

pub use crate::NotCompleted;
pub use account::PartnerLogin;
pub use handle::PayrocHandle;
pub use login::LoginCounts;
pub use merchant::{BoardedMerchant, Stage};
pub use settled::SettledBatch;

use account::Session;
use login::Logins;
use merchant::Merchant;
use refusal::{Refusal, finish};

/// The ids of all operations that the sandbox carries out, sorted.
pub fn operation_ids() -> Vec<&'static str> {
    routes::operation_ids()
}

/// Everything that Payroc knows.
#[derive(Debug, Default)]
pub(crate) struct Payroc {
    logins: Logins,
    /// In order of time.
    merchants: Vec<Merchant>,
    throttle: boarding::Throttle,
    ids: settled::Ids,
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

impl Payroc {
    fn route_and_answer(&mut self, request: &Request, world: &mut World) -> Reply {
        let (route, params) = routes::find(request)?;
        if !routes::accepts_json(request) && world.switch::<switches::Accept>().refuses() {
            return Err(Refusal::restricted("RequestFilter"));
        }
        let session = match route.handler.guard {
            routes::Guard::Open => None,
            routes::Guard::Bearer => Some(self.session(request, world)?),
        };
        (route.handler.handler)(self, world, &Call { request, params, session })
    }
}

impl Call<'_> {
    fn param(&self, place: usize) -> &str {
        self.params.get(place).map_or("", String::as_str)
    }
}

impl Provider for Payroc {
    fn name(&self) -> &'static str {
        "payroc"
    }

    fn operation(&self, request: &Request) -> Option<&'static str> {
        routes::find(request).ok().map(|(route, _)| route.operation)
    }

    fn respond(&mut self, request: &Request, world: &mut World) -> Answer {
        let reply = self.route_and_answer(request, world);
        let answer = finish(reply, world);
        match routes::accepts_json(request) {
            false if world.switch::<switches::Accept>() == switches::Accept::Html => {
                refusal::as_page(answer)
            }
            _ => answer,
        }
    }

    fn verdict_fields(&self) -> &'static [&'static str] {
        &["applicationStatus", "processingStatus", "settlementStatus", "status"]
    }

    fn amount_fields(&self) -> &'static [&'static str] {
        &[
            "saleAmount",
            "returnAmount",
            "heldAmount",
            "authorizedAmount",
            "transactionAmount",
            "chargebackAmount",
            "feeAmount",
        ]
    }

    fn refusal(&self, status: u16, world: &mut World) -> Answer {
        finish(Err(Refusal::of_status(status, "A fault of the sandbox's making")), world)
    }

    fn settle(&mut self, world: &mut World) {
        self.let_time_pass(world);
    }

    fn next_event(&self) -> Option<Millis> {
        self.merchants.iter().filter_map(Merchant::next_event).min()
    }

    fn admin_help(&self) -> &'static str {
        admin::HELP
    }

    fn admin(&mut self, request: &Request, segments: &[&str], world: &mut World) -> Option<Answer> {
        admin::answer(self, request, segments, world)
    }
}
