//! Sales and holds, with each kind of card.

use std::future::Future;

use payfirma::{
    Address, Authorize, Card, CardId, Client, Currency, CustomerId, EncryptedCard, Payer,
    PaymentToken, Sale, StoredCardAuthorize, StoredCardSale,
};

use super::{
    client::{ENCRYPTED_CARD, PAYMENT_TOKEN, call},
    values::{amount, card, customer, guide_card, reference},
};
use crate::{case::Case, told::told_with_object};

pub(crate) fn cases() -> Vec<Case> {
    let of_a_card = vec![
        call("transactions.sale/approved", |client| charge(client, guide_sale())),
        call("transactions.sale/approved_with_every_field", |client| {
            charge(client, sale_with_every_field())
        }),
        call("transactions.sale/encrypted_card", |client| async move {
            let sale = Sale::without_reference(amount("1.00"), encrypted_card())
                .currency(Currency::CAD)
                .payer(guide_payer_of_tokens());
            told_with_object(client.transactions().sale(&sale).await)
        }),
    ];
    let of_other_cards = vec![
        call("transactions.sale_token/approved", by_payment_token),
        call("transactions.sale_token/declined", by_payment_token),
        call("transactions.sale_customer/approved", |client| stored(client, stored_sale())),
        call("transactions.sale_customer/declined", |client| stored(client, stored_sale())),
        call("transactions.sale_customer/with_currency_and_reference", |client| {
            stored(client, stored_sale().currency(Currency::CAD).reference(reference()))
        }),
        call("transactions.sale_customer_card/approved", |client| {
            stored(client, stored_sale().card(card()))
        }),
        call("transactions.sale_customer_card/no_such_card", |client| {
            stored(client, stored_sale().card(card()))
        }),
    ];
    let holds = vec![
        call("transactions.authorize/approved", |client| hold(client, guide_hold())),
        call("transactions.authorize/declined", |client| hold(client, guide_hold())),
        call("transactions.authorize/encrypted_card", |client| async move {
            let hold = Authorize::new(amount("10.99"), encrypted_card(), reference());
            told_with_object(client.transactions().authorize(&hold).await)
        }),
        call("transactions.authorize_customer/approved", |client| hold_stored(client, None)),
        call("transactions.authorize_customer_card/approved", |client| {
            hold_stored(client, Some(card()))
        }),
    ];
    let replies = REPLIES_TO_A_SALE
        .iter()
        .map(|fixture| call(fixture, |client| charge(client, guide_sale_with_reference())));
    [of_a_card, replies.collect(), of_other_cards, holds].into_iter().flatten().collect()
}

/// One request, and every reply to it that we can think of.
const REPLIES_TO_A_SALE: &[&str] = &[
    "transactions.sale/approved_sparsely",
    "transactions.sale/approved_with_other_types",
    "transactions.sale/approved_with_unknown_fields_and_values",
    "transactions.sale/declined_200",
    "transactions.sale/declined_200_by_the_result_alone",
    "transactions.sale/declined_402_with_a_list_of_errors",
    "transactions.sale/declined_402_with_a_message",
    "transactions.sale/declined_402_with_the_object",
    "transactions.sale/declined_402_without_a_body",
    "transactions.sale/declined_for_another_amount",
    "transactions.sale/declined_under_500",
    "transactions.sale/canceled",
    "transactions.sale/another_amount",
    "transactions.sale/another_currency",
    "transactions.sale/another_reference",
    "transactions.sale/pending",
    "transactions.sale/unknown_result",
    "transactions.sale/at_odds_with_itself",
    "transactions.sale/without_a_verdict",
    "transactions.sale/error_under_200",
    "transactions.sale/not_json",
    "transactions.sale/refused_400",
    "transactions.sale/refused_400_in_plain_text",
    "transactions.sale/refused_400_with_fields",
    "transactions.sale/unauthorized",
    "transactions.sale/forbidden",
    "transactions.sale/conflict",
    "transactions.sale/throttled",
    "transactions.sale/server_error",
    "transactions.sale/bad_gateway",
];

async fn charge(client: Client, sale: Sale) -> String {
    told_with_object(client.transactions().sale(&sale).await)
}

async fn stored(client: Client, sale: StoredCardSale) -> String {
    told_with_object(client.transactions().sale_stored(&sale).await)
}

async fn hold(client: Client, hold: Authorize) -> String {
    told_with_object(client.transactions().authorize(&hold).await)
}

async fn hold_stored(client: Client, card: Option<CardId>) -> String {
    let hold = StoredCardAuthorize::new(amount("10.99"), customer());
    let hold = match card {
        Some(card) => hold.card(card),
        None => hold,
    };
    told_with_object(client.transactions().authorize_stored(&hold).await)
}

fn by_payment_token(client: Client) -> impl Future<Output = String> + Send {
    let token = PaymentToken::new(PAYMENT_TOKEN);
    let payer = Payer::new().email("brandon@stark.com".parse().unwrap()).name("Brandon", "Stark");
    let sale = Sale::new(amount("10.99"), token, reference())
        .currency(Currency::CAD)
        .payer(payer)
        .description("Two lessons")
        .order_id("1042")
        .send_receipt(true);
    async move { told_with_object(client.transactions().sale(&sale).await) }
}

fn guide_sale() -> Sale {
    Sale::without_reference(amount("10.99"), guide_card()).currency(Currency::CAD)
}

fn guide_sale_with_reference() -> Sale {
    Sale::new(amount("10.99"), guide_card(), reference()).currency(Currency::CAD)
}

fn guide_hold() -> Authorize<Card> {
    Authorize::without_reference(amount("10.99"), guide_card()).currency(Currency::CAD)
}

fn stored_sale() -> StoredCardSale {
    let customer: CustomerId = customer();
    StoredCardSale::new(amount("10.99"), customer)
}

fn encrypted_card() -> EncryptedCard {
    EncryptedCard::new(ENCRYPTED_CARD)
}

fn sale_with_every_field() -> Sale {
    let address = Address::new()
        .line1("No. 1 Road")
        .line2("Street 2")
        .city("Vancouver")
        .province("BC")
        .country("CA")
        .postal_code("V6E 1B2");
    let payer = Payer::new()
        .email("brandon@stark.com".parse().unwrap())
        .name("Brandon", "Stark")
        .company("Payfirma")
        .bcc_emails("john.snow@stark.com")
        .telephone("1234567891")
        .address(address);
    guide_sale_with_reference()
        .payer(payer)
        .custom_id("Internal456")
        .description("Two lessons")
        .order_id("1042")
        .amount_tax(amount("0.52"))
        .send_receipt(false)
        .test_mode(true)
}

fn guide_payer_of_tokens() -> Payer {
    Payer::new()
        .email("goku.son@payfirma.com".parse().unwrap())
        .name("Goku", "Son")
        .company("Capsule Corporation")
        .telephone("123-456-7890")
}
