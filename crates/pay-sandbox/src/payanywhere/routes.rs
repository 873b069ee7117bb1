//! Every route, as data.

use super::{Call, Payanywhere, Refusal, Reply, Session, switches::ForeignAccount};
use crate::{
    request::Request,
    routes::{self, NoRoute, Route},
    world::World,
};

/// The route of voids and refunds, where a request asks for neither.
pub(crate) const REVERSE: &str = "payanywhere.transactions.reverse";

/// What a route asks for, and who works on it.
pub(crate) struct Guarded {
    pub(crate) guard: Guard,
    pub(crate) handler: fn(&mut Payanywhere, &mut World, &Call<'_>) -> Reply,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// The login itself.
    Login,
    /// A token.
    Token,
    /// A token of the account in the path.
    Account,
    /// A token of the MID in the path.
    Mid,
}

/// The route of a request and the values of its parameters.
pub(crate) fn find(request: &Request) -> Result<(&'static Route<Guarded>, Vec<String>), Refusal> {
    routes::find(ROUTES, request).map_err(|reason| match reason {
        NoRoute::Path => Refusal::new(404, "Not Found"),
        NoRoute::Method(_) => Refusal::new(405, "Method Not Allowed"),
    })
}

/// Whether the path is about what the session is good for.
pub(crate) fn check_owner(
    guard: Guard,
    params: &[String],
    session: &Session,
    world: &World,
) -> Result<(), Refusal> {
    let named = params.first().map_or("", String::as_str);
    let is_own = match guard {
        Guard::Login | Guard::Token => true,
        Guard::Account => session.merchant.account_id.to_string() == named,
        Guard::Mid => session.merchant.mid == named,
    };
    match (is_own, world.switch()) {
        (true, _) => Ok(()),
        (false, ForeignAccount::Unauthorized) => Err(Refusal::unauthorized()),
        (false, ForeignAccount::Forbidden) => Err(Refusal::new(403, "Forbidden")),
        (false, ForeignAccount::NotFound) => Err(Refusal::new(404, "Not Found")),
    }
}

/// The ids of all operations, sorted.
pub(crate) fn operation_ids() -> Vec<&'static str> {
    let routes = ROUTES.iter().map(|route| route.operation).filter(|id| *id != REVERSE);
    let reversals = ["payanywhere.transactions.refund", "payanywhere.transactions.void"];
    let mut ids: Vec<_> = routes.chain(reversals).collect();
    ids.sort_unstable();
    ids
}

const ROUTES: &[Route<Guarded>] = &[
    Route {
        operation: "payanywhere.auth.log_in",
        method: "POST",
        path: "/auth",
        handler: Guarded { guard: Guard::Login, handler: Payanywhere::log_in },
    },
    Route {
        operation: "payanywhere.auth.refresh_session",
        method: "POST",
        path: "/auth/refreshSession",
        handler: Guarded { guard: Guard::Token, handler: Payanywhere::refresh_session },
    },
    Route {
        operation: "payanywhere.auth.expire_token",
        method: "GET",
        path: "/auth/expireToken",
        handler: Guarded { guard: Guard::Token, handler: Payanywhere::log_out },
    },
    Route {
        operation: "payanywhere.transactions.list",
        method: "GET",
        path: "/accounts/*/transactions",
        handler: Guarded { guard: Guard::Account, handler: Payanywhere::list },
    },
    Route {
        operation: "payanywhere.transactions.get",
        method: "GET",
        path: "/accounts/*/transactions/*",
        handler: Guarded { guard: Guard::Account, handler: Payanywhere::get },
    },
    Route {
        operation: REVERSE,
        method: "POST",
        path: "/accounts/*/transactions",
        handler: Guarded { guard: Guard::Account, handler: Payanywhere::reverse },
    },
    Route {
        operation: "payanywhere.invoices.create",
        method: "POST",
        path: "/accounts/*/invoices",
        handler: Guarded { guard: Guard::Account, handler: Payanywhere::create_invoice },
    },
    Route {
        operation: "payanywhere.iframe.charge",
        method: "POST",
        path: "/mids/*/gateways/payment",
        handler: Guarded { guard: Guard::Mid, handler: Payanywhere::charge },
    },
    Route {
        operation: "payanywhere.terminal.notify",
        method: "POST",
        path: "/accounts/*/notification",
        handler: Guarded { guard: Guard::Account, handler: Payanywhere::notify },
    },
];
