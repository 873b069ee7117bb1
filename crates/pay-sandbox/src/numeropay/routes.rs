//! Every route, as data.

use super::{Call, Numeropay, Refusal, Reply};
use crate::{
    request::Request,
    routes::{self, Route},
    world::World,
};

/// What a route asks for, and who works on it.
pub(crate) struct Guarded {
    /// The scope's name, where the switch asks for one. No document has any; these are ours.
    pub(crate) scope: &'static str,
    pub(crate) handler: fn(&mut Numeropay, &mut World, &Call<'_>) -> Reply,
}

/// The route of a request and the values of its parameters. A wrong path and a wrong method are the
/// same to NumeroPay.
pub(crate) fn find(request: &Request) -> Result<(&'static Route<Guarded>, Vec<String>), Refusal> {
    routes::find(ROUTES, request).map_err(|_| Refusal::not_implemented())
}

/// The ids of all operations, sorted.
pub(crate) fn operation_ids() -> Vec<&'static str> {
    let mut ids: Vec<_> = ROUTES.iter().map(|route| route.operation).collect();
    ids.sort_unstable();
    ids
}

const ROUTES: &[Route<Guarded>] = &[
    Route {
        operation: "numeropay.payments.create",
        method: "POST",
        path: "/transaction",
        handler: Guarded { scope: "transaction.create", handler: Numeropay::create },
    },
    Route {
        operation: "numeropay.payments.list",
        method: "GET",
        path: "/transaction",
        handler: Guarded { scope: "transaction.read", handler: Numeropay::list },
    },
    Route {
        operation: "numeropay.payments.get",
        method: "GET",
        path: "/transaction/*",
        handler: Guarded { scope: "transaction.read", handler: Numeropay::get },
    },
];
