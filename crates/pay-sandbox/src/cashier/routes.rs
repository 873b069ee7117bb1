//! Every route, as data. Methods and paths are the sandbox's own: no source has any.

use super::{Call, Cashier, Refusal, Reply};
use crate::{
    request::Request,
    routes::{self, NoRoute, Route},
    world::World,
};

/// What the document says of `x-api-key` at an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyIs {
    /// "required".
    MarkedRequired,
    /// Listed, but not as required; the overview requires it everywhere.
    NotMarked,
    /// A payer's browser has none.
    OfNoUse,
}

/// What a route asks for, and who works on it.
pub(crate) struct Guarded {
    pub(crate) key: KeyIs,
    pub(crate) handler: fn(&mut Cashier, &mut World, &Call<'_>) -> Reply,
}

/// The page of a payer's browser; no operation of the API.
const VISIT: &str = "cashier.pages.visit";

/// The route of a request and the values of its parameters.
pub(crate) fn find(request: &Request) -> Result<(&'static Route<Guarded>, Vec<String>), Refusal> {
    routes::find(ROUTES, request).map_err(|error| match error {
        NoRoute::Path => Refusal::of_status(404, "There is nothing at this path"),
        NoRoute::Method(methods) => {
            Refusal::of_status(405, &format!("This path takes {}", methods.join(", ")))
        }
    })
}

/// The ids of all operations of the API, sorted.
pub(crate) fn operation_ids() -> Vec<&'static str> {
    let mut ids: Vec<_> =
        ROUTES.iter().map(|route| route.operation).filter(|id| *id != VISIT).collect();
    ids.sort_unstable();
    ids
}

const fn route(
    operation: &'static str,
    method: &'static str,
    path: &'static str,
    key: KeyIs,
    handler: fn(&mut Cashier, &mut World, &Call<'_>) -> Reply,
) -> Route<Guarded> {
    Route { operation, method, path, handler: Guarded { key, handler } }
}

use KeyIs::{MarkedRequired, NotMarked, OfNoUse};

#[rustfmt::skip]
const ROUTES: &[Route<Guarded>] = &[
    route("cashier.payments.hosted", "POST", "/hosted", NotMarked, Cashier::hosted),
    route("cashier.payments.direct", "POST", "/direct", NotMarked, Cashier::direct),
    route("cashier.payments.s2s", "POST", "/s2s", NotMarked, Cashier::s2s),
    route("cashier.payouts.create", "POST", "/payout", MarkedRequired, Cashier::payout),
    route("cashier.payouts.approve", "POST", "/payout/approve", MarkedRequired, Cashier::approve),
    route("cashier.payouts.reject", "POST", "/payout/reject", MarkedRequired, Cashier::reject),
    route("cashier.transactions.get", "GET", "/transaction/*", MarkedRequired, Cashier::get),
    route("cashier.transactions.list", "GET", "/transactions", MarkedRequired, Cashier::list),
    route(VISIT, "GET", "/page/*", OfNoUse, Cashier::visit_page),
];
