//! Payfirma (PayHQ), as its documents describe it; what they leave open is in [`switches`].
//!
//! One listener serves both hosts: `/payfirma/auth` stands for `https://auth.payfirma.com`, so that
//! the token endpoint is `/payfirma/auth/oauth/token`; `/payfirma/gateway` stands for
//! `https://apigateway.payfirma.com`. Where no document names a path, the sandbox has chosen one:
//!
//! | operation | path below the gateway |
//! |---|---|
//! | EFT: bank deposit | `POST /transaction-service-vt/eft/deposit` |
//! | EFT: send funds | `POST /transaction-service-vt/eft/send` |
//! | invoices of a customer | `GET /invoice/customer/{customer_lookup_id}` |
//! | send an invoice | `POST /invoice/{invoice_id}/send` |

mod admin;
mod body;
mod browser;
mod cards;
mod customers;
mod eft;
mod follow_up;
mod handle;
mod hosted_page;
mod invoices;
mod merchant;
mod oauth;
mod paging;
mod payments;
mod plans;
mod refusal;
mod reporting;
mod routes;
mod subscriptions;
pub mod switches;
mod terminal;
mod test_processor;
mod transaction;

use std::collections::BTreeMap;

use crate::{answer::Answer, clock::Millis, provider::Provider, request::Request, world::World};

pub use crate::NotCompleted;
pub use handle::PayfirmaHandle;
use merchant::Merchant;
pub use oauth::TokenGrants;
use oauth::{OAuth, Session};
use refusal::{Refusal, finish};

pub(crate) const CLIENT_ID: &str = "sandbox-client-id";
pub(crate) const CLIENT_SECRET: &str = "sandbox-client-secret";
pub(crate) const HOSTED_PAGE_TOKEN: &str = "sandbox-hosted-page-token";
pub(crate) const IFRAME_TOKEN: &str = "sandbox-iframe-token";
/// The merchant whose own credentials those are; the id of the document's samples.
pub(crate) const MERCHANT: &str = "01234abcde";

/// The ids of all operations that the sandbox carries out, sorted.
pub fn operation_ids() -> Vec<&'static str> {
    routes::operation_ids()
}

/// Everything that Payfirma knows.
pub(crate) struct Payfirma {
    oauth: OAuth,
    merchants: BTreeMap<String, Merchant>,
    browser: browser::Browser,
    hosted_pages: Vec<hosted_page::HostedPage>,
    last_id: u64,
}

/// A request on its way to a handler.
pub(crate) struct Call<'a> {
    request: &'a Request,
    /// The values of the route's parameters, decoded.
    params: Vec<String>,
    session: Session,
}

type Reply = Result<Answer, Refusal>;

impl Payfirma {
    pub(crate) fn new() -> Self {
        Self {
            oauth: OAuth::default(),
            merchants: BTreeMap::new(),
            browser: browser::Browser::default(),
            hosted_pages: Vec::new(),
            // The number after the one in the document's sample.
            last_id: 3_039_875,
        }
    }

    fn merchant(&mut self, id: &str) -> &mut Merchant {
        self.merchants.entry(id.to_owned()).or_default()
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn route_and_answer(&mut self, request: &Request, world: &mut World) -> Reply {
        let (route, params) = routes::find(request)?;
        let session = self.authenticate(route.handler.credential, request, world)?;
        (route.handler.handler)(self, world, &Call { request, params, session })
    }
}

impl Call<'_> {
    fn param(&self, place: usize) -> &str {
        self.params.get(place).map_or("", String::as_str)
    }
}

impl Provider for Payfirma {
    fn name(&self) -> &'static str {
        "payfirma"
    }

    fn operation(&self, request: &Request) -> Option<&'static str> {
        let (route, _) = routes::find(request).ok()?;
        Some(match route.operation {
            "payfirma.oauth.token" => oauth::operation(request),
            // The same route, told apart by what it asks for.
            "payfirma.subscriptions.update" => subscriptions::operation(request),
            operation => operation,
        })
    }

    fn respond(&mut self, request: &Request, world: &mut World) -> Answer {
        let reply = self.route_and_answer(request, world);
        finish(reply, world)
    }

    fn verdict_fields(&self) -> &'static [&'static str] {
        &["transaction_result", "status"]
    }

    fn amount_fields(&self) -> &'static [&'static str] {
        &["amount", "total", "available_balance"]
    }

    fn refusal(&self, status: u16, world: &mut World) -> Answer {
        finish(Err(Refusal::new(status, "A fault of the sandbox's making")), world)
    }

    fn settle(&mut self, world: &mut World) {
        self.settle_eft(world, false);
        self.run_subscriptions(world);
    }

    fn next_event(&self) -> Option<Millis> {
        let of = |merchant: &Merchant| merchant.next_event();
        self.merchants.values().filter_map(of).min()
    }

    fn admin_help(&self) -> &'static str {
        admin::HELP
    }

    fn admin(&mut self, request: &Request, segments: &[&str], world: &mut World) -> Option<Answer> {
        admin::answer(self, request, segments, world)
    }
}
