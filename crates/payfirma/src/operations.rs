//! Every operation of Payfirma as one row: what it is, where it goes, and how sure we are.

use http::Method;
use pay_core::provider::{
    Base, Credential, Effect, Operation, Provenance, Refusals, Route, TimeoutClass,
};

/// The token that the hosted page is made with.
pub(crate) const HOSTED_PAGE: Credential = Credential::Named("hosted_page");

/// The token that iframe payments are made with.
pub(crate) const IFRAME: Credential = Credential::Named("iframe");

/// "Codes in the 4xx range indicate that there is something either missing in or wrong with the
/// parameters of the request", 401 a bad token (Guide: Getting Started, Errors; Walkthrough).
/// So these mean "not processed". 409 and 429 are in no document and prove nothing; 402 is a
/// decline and is read as one.
const REFUSED: Refusals = Refusals::of(&[400, 401, 403, 404, 405, 413, 415, 422]);

/// All of them, in the order of the document.
pub static ALL: &[&Operation] = &[
    &OAUTH_AUTHORIZE,
    &OAUTH_CODE,
    &OAUTH_CLIENT_CREDENTIALS,
    &OAUTH_REFRESH,
    &OAUTH_REVOKE,
    &CUSTOMERS_CREATE,
    &CUSTOMERS_GET,
    &CUSTOMERS_LIST,
    &CUSTOMERS_LIST_BY_PLAN,
    &CUSTOMERS_UPDATE,
    &CARDS_ADD,
    &CARDS_UPDATE,
    &CARDS_REMOVE,
    &SUBSCRIPTIONS_ADD,
    &SUBSCRIPTIONS_UPDATE,
    &SUBSCRIPTIONS_CANCEL,
    &PLANS_CREATE,
    &PLANS_LIST,
    &PLANS_GET,
    &PLANS_UPDATE,
    &PLANS_REMOVE,
    &TRANSACTIONS_SALE,
    &TRANSACTIONS_SALE_TOKEN,
    &TRANSACTIONS_SALE_CUSTOMER,
    &TRANSACTIONS_SALE_CUSTOMER_CARD,
    &TRANSACTIONS_AUTHORIZE,
    &TRANSACTIONS_AUTHORIZE_CUSTOMER,
    &TRANSACTIONS_AUTHORIZE_CUSTOMER_CARD,
    &TRANSACTIONS_CAPTURE,
    &TRANSACTIONS_REFUND,
    &TRANSACTIONS_GET,
    &TRANSACTIONS_LOOKUP,
    &TRANSACTIONS_LIST,
    &TRANSACTIONS_LIST_OWN,
    &TERMINAL_SALE,
    &TERMINAL_SALE_CUSTOMER,
    &TERMINAL_AUTHORIZE,
    &TERMINAL_CAPTURE,
    &TERMINAL_REFUND,
    &EFT_BALANCE,
    &EFT_INCOMING_REQUESTS,
    &EFT_REQUEST_FUNDS,
    &EFT_BANK_DEPOSIT,
    &EFT_SEND_FUNDS,
    &INVOICES_LIST,
    &INVOICES_CREATE,
    &INVOICES_DRAFT,
    &INVOICES_GET,
    &INVOICES_LIST_BY_CUSTOMER,
    &INVOICES_SEND,
    &INVOICES_SEND_TO,
    &HOSTED_PAGE_INIT,
];

/// Sends the merchant's browser to the consent page. Built, never called.
pub static OAUTH_AUTHORIZE: Operation = Operation {
    id: "payfirma.oauth.authorize",
    method: Method::GET,
    base: Base::Auth,
    route: Route::Fixed("/oauth/authorize"),
    effect: Effect::Read,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Authorize, Authorization",
};

/// Exchanges a one-time code. The parameters go into a form body, though the samples print them
/// in the query: a URL is no place for secrets.
pub static OAUTH_CODE: Operation = Operation {
    id: "payfirma.oauth.code",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/oauth/token"),
    effect: Effect::Once,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Grant, Authorization code grant",
};

/// Logs in with the client's own credentials. The table says that `grant_type` must be
/// `refresh_token`; the samples say `client_credentials`, and are right.
pub static OAUTH_CLIENT_CREDENTIALS: Operation = Operation {
    id: "payfirma.oauth.client_credentials",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/oauth/token"),
    effect: Effect::Idempotent,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Walkthrough, Traffic Authentication; Grant, Client Credentials Grant",
};

/// Exchanges a refresh token, which can be used only once, for a new pair.
pub static OAUTH_REFRESH: Operation = Operation {
    id: "payfirma.oauth.refresh",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/oauth/token"),
    effect: Effect::Once,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Grant, Refresh token grant",
};

/// Revokes an access token and its refresh token. That the header's scheme is `Bearer` is
/// observed, not documented.
pub static OAUTH_REVOKE: Operation = Operation {
    id: "payfirma.oauth.revoke",
    method: Method::DELETE,
    base: Base::Auth,
    route: Route::Fixed("/oauth/revoke_token"),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Revoke, Revoke token",
};

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

/// Makes a payment page for one payment and gives its URL.
pub static HOSTED_PAGE_INIT: Operation = Operation {
    id: "payfirma.hosted_page.init",
    method: Method::POST,
    base: Base::Gateway,
    route: Route::Fixed("/merchant-service/hpp/init"),
    effect: Effect::Once,
    credential: HOSTED_PAGE,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Observed,
    source: "Payfirma's hosted page demo; the path from a third-party demo",
};
