//! Stored cards.

use http::Method;
use pay_core::provider::{Base, Credential, Effect, Operation, Provenance, Route, TimeoutClass};

use super::REFUSED;

/// Stores a card with a customer. The walkthrough's sample ends in a slash, the reference does
/// not.
pub static CARDS_ADD: Operation = Operation {
    id: "payfirma.cards.add",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/customer-service/customer/{customer_lookup_id}/card"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/customer; Guide: Future Payments, Storing a credit card",
};

/// Changes a stored card's description, or makes it the default.
pub static CARDS_UPDATE: Operation = Operation {
    id: "payfirma.cards.update",
    method: Method::PATCH,
    base: Base::Gateway,
    route: Route::Fixed("/customer-service/customer/{customer_lookup_id}/card/{card_lookup_id}"),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/customer",
};

/// Removes a stored card.
pub static CARDS_REMOVE: Operation = Operation {
    id: "payfirma.cards.remove",
    method: Method::DELETE,
    base: Base::Gateway,
    route: Route::Fixed("/customer-service/customer/{customer_lookup_id}/card/{card_lookup_id}"),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/customer",
};
