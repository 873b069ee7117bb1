//! Every route, as data.

use super::{Call, Payfirma, Refusal, Reply, oauth::Credential};
use crate::{
    request::Request,
    routes::{self, NoRoute, Route},
    world::World,
};

type Handler = fn(&mut Payfirma, &mut World, &Call<'_>) -> Reply;

/// What a route asks for, and who works on it.
pub(crate) struct Guarded {
    pub(crate) credential: Credential,
    pub(crate) handler: Handler,
}

/// The route of a request and the values of its parameters: 404 if no path fits, 405 if only the
/// method does not.
pub(crate) fn find(request: &Request) -> Result<(&'static Route<Guarded>, Vec<String>), Refusal> {
    routes::find(ROUTES, request).map_err(|error| match error {
        NoRoute::Path => Refusal::new(404, "There is nothing at this path"),
        NoRoute::Method(methods) => {
            Refusal::new(405, format!("This path takes {}", methods.join(", ")))
        }
    })
}

/// The ids of all operations of the real provider, sorted.
pub(crate) fn operation_ids() -> Vec<&'static str> {
    // Routes that stand for more than one operation.
    let ids = ROUTES.iter().flat_map(|route| match route.operation {
        "payfirma.oauth.token" => vec![
            "payfirma.oauth.code",
            "payfirma.oauth.client_credentials",
            "payfirma.oauth.refresh",
        ],
        "payfirma.subscriptions.update" => {
            vec!["payfirma.subscriptions.update", "payfirma.subscriptions.cancel"]
        }
        "payfirma.hosted_page.visit" => Vec::new(),
        id => vec![id],
    });
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

const fn route(
    operation: &'static str,
    method: &'static str,
    path: &'static str,
    credential: Credential,
    handler: Handler,
) -> Route<Guarded> {
    Route { method, path, operation, handler: Guarded { credential, handler } }
}

use Credential::{Access, HostedPage, Iframe, Nothing};

/// Fixed parts come before parameters where both would fit.
#[rustfmt::skip]
const ROUTES: &[Route<Guarded>] = &[
    route("payfirma.oauth.authorize", "GET", "/auth/oauth/authorize", Nothing, Payfirma::authorize_merchant),
    route("payfirma.oauth.token", "POST", "/auth/oauth/token", Nothing, Payfirma::token),
    route("payfirma.oauth.revoke", "DELETE", "/auth/oauth/revoke_token", Access, Payfirma::revoke),

    route("payfirma.customers.create", "POST", "/gateway/customer-service/customer", Access, Payfirma::create_customer),
    route("payfirma.customers.list", "GET", "/gateway/customer-service/customer", Access, Payfirma::list_customers),
    route("payfirma.customers.list_by_plan", "GET", "/gateway/customer-service/customer/plan/*", Access, Payfirma::list_customers_by_plan),
    route("payfirma.customers.get", "GET", "/gateway/customer-service/customer/*", Access, Payfirma::get_customer),
    route("payfirma.customers.update", "PUT", "/gateway/customer-service/customer/*", Access, Payfirma::update_customer),
    route("payfirma.cards.add", "POST", "/gateway/customer-service/customer/*/card", Access, Payfirma::add_card),
    route("payfirma.cards.update", "PATCH", "/gateway/customer-service/customer/*/card/*", Access, Payfirma::update_card),
    route("payfirma.cards.remove", "DELETE", "/gateway/customer-service/customer/*/card/*", Access, Payfirma::remove_card),
    route("payfirma.subscriptions.add", "POST", "/gateway/customer-service/customer/*/subscription", Access, Payfirma::add_subscription),
    route("payfirma.subscriptions.update", "PATCH", "/gateway/customer-service/customer/*/subscription/*", Access, Payfirma::update_subscription),

    route("payfirma.plans.create", "POST", "/gateway/plan-service/plan", Access, Payfirma::create_plan),
    route("payfirma.plans.list", "GET", "/gateway/plan-service/plan", Access, Payfirma::list_plans),
    route("payfirma.plans.get", "GET", "/gateway/plan-service/plan/*", Access, Payfirma::get_plan),
    route("payfirma.plans.update", "PUT", "/gateway/plan-service/plan/*", Access, Payfirma::update_plan),
    route("payfirma.plans.update", "PATCH", "/gateway/plan-service/plan/*", Access, Payfirma::update_plan),
    route("payfirma.plans.remove", "DELETE", "/gateway/plan-service/plan/*", Access, Payfirma::remove_plan),

    route("payfirma.transactions.sale", "POST", "/gateway/transaction-service/sale", Access, Payfirma::sale),
    route("payfirma.transactions.sale_token", "POST", "/gateway/transaction-service/sale/token", Iframe, Payfirma::sale_token),
    route("payfirma.transactions.sale_customer", "POST", "/gateway/transaction-service/sale/customer/*", Access, Payfirma::sale_customer),
    route("payfirma.transactions.sale_customer_card", "POST", "/gateway/transaction-service/sale/customer/*/card/*", Access, Payfirma::sale_customer_card),
    route("payfirma.transactions.authorize", "POST", "/gateway/transaction-service/authorize", Access, Payfirma::authorize),
    route("payfirma.transactions.authorize_customer", "POST", "/gateway/transaction-service/authorize/customer/*", Access, Payfirma::authorize_customer),
    route("payfirma.transactions.authorize_customer_card", "POST", "/gateway/transaction-service/authorize/customer/*/card/*", Access, Payfirma::authorize_customer_card),
    route("payfirma.transactions.capture", "POST", "/gateway/transaction-service/capture/*", Access, Payfirma::capture),
    route("payfirma.transactions.refund", "POST", "/gateway/transaction-service/refund/*", Access, Payfirma::refund),
    route("payfirma.transactions.list", "GET", "/gateway/transaction-service/transaction", Access, Payfirma::list_transactions),
    // The walkthrough's samples list with POST.
    route("payfirma.transactions.list", "POST", "/gateway/transaction-service/transaction", Access, Payfirma::list_transactions),
    route("payfirma.transactions.list_own", "GET", "/gateway/transaction-service/transaction/user", Access, Payfirma::list_own_transactions),
    route("payfirma.transactions.lookup", "GET", "/gateway/transaction-service/transaction/lookup/*", Access, Payfirma::lookup_transaction),
    route("payfirma.transactions.get", "GET", "/gateway/transaction-service/transaction/*", Access, Payfirma::get_transaction),

    route("payfirma.terminal.sale", "POST", "/gateway/transaction-service-vt/sale/terminal", Access, Payfirma::terminal_sale),
    route("payfirma.terminal.sale_customer", "POST", "/gateway/transaction-service-vt/sale/terminalcustomer/*", Access, Payfirma::terminal_sale_customer),
    route("payfirma.terminal.authorize", "POST", "/gateway/transaction-service-vt/authorize/terminal", Access, Payfirma::terminal_authorize),
    route("payfirma.terminal.capture", "POST", "/gateway/transaction-service-vt/capture/*", Access, Payfirma::terminal_capture),
    route("payfirma.terminal.capture", "GET", "/gateway/transaction-service-vt/capture/*", Access, Payfirma::terminal_capture),
    route("payfirma.terminal.refund", "POST", "/gateway/transaction-service-vt/refund/*", Access, Payfirma::terminal_refund),

    route("payfirma.eft.balance", "GET", "/gateway/transaction-service-vt/eft/balance", Access, Payfirma::eft_balance),
    route("payfirma.eft.incoming_requests", "GET", "/gateway/transaction-service-vt/eft/incoming-requests", Access, Payfirma::eft_incoming_requests),
    route("payfirma.eft.request_funds", "POST", "/gateway/transaction-service-vt/eft/request/*", Access, Payfirma::eft_request_funds),
    route("payfirma.eft.bank_deposit", "POST", "/gateway/transaction-service-vt/eft/deposit", Access, Payfirma::eft_bank_deposit),
    route("payfirma.eft.send_funds", "POST", "/gateway/transaction-service-vt/eft/send", Access, Payfirma::eft_send_funds),

    route("payfirma.invoices.list", "GET", "/gateway/invoice", Access, Payfirma::list_invoices),
    route("payfirma.invoices.create", "POST", "/gateway/invoice", Access, Payfirma::create_invoice),
    route("payfirma.invoices.draft", "POST", "/gateway/invoice/draft", Access, Payfirma::draft_invoice),
    route("payfirma.invoices.list_by_customer", "GET", "/gateway/invoice/customer/*", Access, Payfirma::list_invoices_by_customer),
    route("payfirma.invoices.get", "GET", "/gateway/invoice/*", Access, Payfirma::get_invoice),
    route("payfirma.invoices.send", "POST", "/gateway/invoice/*/send", Access, Payfirma::send_invoice),
    route("payfirma.invoices.send_to", "POST", "/gateway/invoice/*/send/*", Access, Payfirma::send_invoice_to),

    route("payfirma.hosted_page.init", "POST", "/gateway/merchant-service/hpp/init", HostedPage, Payfirma::init_hosted_page),
    // The page itself: what the payer's browser opens.
    route("payfirma.hosted_page.visit", "GET", "/hosted-page/*", Nothing, Payfirma::visit_hosted_page),
];
