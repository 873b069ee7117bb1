//! Card terminals.

use payfirma::{
    Address, Client, Currency, Payer, TerminalAuthorize, TerminalCapture, TerminalCustomerSale,
    TerminalRefund, TerminalSale, TransactionId,
};

use super::{
    client::call,
    values::{amount, customer, email, reference},
};
use crate::{case::Case, told::told_with_object};

const TERMINAL: u64 = 42;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        call("terminal.sale/sample", |client| {
            let sale = TerminalSale::new(amount("1.00"), TERMINAL, reference())
                .currency(Currency::CAD)
                .payer(guide_payer())
                .description("Two lessons")
                .order_id("1042");
            sell(client, sale)
        }),
        call("terminal.sale/declined", |client| sell(client, sparse_sale())),
        call("terminal.sale/canceled", |client| sell(client, sparse_sale())),
        call("terminal.sale/another_amount", |client| sell(client, sparse_sale())),
        call("terminal.sale_customer/sample", |client| async move {
            let sale = TerminalCustomerSale::new(amount("1.00"), TERMINAL, customer(), reference())
                .currency(Currency::CAD)
                .name("Brandon", "Stark")
                .company("Payfirma")
                .email(email("brandon@stark.com"))
                .description("Two lessons")
                .order_id("1042");
            told_with_object(client.terminal().sale_customer(&sale).await)
        }),
        call("terminal.authorize/approved", |client| async move {
            let hold = TerminalAuthorize::new(amount("1.00"), TERMINAL, reference())
                .currency(Currency::CAD);
            told_with_object(client.terminal().authorize(&hold).await)
        }),
        call("terminal.capture/approved", |client| async move {
            let capture = TerminalCapture::new(id(), amount("1.00"), TERMINAL, reference())
                .currency(Currency::CAD);
            told_with_object(client.terminal().capture(&capture).await)
        }),
        call("terminal.refund/approved", |client| {
            let refund_of = TerminalRefund::new(id(), amount("1.00"), TERMINAL, reference())
                .currency(Currency::CAD)
                .name("Brandon", "Stark")
                .company("Payfirma")
                .email(email("brandon@stark.com"));
            refund(client, refund_of)
        }),
        call("terminal.refund/declined", |client| {
            refund(client, TerminalRefund::without_reference(id(), amount("1.00"), TERMINAL))
        }),
    ]
}

async fn sell(client: Client, sale: TerminalSale) -> String {
    told_with_object(client.terminal().sale(&sale).await)
}

async fn refund(client: Client, refund: TerminalRefund) -> String {
    told_with_object(client.terminal().refund(&refund).await)
}

fn sparse_sale() -> TerminalSale {
    TerminalSale::without_reference(amount("1.00"), TERMINAL)
}

fn id() -> TransactionId {
    TransactionId::new("3039875").unwrap()
}

fn guide_payer() -> Payer {
    let address = Address::new()
        .line1("No. 1 Road")
        .line2("Street 2")
        .city("Vancouver")
        .province("BC")
        .country("CA")
        .postal_code("V6E 1B2");
    Payer::new()
        .email(email("brandon@stark.com"))
        .name("Brandon", "Stark")
        .company("Payfirma")
        .telephone("1234567891")
        .address(address)
}
