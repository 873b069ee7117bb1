//! Subscriptions.

use http::Method;
use pay_core::provider::{Base, Credential, Effect, Operation, Provenance, Route, TimeoutClass};

use super::REFUSED;

/// Subscribes a stored card to a plan. A condensed copy of the reference prints
/// `/customer/subscription`; two sources have the customer in the path.
pub static SUBSCRIPTIONS_ADD: Operation = Operation {
    id: "payfirma.subscriptions.add",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/customer-service/customer/{customer_lookup_id}/subscription"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Future Payments, Subscribe a customer with a stored card",
};

/// Changes a subscription.
pub static SUBSCRIPTIONS_UPDATE: Operation = Operation {
    id: "payfirma.subscriptions.update",
    method: Method::PATCH,
    base: Base::Gateway,
    route: Route::Fixed(
        "/customer-service/customer/{customer_lookup_id}/subscription/{subscription_lookup_id}",
    ),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a third-party SDK written from the full reference; the heading is in the guide",
};

/// Cancels a subscription by the status `CANCELED`.
pub static SUBSCRIPTIONS_CANCEL: Operation = Operation {
    id: "payfirma.subscriptions.cancel",
    method: Method::PATCH,
    base: Base::Gateway,
    route: Route::Fixed(
        "/customer-service/customer/{customer_lookup_id}/subscription/{subscription_lookup_id}",
    ),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a third-party SDK written from the full reference; the heading is in the guide",
};
