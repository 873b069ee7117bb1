//! Captures and refunds.

use payfirma::{Capture, Client, Reference, Refund, TransactionId};

use super::{client::call, values::amount};
use crate::{case::Case, told::told_with_object};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        call("transactions.capture/approved", |client| {
            capture(client, Capture::without_reference(id("3039874"), amount("10.99")))
        }),
        call("transactions.capture/in_part", |client| {
            let reference = Reference::new("capture-1042").unwrap();
            capture(client, Capture::new(id("3039874"), amount("5"), reference))
        }),
        call("transactions.capture/declined", |client| {
            capture(client, Capture::without_reference(id("3039874"), amount("2")))
        }),
        call("transactions.refund/approved", |client| refund(client, whole_refund())),
        call("transactions.refund/approved_in_test_mode", |client| {
            let refund_of = Refund::without_reference(id("1234567"), amount("10.99"));
            refund(client, refund_of.test_mode(true))
        }),
        call("transactions.refund/with_reference", |client| {
            let reference = Reference::new("refund-1042").unwrap();
            let refund_of = Refund::new(id("3039874"), amount("10.99"), reference);
            refund(client, refund_of.custom_id("ABC"))
        }),
        call("transactions.refund/too_much", |client| refund(client, whole_refund())),
        call("transactions.refund/not_found", |client| refund(client, whole_refund())),
    ]
}

async fn capture(client: Client, capture: Capture) -> String {
    told_with_object(client.transactions().capture(&capture).await)
}

async fn refund(client: Client, refund: Refund) -> String {
    told_with_object(client.transactions().refund(&refund).await)
}

fn whole_refund() -> Refund {
    Refund::without_reference(id("3039874"), amount("10.99"))
}

fn id(text: &str) -> TransactionId {
    TransactionId::new(text).unwrap()
}
