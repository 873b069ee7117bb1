//! Invoices.

use payfirma::{Client, Currency, InvoiceId, InvoiceItem, InvoiceTax, NewInvoice};
use time::macros::datetime;

use super::{
    client::call,
    values::{amount, customer, email, reference},
};
use crate::{
    case::Case,
    told::{told, told_with_object},
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        call("invoices.list/sample", |client| list(client, Some(10))),
        call("invoices.list/empty", |client| list(client, None)),
        call("invoices.create/created", |client| create(client, whole_invoice())),
        call("invoices.create/sparse", |client| create(client, sparse_invoice())),
        call("invoices.create/another_total", |client| create(client, sparse_invoice())),
        call("invoices.create/refused", |client| async move {
            told(client.invoices().create(&sparse_invoice()).await)
        }),
        call("invoices.draft/created", |client| async move {
            told_with_object(client.invoices().draft(&sparse_invoice()).await)
        }),
        call("invoices.get/found", get),
        call("invoices.get/not_found", get),
        call("invoices.get/another_one", get),
        call("invoices.list_by_customer/one", |client| async move {
            told(client.invoices().list_by_customer(&customer()).await)
        }),
        call("invoices.send/sent", |client| async move {
            told(client.invoices().send(&id(), &email("brandon@stark.com")).await)
        }),
        call("invoices.send_to/sent", send_to),
        call("invoices.send_to/not_found", send_to),
    ]
}

async fn list(client: Client, limit: Option<u32>) -> String {
    told(client.invoices().list(limit).await)
}

async fn create(client: Client, invoice: NewInvoice) -> String {
    told_with_object(client.invoices().create(&invoice).await)
}

async fn get(client: Client) -> String {
    told(client.invoices().get(&id()).await)
}

async fn send_to(client: Client) -> String {
    told(client.invoices().send_to(&id(), &email("brandon+shop@stark.com")).await)
}

fn id() -> InvoiceId {
    InvoiceId::new("17").unwrap()
}

fn sparse_invoice() -> NewInvoice {
    NewInvoice::new(Currency::CAD, amount("219.97"), reference())
}

fn whole_invoice() -> NewInvoice {
    let item = InvoiceItem::new("Consulting, hours")
        .amount(amount("200.00"))
        .price(amount("80.00"))
        .quantity(amount("2.5"))
        .discount(false)
        .tax1(InvoiceTax::percent(amount("5")))
        .tax2(InvoiceTax::amount(amount("9.97")));
    sparse_invoice()
        .title("July")
        .business_name("Winterfell Ltd")
        .business_address2("Suite 2")
        .business_city("Vancouver")
        .billing_state("BC")
        .company("Payfirma")
        .customer_id(2_992_429)
        .due_date(datetime!(2016-08-01 00:00 -7))
        .item(item)
        .recipient_email(email("brandon@stark.com"))
        .sub_total(amount("200.00"))
        .support_email(email("help@stark.com"))
        .support_phone_number("6045550100")
}
