//! Creating, reading and listing payments.

use numeropay::{
    Amount, Client, Code, Currency, NewPayment, PaymentFilter, PaymentId, PaymentState, Reference,
};

use super::client::{THEN, call, test_call};
use crate::{
    case::Case,
    told::{refusal, told, told_with_object, value},
};

pub(crate) fn cases() -> Vec<Case> {
    let created = [
        "payments.create/with_a_reference",
        "payments.create/state_by_name",
        "payments.create/forbidden",
        "payments.create/bad_request",
        "payments.create/not_implemented",
        "payments.create/user_exist",
        "payments.create/merchant_exist",
        "payments.create/unknown_user",
        "payments.create/system_error_200",
        "payments.create/system_error_500",
        "payments.create/unlisted_name",
        "payments.create/another_amount",
        "payments.create/success_without_data",
        "payments.create/an_error_in_a_success",
    ];
    let read = [
        "payments.get/sample",
        "payments.get/every_field",
        "payments.get/unknown_values",
        "payments.get/only_an_id",
        "payments.get/exact_amount",
        "payments.get/another_one",
        "payments.get/forbidden",
        "payments.get/not_found",
        "payments.get/system_error",
        "payments.get/a_page_of_html",
    ];
    let unfiltered =
        ["payments.list/unfiltered", "payments.list/empty", "payments.list/without_a_list"];
    let others = vec![
        call("payments.create/sample", create_sample),
        test_call("payments.create/in_test_mode", create),
        call("payments.list/one_each", |client| list(client, one_each())),
        call("payments.list/many_each", |client| list(client, many_each())),
        call("payments.list/first_page", all_pages).then("payments.list/last_page"),
        call("payments.list/pages_that_do_not_join", all_pages)
            .then("payments.list/empty_where_it_should_not_be"),
    ];
    let all = [
        created.map(|fixture| call(fixture, create)).into_iter().collect(),
        read.map(|fixture| call(fixture, get)).into_iter().collect(),
        unfiltered
            .map(|fixture| call(fixture, |client| list(client, PaymentFilter::new())))
            .into_iter()
            .collect(),
        others,
    ];
    all.into_iter().flat_map(|cases: Vec<Case>| cases).collect()
}

async fn create(client: Client) -> String {
    let reference = Reference::new("order-1042").unwrap();
    let new = NewPayment::new(amount("100.00"), Currency::AUD, "Infinity Group", reference)
        .description("Two chairs");
    told_with_object(client.payments().create(&new).await)
}

async fn create_sample(client: Client) -> String {
    let new = NewPayment::without_reference(amount("100"), Currency::AUD, "Infinity Group")
        .description("sample transaction");
    told_with_object(client.payments().create(&new).await)
}

async fn get(client: Client) -> String {
    told_with_object(client.payments().get(&PaymentId::new("5CD0RGCKJ").unwrap()).await)
}

async fn list(client: Client, filter: PaymentFilter) -> String {
    told(client.payments().list(&filter).await)
}

async fn all_pages(client: Client) -> String {
    match client.payments().pager(PaymentFilter::new().limit(2)).collect().await {
        Ok(payments) => value(&payments),
        Err(error) => refusal(&error),
    }
}

fn one_each() -> PaymentFilter {
    PaymentFilter::new()
        .limit(50)
        .from(THEN)
        .status(PaymentState::Completed)
        .business_name("Infinity Group")
}

fn many_each() -> PaymentFilter {
    PaymentFilter::new()
        .status(PaymentState::Created)
        .status(Code::Number(2))
        .business_name("Infinity Group")
        .business_name("Infinity \"Sons\"")
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}
