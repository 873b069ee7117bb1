//! Every route, as data.

use super::{Call, Payroc, Refusal, Reply, switches::Accept};
use crate::{
    request::Request,
    routes::{self, NoRoute, Route},
    world::World,
};

/// What a route asks for, and who works on it.
pub(crate) struct Guarded {
    pub(crate) guard: Guard,
    pub(crate) handler: fn(&mut Payroc, &mut World, &Call<'_>) -> Reply,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    Open,
    /// An access token.
    Bearer,
}

/// The route of a request and the values of its parameters.
pub(crate) fn find(request: &Request) -> Result<(&'static Route<Guarded>, Vec<String>), Refusal> {
    routes::find(ROUTES, request).map_err(|reason| match reason {
        NoRoute::Path => Refusal::of_status(404, "Handler for Request not found"),
        // The wrong verb, as the table of errors has it.
        NoRoute::Method(_) if request.segments().last().is_some_and(|last| last == "auth") => {
            Refusal::restricted("Authenticate")
        }
        NoRoute::Method(_) => Refusal::of_status(405, "The method is not allowed here"),
    })
}

/// The ids of all operations, sorted.
pub(crate) fn operation_ids() -> Vec<&'static str> {
    let mut ids: Vec<_> = ROUTES.iter().map(|route| route.operation).collect();
    ids.sort_unstable();
    ids
}

/// Whether the `Accept` header names JSON.
pub(crate) fn accepts_json(request: &Request) -> bool {
    let accepted = request.header("accept").unwrap_or_default();
    let media_type = |part: &str| part.split(';').next().unwrap_or_default().trim().to_lowercase();
    accepted.split(',').any(|part| media_type(part) == "application/json")
}

impl Accept {
    pub(crate) fn refuses(self) -> bool {
        self == Self::Required
    }
}

const ROUTES: &[Route<Guarded>] = &[
    Route {
        operation: "payroc.auth.login",
        method: "POST",
        path: "/v1/auth",
        handler: Guarded { guard: Guard::Open, handler: Payroc::log_in },
    },
    Route {
        operation: "payroc.auth.refresh",
        method: "POST",
        path: "/v1/access-token",
        handler: Guarded { guard: Guard::Open, handler: Payroc::refresh },
    },
    Route {
        operation: "payroc.boarding.submit",
        method: "POST",
        path: "/v1/boarding",
        handler: Guarded { guard: Guard::Bearer, handler: Payroc::board },
    },
    Route {
        operation: "payroc.boarding.status",
        method: "GET",
        path: "/v1/boarding/*/status",
        handler: Guarded { guard: Guard::Bearer, handler: Payroc::status },
    },
    Route {
        operation: "payroc.settlement.report",
        method: "GET",
        path: "/v1/settlement/*",
        handler: Guarded { guard: Guard::Bearer, handler: Payroc::report },
    },
    Route {
        operation: "payroc.settlement.batch",
        method: "GET",
        path: "/v1/settlement/*/batch/*",
        handler: Guarded { guard: Guard::Bearer, handler: Payroc::batch },
    },
];
