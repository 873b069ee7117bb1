pub(crate) mod card_update;
pub(crate) mod new_card;
pub(crate) mod stored_card;

use pay_core::{LostCall, Response, Result};

use crate::{
    CardId, CardUpdate, Client, Customer, CustomerId, NewCard, contradiction, operations, removal,
};

/// Storing, changing and removing a customer's cards. From [`Client::cards`].
///
/// To charge a stored card, use [`Transactions::sale_stored`](crate::Transactions::sale_stored).
/// (The guide's walkthrough posts such payments to the path that adds a card: a slip.)
#[derive(Debug)]
pub struct Cards<'a> {
    client: &'a Client,
}

impl Client {
    /// Storing, changing and removing a customer's cards.
    #[must_use]
    pub fn cards(&self) -> Cards<'_> {
        Cards { client: self }
    }
}

impl Cards<'_> {
    /// Stores a card: `POST /customer-service/customer/{customer_lookup_id}/card`. The reply is
    /// the whole customer; the new card is the one with your description.
    ///
    /// (The walkthrough's sample ends in a slash; the reference, which is followed, does not.)
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: the card has expired, or the description is empty.
    /// `is_declined()`: the card was not taken. `is_contradiction()`: the reply is another
    /// customer, or none of its cards ends like this one. An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown): it may have been stored; read the customer
    /// and compare the descriptions.
    pub async fn add(&self, card: &NewCard) -> Result<Response<Customer>> {
        self.client
            .call(&operations::CARDS_ADD)
            .check(card.check(self.client.now()))
            .path(CustomerId::FIELD, &card.customer)
            .json(&card.wire(), &card.extra)
            .hide(card.card.hidden())
            .lost_call(card.lost_call())
            .send_judged(|reply: &Customer| card.judge(reply))
            .await
    }

    /// Changes a card's description, or makes it the default:
    /// `PATCH /customer-service/customer/{customer_lookup_id}/card/{card_lookup_id}`. Sent again if
    /// an answer is lost.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: nothing to change. `is_not_found()`.
    /// `is_contradiction()`: the reply is another customer, or the card is not the default though
    /// it was to be.
    pub async fn update(&self, update: &CardUpdate) -> Result<Response<Customer>> {
        self.client
            .call(&operations::CARDS_UPDATE)
            .check(update.check())
            .path(CustomerId::FIELD, &update.customer)
            .path(CardId::FIELD, &update.card)
            .json(&update.wire(), &update.extra)
            .lost_call(update.lost_call())
            .send_judged(|reply: &Customer| update.judge(reply))
            .await
    }

    /// Removes a card: `DELETE /customer-service/customer/{customer_lookup_id}/card/{card_lookup_id}`.
    /// What the answer holds is not documented: the customer is observed, `None` is for an empty
    /// one. What becomes of subscriptions that charge the card is unknown.
    ///
    /// Sent again if an answer is lost.
    ///
    /// # Errors
    ///
    /// `is_not_found()`; if an answer was lost before it, the card may have been removed by this
    /// very call, and the outcome is [`Unknown`](crate::Outcome::Unknown). `is_contradiction()`:
    /// the customer in the answer is another one, or still has the card.
    pub async fn remove(
        &self,
        customer: &CustomerId,
        card: &CardId,
    ) -> Result<Response<Option<Customer>>> {
        let lost_call = LostCall::new(operations::CARDS_REMOVE.id, self.client.now())
            .with_path(CustomerId::FIELD, customer.as_str())
            .with_path(CardId::FIELD, card.as_str());
        let answer = self
            .client
            .call(&operations::CARDS_REMOVE)
            .check(customer.check())
            .check(card.check())
            .path(CustomerId::FIELD, customer)
            .path(CardId::FIELD, card)
            .lost_call(lost_call.clone())
            .acknowledge()
            .await?;
        removal::read(&operations::CARDS_REMOVE, lost_call, answer, |reply: &Customer| {
            contradiction::verdict(reply.is_not(customer).or_else(|| {
                let still_there = "the customer still has the card";
                reply.card(card).map(|_| still_there.to_owned())
            }))
        })
    }
}
