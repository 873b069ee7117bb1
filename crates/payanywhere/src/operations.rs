//! Every operation of North's Payanywhere proxy as one row: what it is, where it goes, and how sure
//! we are.
//!
//! "Guide" is North's integration guide of the Business Reporting API; "specification" the first
//! part of its API specification, which is all of it that could be read. `Observed` rows come from
//! public clients that were written against the provider.

use http::Method;
use pay_core::provider::{
    Base, Credential, Effect, Operation, Provenance, Refusals, Route, TimeoutClass,
};

/// The guide names 401 for "invalid or expired JWTs", which "are unauthorized and will return as
/// such", and 400 for "Invalid Post Data", the latter at the login; that it means the same
/// elsewhere is inferred. No other status proves anything.
const REFUSED: Refusals = Refusals::of(&[400, 401]).known_by(Provenance::Inferred);

/// "Unauthenticated Response: 404. Invalid Post Data Response: 400." (Guide: Authentication.)
const LOGIN_REFUSED: Refusals = Refusals::of(&[400, 404]);

/// "Received when an expired or invalid token is provided." (Guide: Refresh, Log Out.)
const SESSION_REFUSED: Refusals = Refusals::of(&[401]);

/// All of them, in the order of the facts.
pub static ALL: &[&Operation] = &[
    &LOG_IN,
    &REFRESH_SESSION,
    &EXPIRE_TOKEN,
    &TRANSACTIONS_LIST,
    &TRANSACTIONS_GET,
    &TRANSACTIONS_REFUND,
    &TRANSACTIONS_VOID,
    &INVOICES_CREATE,
    &IFRAME_CHARGE,
    &TERMINAL_NOTIFY,
];

/// Logs in. Each login gives a token; twice is no harm. Wrong credentials are told by 404.
pub static LOG_IN: Operation = Operation {
    id: "payanywhere.auth.log_in",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/auth"),
    effect: Effect::Idempotent,
    credential: Credential::None,
    refusals: LOGIN_REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Authentication Request",
};

/// Exchanges a token that is still valid for one that lasts longer. What the answer holds beside
/// the token is unknown.
pub static REFRESH_SESSION: Operation = Operation {
    id: "payanywhere.auth.refresh_session",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/auth/refreshSession"),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: SESSION_REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Refresh Authentication Session",
};

/// Logs out: ends a token. A GET, and yet it changes something.
pub static EXPIRE_TOKEN: Operation = Operation {
    id: "payanywhere.auth.expire_token",
    method: Method::GET,
    base: Base::Auth,
    route: Route::Fixed("/auth/expireToken"),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: SESSION_REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Log Out of Authenticated Session",
};

/// Lists transactions. Parameters and statuses are in the specification; what most parameters mean
/// and what comes back is in a developer's summary of it.
pub static TRANSACTIONS_LIST: Operation = Operation {
    id: "payanywhere.transactions.list",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/accounts/{account_id}/transactions"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Specification 6.3.7: transactions",
};

/// Reads a transaction. From a single source, which says neither which of its ids goes into the
/// path nor what the answer is wrapped in.
pub static TRANSACTIONS_GET: Operation = Operation {
    id: "payanywhere.transactions.get",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/accounts/{account_id}/transactions/{transaction_id}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a developer's summary of North's specification",
};

/// Refunds a settled sale, in whole or in part. The fields `ccs_pk` and `amount` are in the
/// specification, the answer is in public clients only.
pub static TRANSACTIONS_REFUND: Operation = Operation {
    id: "payanywhere.transactions.refund",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/accounts/{account_id}/transactions"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Specification 6.3.7: transactions, refund or void; public clients for the answer",
};

/// Voids a sale that is not settled yet. The same path as a refund's; the number of the sale goes
/// into another field.
pub static TRANSACTIONS_VOID: Operation = Operation {
    id: "payanywhere.transactions.void",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/accounts/{account_id}/transactions"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Specification 6.3.7: transactions, refund or void; public clients for the answer",
};

/// Creates an invoice with a page to pay it on.
pub static INVOICES_CREATE: Operation = Operation {
    id: "payanywhere.invoices.create",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/accounts/{account_id}/invoices"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "a public client written for North's certification",
};

/// Charges a card by the token that North's browser SDK made of it. The request is in the
/// specification; that the answer has a refund's `status_code` is inferred.
pub static IFRAME_CHARGE: Operation = Operation {
    id: "payanywhere.iframe.charge",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/mids/{mid}/gateways/payment"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Specification 6.3.7 of the iFrame SDK: functions; North's sample application",
};

/// Asks a paired card terminal for something, such as a sale. All but `type` is unknown.
pub static TERMINAL_NOTIFY: Operation = Operation {
    id: "payanywhere.terminal.notify",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/accounts/{account_id}/notification"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    // Whether the answer waits for the payer is unknown.
    timeout: TimeoutClass::Interactive,
    provenance: Provenance::Documented,
    source: "Specification 6.9.0 of the SI Cloud API: functions",
};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_ours() {
        let ids: HashSet<_> = ALL.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), ALL.len());
        assert!(ids.iter().all(|id| id.starts_with("payanywhere.")));
    }

    #[test]
    fn nothing_that_moves_money_is_sent_twice() {
        for row in ALL.iter().filter(|row| row.is_write() && row.base == Base::Gateway) {
            assert_eq!(row.effect, Effect::Once, "{}", row.id);
            assert!(!row.refusals.contains(404) && !row.refusals.contains(429), "{}", row.id);
        }
    }
}
