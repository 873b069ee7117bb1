//! Requests for money: invoices, charges by token, notifications of terminals.

use payanywhere::{
    Client, IframeCharge, IframeToken, InvoiceCustomer, NewInvoice, Notification, Reference,
};
use time::macros::datetime;

use super::client::{CARD_TOKEN, amount, call};
use crate::{
    case::Case,
    told::{told, told_with_object},
};

pub(crate) fn cases() -> Vec<Case> {
    let full = || {
        plain()
            .description("Two days in March")
            .due_date("2026-03-31")
            .send_date(datetime!(2026-03-01 12:00 UTC))
            .tax_rate(amount("0.0725"))
            .service_fee_enabled(true)
    };
    vec![
        call("invoices.create/every_field", move |client| create(client, full())),
        call("invoices.create/plain", |client| create(client, plain())),
        call("invoices.create/another_amount", |client| create(client, plain())),
        call("invoices.create/unsafe_page", |client| create(client, plain())),
        call("invoices.create/invalid", |client| create(client, plain())),
        call("iframe.charge/approved", charge),
        call("iframe.charge/declined", charge),
        call("iframe.charge/of_unknown_form", charge),
        call("terminal.notify/taken", notify),
        call("terminal.notify/approved", notify),
        call("terminal.notify/declined", notify),
        call("terminal.notify/not_understood", notify),
    ]
}

fn plain() -> NewInvoice {
    let customer =
        InvoiceCustomer::new("Brandon", "Stark").email("brandon@stark.com".parse().unwrap());
    let number = Reference::new("INV-1042").unwrap();
    NewInvoice::new(amount("200.5"), customer, "Consulting", number)
}

async fn create(client: Client, invoice: NewInvoice) -> String {
    told_with_object(client.invoices().create(&invoice).await)
}

async fn charge(client: Client) -> String {
    let token = IframeToken::new(CARD_TOKEN).unwrap();
    let charge = IframeCharge::new(token, amount("10.9"), "public-key-of-the-fixtures");
    told_with_object(client.iframe().charge(&charge).await)
}

async fn notify(client: Client) -> String {
    let sales = Notification::sales().extra_json("amount", "10.90").unwrap();
    told(client.terminal().notify(&sales).await)
}
