//! The card terminal.

use http::Method;
use pay_core::provider::{Base, Credential, Effect, Operation, Provenance, Route, TimeoutClass};

use super::REFUSED;

/// Charges the card that is presented at a terminal.
pub static TERMINAL_SALE: Operation = Operation {
    id: "payfirma.terminal.sale",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service-vt/sale/terminal"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Interactive,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/card-terminal",
};

/// The same, recorded with a customer.
pub static TERMINAL_SALE_CUSTOMER: Operation = Operation {
    id: "payfirma.terminal.sale_customer",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service-vt/sale/terminalcustomer/{customer_lookup_id}"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Interactive,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/card-terminal",
};

/// Holds an amount on the card that is presented.
pub static TERMINAL_AUTHORIZE: Operation = Operation {
    id: "payfirma.terminal.authorize",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service-vt/authorize/terminal"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Interactive,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/card-terminal",
};

/// Collects a held amount. The reference prints GET; the sandbox wants POST.
pub static TERMINAL_CAPTURE: Operation = Operation {
    id: "payfirma.terminal.capture",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service-vt/capture/{transaction_id}"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Interactive,
    provenance: Provenance::Observed,
    source: "a third-party SDK, checked against the provider's sandbox",
};

/// Gives a terminal sale back, or a part of it.
pub static TERMINAL_REFUND: Operation = Operation {
    id: "payfirma.terminal.refund",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service-vt/refund/{transaction_id}"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Interactive,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/card-terminal",
};
