//! Sales, holds, captures, refunds, and finding them.

use payfirma::{Amount, Card, Currency, EncryptedCard, PaymentToken, Sale};

use super::client::call;
use crate::{case::Case, told::told_with_object};

pub(crate) fn cases() -> Vec<Case> {
    vec![call("transactions.sale/approved", |client| async move {
        told_with_object(client.transactions().sale(&guide_sale()).await)
    })]
}

/// The card of the guide's samples.
pub(crate) fn guide_card() -> Card {
    Card::new("4111111111111111".parse().unwrap(), "11/16".parse().unwrap(), "595".parse().unwrap())
}

fn guide_sale() -> Sale {
    Sale::without_reference(amount("10.99"), guide_card()).currency(Currency::CAD)
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}
