//! Stored cards and subscriptions of customers.

use payfirma::{CardUpdate, Client, EpochMillis, NewCard, NewSubscription, SubscriptionUpdate};

use super::{
    client::call,
    values::{amount, card, customer, email, guide_card, plan, subscription},
};
use crate::{
    case::Case,
    told::{told, told_with_object},
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        call("cards.add/sample", add),
        call("cards.add/another_card", add),
        call("cards.add/declined", add),
        call("cards.add/refused", add),
        call("cards.update/default", |client| {
            update(
                client,
                CardUpdate::new(customer(), card()).is_default(true).description("test card"),
            )
        }),
        call("cards.update/not_the_default", |client| {
            update(client, CardUpdate::new(customer(), card()).is_default(true))
        }),
        call("cards.remove/removed", remove),
        call("cards.remove/no_content", remove),
        call("cards.remove/not_understood", remove),
        call("cards.remove/not_found", remove),
        call("subscriptions.add/sample", subscribe),
        call("subscriptions.add/another_amount", subscribe),
        call("subscriptions.add/refused", subscribe),
        call("subscriptions.update/changed", |client| {
            let update = SubscriptionUpdate::new(customer(), subscription());
            change(client, update.amount(amount("5.00")).card(card()).description("cheaper"))
        }),
        call("subscriptions.update/not_found", |client| {
            let update = SubscriptionUpdate::new(customer(), subscription());
            change(client, update.amount(amount("5.00")))
        }),
        call("subscriptions.cancel/canceled", cancel),
        call("subscriptions.cancel/still_active", cancel),
    ]
}

async fn add(client: Client) -> String {
    let card = NewCard::with_description(customer(), guide_card(), "test card").is_default(true);
    told_with_object(client.cards().add(&card).await)
}

async fn update(client: Client, update: CardUpdate) -> String {
    told_with_object(client.cards().update(&update).await)
}

async fn remove(client: Client) -> String {
    told(client.cards().remove(&customer(), &card()).await)
}

async fn subscribe(client: Client) -> String {
    let subscription =
        NewSubscription::with_description(customer(), plan(), card(), "My test subscription")
            .amount(amount("10.99"))
            .start_date(EpochMillis(1_467_760_023_000))
            .email(email("brandon@stark.com"));
    told_with_object(client.subscriptions().add(&subscription).await)
}

async fn change(client: Client, update: SubscriptionUpdate) -> String {
    told_with_object(client.subscriptions().update(&update).await)
}

async fn cancel(client: Client) -> String {
    told_with_object(client.subscriptions().cancel(&customer(), &subscription()).await)
}
