//! Hosted checkout, direct integration and card payments.

use cashier::{Card, CardPayment, Client, DirectPayment, HostedCheckout, Theme};

use super::client::{CARD, call, order};
use crate::{case::Case, told::told};

pub(crate) fn cases() -> Vec<Case> {
    let hosted = [
        "payments.hosted/sample",
        "payments.hosted/without_a_token",
        "payments.hosted/bad_request",
        "payments.hosted/unauthorized",
    ];
    let direct =
        ["payments.direct/any_json", "payments.direct/rejected", "payments.direct/unknown_status"];
    let card = [
        "payments.s2s/sample",
        "payments.s2s/redirect",
        "payments.s2s/pending",
        "payments.s2s/successful",
        "payments.s2s/rejected",
        "payments.s2s/rejected_with_an_object",
        "payments.s2s/rejected_402",
        "payments.s2s/unknown_status",
        "payments.s2s/error_beside_a_success",
        "payments.s2s/another_amount",
        "payments.s2s/bad_request",
        "payments.s2s/server_error",
        "payments.s2s/a_page_of_html",
    ];
    let all: [Vec<Case>; 3] = [
        hosted.map(|fixture| call(fixture, checkout)).into(),
        direct.map(|fixture| call(fixture, straight)).into(),
        card.map(|fixture| call(fixture, charge)).into(),
    ];
    all.into_iter().flatten().collect()
}

async fn checkout(client: Client) -> String {
    let checkout = HostedCheckout::new(order("128"))
        .theme(Theme::Dark)
        .amount_restricted(true)
        .max_deposit_limit("1000".parse().unwrap());
    told(client.payments().hosted(&checkout).await)
}

async fn straight(client: Client) -> String {
    let payment = DirectPayment::new(order("128"), 210).max_deposit_limit("1000".parse().unwrap());
    told(client.payments().direct(&payment).await)
}

async fn charge(client: Client) -> String {
    // At the time of the fixtures the sample's card is good.
    let card = Card::new(
        "John Doe",
        CARD.parse().unwrap(),
        "05/2025".parse().unwrap(),
        "444".parse().unwrap(),
    );
    let payment =
        CardPayment::new(order("U123"), 210, card).max_deposit_limit("1000".parse().unwrap());
    told(client.payments().card(&payment).await)
}
