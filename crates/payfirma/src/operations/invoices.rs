//! Invoices.

use http::Method;
use pay_core::provider::{Base, Credential, Effect, Operation, Provenance, Route, TimeoutClass};

use super::REFUSED;

/// Lists invoices.
pub static INVOICES_LIST: Operation = Operation {
    id: "payfirma.invoices.list",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/invoice"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/invoice",
};

/// Creates an invoice.
pub static INVOICES_CREATE: Operation = Operation {
    id: "payfirma.invoices.create",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/invoice"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/invoice",
};

/// Creates a draft of an invoice.
pub static INVOICES_DRAFT: Operation = Operation {
    id: "payfirma.invoices.draft",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/invoice/draft"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/invoice",
};

/// Reads an invoice.
pub static INVOICES_GET: Operation = Operation {
    id: "payfirma.invoices.get",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Fixed("/invoice/{invoice_id}"),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/invoice",
};

/// Lists the invoices of a customer.
pub static INVOICES_LIST_BY_CUSTOMER: Operation = Operation {
    id: "payfirma.invoices.list_by_customer",
    method: Method::GET,
    base: Base::Gateway,
    route: Route::Caller(&["customer_lookup_id"]),
    effect: Effect::Read,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Inferred,
    source: "heading in the guide; path unknown",
};

/// Mails an invoice, to another address if one is given.
pub static INVOICES_SEND: Operation = Operation {
    id: "payfirma.invoices.send",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Caller(&["invoice_id"]),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Inferred,
    source: "heading and body in the reference; path unknown",
};

/// Mails an invoice to an address. A body is not documented, so none is sent.
pub static INVOICES_SEND_TO: Operation = Operation {
    id: "payfirma.invoices.send_to",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/invoice/{invoice_id}/send/{email_address}"),
    effect: Effect::Once,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "developer.payfirma.com/api/invoice",
};
