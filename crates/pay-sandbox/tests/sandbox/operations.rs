//! The table of operations.

use pay_sandbox::payfirma::operation_ids;

use crate::api::Api;

/// Every operation of the provider's documents.
const DOCUMENTED: [(&str, &[&str]); 9] = [
    ("cards", &["add", "remove", "update"]),
    ("customers", &["create", "get", "list", "list_by_plan", "update"]),
    ("eft", &["balance", "bank_deposit", "incoming_requests", "request_funds", "send_funds"]),
    ("hosted_page", &["init"]),
    ("invoices", &["create", "draft", "get", "list", "list_by_customer", "send", "send_to"]),
    ("oauth", &["authorize", "client_credentials", "code", "refresh", "revoke"]),
    ("plans", &["create", "get", "list", "remove", "update"]),
    ("subscriptions", &["add", "cancel", "update"]),
    ("terminal", &["authorize", "capture", "refund", "sale", "sale_customer"]),
];

const TRANSACTIONS: [&str; 13] = [
    "authorize",
    "authorize_customer",
    "authorize_customer_card",
    "capture",
    "get",
    "list",
    "list_own",
    "lookup",
    "refund",
    "sale",
    "sale_customer",
    "sale_customer_card",
    "sale_token",
];

#[test]
fn every_documented_operation_is_there() {
    let documented = DOCUMENTED.iter().copied().chain([("transactions", &TRANSACTIONS[..])]);
    let ids: Vec<_> = documented
        .flat_map(|(resource, verbs)| {
            verbs.iter().map(move |verb| format!("payfirma.{resource}.{verb}"))
        })
        .collect();
    assert_eq!(operation_ids(), ids);
}

#[test]
fn without_a_token_nothing_but_logging_in_works() {
    let api = Api::new();
    for (method, path) in [
        ("POST", "/customer-service/customer"),
        ("GET", "/customer-service/customer/x"),
        ("POST", "/plan-service/plan"),
        ("POST", "/transaction-service/sale"),
        ("POST", "/transaction-service/sale/token"),
        ("POST", "/transaction-service/refund/1"),
        ("GET", "/transaction-service/transaction"),
        ("POST", "/transaction-service-vt/sale/terminal"),
        ("GET", "/transaction-service-vt/eft/balance"),
        ("GET", "/invoice"),
        ("POST", "/merchant-service/hpp/init"),
    ] {
        let path = format!("/payfirma/gateway{path}");
        assert_eq!(api.send(method, &path, None, "").unwrap().status, 401, "{path}");
        assert_eq!(api.send(method, &path, Some("x"), "").unwrap().status, 401, "{path}");
    }
    assert_eq!(api.send("GET", "/nobody", None, "").unwrap().status, 404);
}
