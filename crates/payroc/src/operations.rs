//! Every operation of the Payroc Web API as one row: what it is, where it goes, and how sure we are.

use http::Method;
use pay_core::provider::{
    Base, Credential, Effect, Operation, Provenance, Refusals, Route, TimeoutClass,
};

/// "Failed requests will return a 4XX or 5XX status code ... 4XX status codes indicate an issue with
/// the request and can be retried once corrected" (Error Codes), so these mean "not processed". 429
/// is not among them: it proves something by its exact body only. 402, 409 and others are in no
/// document.
const REFUSED: Refusals = Refusals::of(&[400, 401, 403, 404, 405, 413, 415, 422]);

/// All of them, in the order of the document.
pub static ALL: &[&Operation] = &[
    &AUTH_LOGIN,
    &AUTH_REFRESH,
    &BOARDING_SUBMIT,
    &BOARDING_STATUS,
    &SETTLEMENT_REPORT,
    &SETTLEMENT_BATCH,
];

/// Logs in, by credentials in the body or in a Basic header. The access token comes in
/// `bearerToken`. Twice is no harm: each login gives tokens of its own.
pub static AUTH_LOGIN: Operation = Operation {
    id: "payroc.auth.login",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/auth"),
    effect: Effect::Idempotent,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Web API: Authentication, Create Access Token",
};

/// Gives another access token for a refresh token. It comes in `accessToken`; no new refresh token
/// comes with it, so the old one stays good and twice is no harm.
pub static AUTH_REFRESH: Operation = Operation {
    id: "payroc.auth.refresh",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/access-token"),
    effect: Effect::Idempotent,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Web API: Authentication, Refresh Access Token",
};

/// Submits a merchant's application: the merchant is boarded and gets a MID. At most one in five
/// seconds. The fields within addresses, contacts and the bank account are from public code that
/// works against the sandbox: the document does not expand them.
pub static BOARDING_SUBMIT: Operation = Operation {
    id: "payroc.boarding.submit",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/boarding"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Web API: Boarding, Submit Merchant Application; Rate limit",
};

/// Reads how far a merchant's application is.
pub static BOARDING_STATUS: Operation = Operation {
    id: "payroc.boarding.status",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/boarding/{MID}/status"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Web API: Boarding, Get Merchant Application Status",
};

/// Reads the settled batches and the chargebacks of some days. The two dates are "date-time" in the
/// document; public code that works in production sends MM/DD/YYYY, and so does this.
pub static SETTLEMENT_REPORT: Operation = Operation {
    id: "payroc.settlement.report",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/settlement/{MID}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Web API: Settlement, Get Settlement Report",
};

/// Reads the transactions and chargebacks of one batch.
pub static SETTLEMENT_BATCH: Operation = Operation {
    id: "payroc.settlement.batch",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/settlement/{MID}/batch/{BatchId}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Web API: Settlement, Get Batch Details",
};
