//! Transactions.

use http::Method;
use pay_core::provider::{Base, Credential, Effect, Operation, Provenance, Route, TimeoutClass};

use super::{IFRAME, REFUSED};

/// Charges a card, given as it is or as an encrypted card token.
pub static TRANSACTIONS_SALE: Operation = Operation {
    id: "payfirma.transactions.sale",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/sale"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Walkthrough, Simple Transactions, Charge a card",
};

/// Charges a card by the payment token of the iframe.
pub static TRANSACTIONS_SALE_TOKEN: Operation = Operation {
    id: "payfirma.transactions.sale_token",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/sale/token"),
    effect: Effect::Once,
    credential: IFRAME,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "Payfirma's WooCommerce plugin and iframe demo",
};

/// Charges a customer's default card. The walkthrough prints the path that adds a card: a slip.
pub static TRANSACTIONS_SALE_CUSTOMER: Operation = Operation {
    id: "payfirma.transactions.sale_customer",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/sale/customer/{customer_lookup_id}"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a third-party SDK written from the full reference",
};

/// Charges one of a customer's cards.
pub static TRANSACTIONS_SALE_CUSTOMER_CARD: Operation = Operation {
    id: "payfirma.transactions.sale_customer_card",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed(
        "/transaction-service/sale/customer/{customer_lookup_id}/card/{card_lookup_id}",
    ),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a third-party SDK written from the full reference",
};

/// Holds an amount on a card, given as it is or as an encrypted card token. How long: 5 to 30
/// business days in one place, 10 to 20 in another.
pub static TRANSACTIONS_AUTHORIZE: Operation = Operation {
    id: "payfirma.transactions.authorize",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/authorize"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Walkthrough, Simple Transactions, Authorize a hold",
};

/// Holds an amount on a customer's default card.
pub static TRANSACTIONS_AUTHORIZE_CUSTOMER: Operation = Operation {
    id: "payfirma.transactions.authorize_customer",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/authorize/customer/{customer_lookup_id}"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a third-party SDK written from the full reference",
};

/// Holds an amount on one of a customer's cards.
pub static TRANSACTIONS_AUTHORIZE_CUSTOMER_CARD: Operation = Operation {
    id: "payfirma.transactions.authorize_customer_card",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed(
        "/transaction-service/authorize/customer/{customer_lookup_id}/card/{card_lookup_id}",
    ),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a third-party SDK written from the full reference",
};

/// Collects a held amount, or a part of it.
pub static TRANSACTIONS_CAPTURE: Operation = Operation {
    id: "payfirma.transactions.capture",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/capture/{id}"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Walkthrough, Simple Transactions, Authorize a hold",
};

/// Gives a sale or a capture back, or a part of it.
pub static TRANSACTIONS_REFUND: Operation = Operation {
    id: "payfirma.transactions.refund",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/refund/{id}"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Walkthrough, Simple Transactions, Refund a payment",
};

/// Reads a transaction by its number.
pub static TRANSACTIONS_GET: Operation = Operation {
    id: "payfirma.transactions.get",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/transaction/{id}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "Payfirma's hosted page demo",
};

/// Reads a transaction by its lookup id. A third-party SDK puts the lookup id where the number
/// goes: the first-party demo is followed.
pub static TRANSACTIONS_LOOKUP: Operation = Operation {
    id: "payfirma.transactions.lookup",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/transaction/lookup/{lookup_id}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "Payfirma's hosted page demo",
};

/// Lists transactions, by cursor. The guide's two samples print POST without a body; customers
/// are listed by GET, and so is this.
pub static TRANSACTIONS_LIST: Operation = Operation {
    id: "payfirma.transactions.list",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/transaction"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a third-party SDK written from the full reference; the guide's sample",
};

/// Lists the transactions of the user that the token belongs to.
pub static TRANSACTIONS_LIST_OWN: Operation = Operation {
    id: "payfirma.transactions.list_own",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service/transaction/user"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a third-party SDK written from the full reference",
};
