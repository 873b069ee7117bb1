//! The hosted payment page.

use http::Method;
use pay_core::provider::{Base, Effect, Operation, Provenance, Route, TimeoutClass};

use super::{HOSTED_PAGE, REFUSED};

/// Makes a payment page for one payment and gives its URL.
pub static HOSTED_PAGE_INIT: Operation = Operation {
    id: "payfirma.hosted_page.init",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/merchant-service/hpp/init"),
    effect: Effect::Once,
    credential: HOSTED_PAGE,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "Payfirma's hosted page demo; the path from a third-party demo",
};
