//! Plans.

use http::Method;
use pay_core::provider::{Base, Credential, Effect, Operation, Provenance, Route, TimeoutClass};

use super::REFUSED;

/// Creates a plan.
pub static PLANS_CREATE: Operation = Operation {
    id: "payfirma.plans.create",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/plan-service/plan"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/plan; Guide: Future Payments, Subscribe a customer with a stored card",
};

/// Lists plans.
pub static PLANS_LIST: Operation = Operation {
    id: "payfirma.plans.list",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/plan-service/plan"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Inferred,
    source: "heading in the guide; method and path by analogy with customers",
};

/// Reads a plan.
pub static PLANS_GET: Operation = Operation {
    id: "payfirma.plans.get",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/plan-service/plan/{plan_lookup_id}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Inferred,
    source: "heading in the guide; method and path by analogy with customers",
};

/// Changes a plan. Whether running subscriptions change with it is unknown.
pub static PLANS_UPDATE: Operation = Operation {
    id: "payfirma.plans.update",
    method: Method::PUT,
    base: Base::Gateway,
    route: Route::Fixed("/plan-service/plan/{plan_lookup_id}"),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Inferred,
    source: "heading in the guide; method and path by analogy with customers",
};

/// Removes a plan. What becomes of its subscriptions is unknown.
pub static PLANS_REMOVE: Operation = Operation {
    id: "payfirma.plans.remove",
    method: Method::DELETE,
    base: Base::Gateway,
    route: Route::Fixed("/plan-service/plan/{plan_lookup_id}"),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Inferred,
    source: "heading in the guide; method and path by analogy with cards",
};
