//! Every operation of NumeroPay as one row: what it is, where it goes, and how sure we are.

use http::Method;
use pay_core::provider::{
    Base, Credential, Effect, Operation, Provenance, Refusals, Route, TimeoutClass,
};

/// Errors are told by name in the body, under 200 or 500. Of statuses the document says only that
/// "standard HTTP response codes" and Bearer authentication are used: by that standard a 401 means
/// "not processed". No other status proves anything.
const REFUSED: Refusals = Refusals::of(&[401]).known_by(Provenance::Inferred);

/// All of them, in the order of the document.
pub static ALL: &[&Operation] = &[&PAYMENTS_CREATE, &PAYMENTS_LIST, &PAYMENTS_GET];

/// Creates a payment for a payer to make. No money moves yet.
pub static PAYMENTS_CREATE: Operation = Operation {
    id: "numeropay.payments.create",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "NumeroPay API: Create new Transaction",
};

/// Lists the merchant's payments. That it begins with the newest and that `from` is its upper end
/// follows from the default, "current time".
pub static PAYMENTS_LIST: Operation = Operation {
    id: "numeropay.payments.list",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/transaction"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "NumeroPay API: Get All Transactions",
};

/// Reads a payment.
pub static PAYMENTS_GET: Operation = Operation {
    id: "numeropay.payments.get",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/transaction/{transaction_id}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "NumeroPay API: Get Transaction Update",
};
