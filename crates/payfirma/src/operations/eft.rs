//! Electronic funds transfer.

use http::Method;
use pay_core::provider::{Base, Credential, Effect, Operation, Provenance, Route, TimeoutClass};

use super::REFUSED;

/// Reads the EFT balance.
pub static EFT_BALANCE: Operation = Operation {
    id: "payfirma.eft.balance",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service-vt/eft/balance"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/eft, Balance",
};

/// Lists the requests for money that others have made.
pub static EFT_INCOMING_REQUESTS: Operation = Operation {
    id: "payfirma.eft.incoming_requests",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service-vt/eft/incoming-requests"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/eft, Incoming request",
};

/// Asks a customer for money.
pub static EFT_REQUEST_FUNDS: Operation = Operation {
    id: "payfirma.eft.request_funds",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/transaction-service-vt/eft/request/{customer_lookup_id}"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/eft, Requesting funds",
};

/// Deposits to a bank account.
pub static EFT_BANK_DEPOSIT: Operation = Operation {
    id: "payfirma.eft.bank_deposit",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Caller(&["customer_lookup_id"]),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Inferred,
    source: "heading in the guide; path and fields unknown",
};

/// Sends money to a customer.
pub static EFT_SEND_FUNDS: Operation = Operation {
    id: "payfirma.eft.send_funds",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Caller(&["customer_lookup_id"]),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Inferred,
    source: "heading in the guide; path and fields unknown",
};
