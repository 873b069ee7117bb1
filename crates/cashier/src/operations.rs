//! Every operation as one row: what it is and how sure we are. Where it goes is the caller's
//! [`Routes`](crate::Routes): no source states a method or a path. The method of a row is a guess
//! that is used nowhere.

use http::Method;
use pay_core::provider::{
    Base, Credential, Effect, Operation, Provenance, Refusals, Route, TimeoutClass,
};

/// The merchant's API key, in the header `x-api-key`.
pub(crate) const API_KEY: Credential = Credential::Named("api_key");

/// "4xx: indicates there is a problem with the client's request ... it is safe to retry the
/// request after fixing the root cause of the problem (either your request parameters or your
/// account configuration)." So these mean "not processed". 402, 408, 409 and 429 are no fault in
/// parameters or configuration; nothing is said of them, and they prove nothing.
const REFUSED: Refusals = Refusals::of(&[400, 401, 403, 404, 405, 413, 415, 422]);

/// All of them, in the order of the document.
pub static ALL: &[&Operation] = &[
    &PAYMENTS_HOSTED,
    &PAYMENTS_DIRECT,
    &PAYMENTS_S2S,
    &PAYOUTS_CREATE,
    &PAYOUTS_APPROVE,
    &PAYOUTS_REJECT,
    &TRANSACTIONS_GET,
    &TRANSACTIONS_LIST,
];

const fn operation(
    id: &'static str,
    method: Method,
    parameters: &'static [&'static str],
    effect: Effect,
    provenance: Provenance,
    source: &'static str,
) -> Operation {
    Operation {
        id,
        method,
        base: Base::Gateway,
        route: Route::Caller(parameters),
        effect,
        credential: API_KEY,
        refusals: REFUSED,
        timeout: TimeoutClass::Normal,
        provenance,
        source,
    }
}

/// Opens the cashier page for one payment: a token comes back. How it becomes a URL is unknown.
pub static PAYMENTS_HOSTED: Operation = operation(
    "cashier.payments.hosted",
    Method::POST,
    &[],
    Effect::Once,
    Provenance::Documented,
    "Payments API: all in one cashier; method and path unknown",
);

/// A payment at one provider, past the cashier. Its reply is in no source.
pub static PAYMENTS_DIRECT: Operation = operation(
    "cashier.payments.direct",
    Method::POST,
    &[],
    Effect::Once,
    Provenance::Inferred,
    "Payments API: Direct Integration; method, path and reply unknown",
);

/// Charges a card. In the sample `card_details` closes `request` before it begins, so it is sent
/// beside it; the sample has one closing brace too many, so it may have been meant inside.
pub static PAYMENTS_S2S: Operation = operation(
    "cashier.payments.s2s",
    Method::POST,
    &[],
    Effect::Once,
    Provenance::Documented,
    "Payments API: Server-to-Server (S2S); method and path unknown",
);

/// Opens the cashier page for one withdrawal: a token comes back.
pub static PAYOUTS_CREATE: Operation = operation(
    "cashier.payouts.create",
    Method::POST,
    &[],
    Effect::Once,
    Provenance::Documented,
    "Payments API: all in one cashier for withdrawals; method and path unknown",
);

/// Approves a pending payout. The id is the one "in your system" here, "ours" for
/// [`PAYOUTS_REJECT`]; both samples show one that looks like a `tracking_id`.
pub static PAYOUTS_APPROVE: Operation = operation(
    "cashier.payouts.approve",
    Method::POST,
    &["transaction_id"],
    Effect::Once,
    Provenance::Documented,
    "Payments API: approve pending payouts; method and path unknown",
);

/// Rejects a pending payout. The id is the one "that you received in webhook"; see
/// [`PAYOUTS_APPROVE`].
pub static PAYOUTS_REJECT: Operation = operation(
    "cashier.payouts.reject",
    Method::POST,
    &["transaction_id"],
    Effect::Once,
    Provenance::Documented,
    "Payments API: reject pending payouts; method and path unknown",
);

/// Reads how a transaction stands. Whether the id is in the path or the query is unknown.
pub static TRANSACTIONS_GET: Operation = operation(
    "cashier.transactions.get",
    Method::GET,
    &["id"],
    Effect::Read,
    Provenance::Documented,
    "Payments API: latest information regarding a specific transaction; method and path unknown",
);

/// Lists the transactions of at most seven days. Dates are DD-MM-YYYY; in which time zone, and
/// whether the last day is included, is unknown.
pub static TRANSACTIONS_LIST: Operation = operation(
    "cashier.transactions.list",
    Method::GET,
    &[],
    Effect::Read,
    Provenance::Documented,
    "Payments API: retrieves transactions; method and path unknown",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_no_path_is_invented() {
        let ids: std::collections::BTreeSet<_> = ALL.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for row in ALL {
            assert!(row.id.starts_with("cashier."));
            assert!(matches!(row.route, Route::Caller(_)), "{}", row.id);
            assert_ne!(row.effect, Effect::Idempotent, "{}", row.id);
        }
    }
}
