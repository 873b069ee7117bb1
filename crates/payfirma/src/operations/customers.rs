//! Customers.

use http::Method;
use pay_core::provider::{Base, Credential, Effect, Operation, Provenance, Route, TimeoutClass};

use super::REFUSED;

/// Stores a customer.
pub static CUSTOMERS_CREATE: Operation = Operation {
    id: "payfirma.customers.create",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/customer-service/customer"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Customer, Create a customer",
};

/// Reads a customer with cards and subscriptions.
pub static CUSTOMERS_GET: Operation = Operation {
    id: "payfirma.customers.get",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/customer-service/customer/{customer_lookup_id}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Customer, Retrieve a specific customer",
};

/// Lists customers, by cursor.
pub static CUSTOMERS_LIST: Operation = Operation {
    id: "payfirma.customers.list",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/customer-service/customer"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Customer, Retrieve all customers for a specific account",
};

/// Lists the customers of a plan. The template ends in a slash, the sample does not: without.
pub static CUSTOMERS_LIST_BY_PLAN: Operation = Operation {
    id: "payfirma.customers.list_by_plan",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/customer-service/customer/plan/{plan_lookup_id}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Customer, Retrieve plan's customers",
};

/// Changes a customer. Whether fields that are not sent are kept is unknown.
pub static CUSTOMERS_UPDATE: Operation = Operation {
    id: "payfirma.customers.update",
    method: Method::PUT,
    base: Base::Gateway,
    route: Route::Fixed("/customer-service/customer/{customer_lookup_id}"),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Customer, Update a customer",
};
