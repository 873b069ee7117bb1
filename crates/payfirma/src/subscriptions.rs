pub(crate) mod new_subscription;
pub(crate) mod subscription;
pub(crate) mod subscription_update;

use pay_core::{Extra, LostCall, Response, Result};
use serde::Serialize;

use crate::{
    Client, Customer, CustomerId, NewSubscription, SubscriptionId, SubscriptionStatus,
    SubscriptionUpdate, contradiction, operations,
};

/// Subscribing customers to plans. From [`Client::subscriptions`].
///
/// There is no call that lists subscriptions: each customer has them along.
#[derive(Debug)]
pub struct Subscriptions<'a> {
    client: &'a Client,
}

impl Client {
    /// Subscribing customers to plans.
    #[must_use]
    pub fn subscriptions(&self) -> Subscriptions<'_> {
        Subscriptions { client: self }
    }
}

impl Subscriptions<'_> {
    /// Subscribes a stored card to a plan:
    /// `POST /customer-service/customer/{customer_lookup_id}/subscription`. (A condensed copy of
    /// the reference prints `/customer/subscription`; two sources have the customer in the path.)
    /// The reply is the whole customer.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: the amount is not positive, or the start is not in
    /// the future. `is_declined()`: it was not accepted. `is_contradiction()`: the reply is another
    /// customer, or has no subscription to the plan with the amount. An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown): it may have been added; read the customer.
    pub async fn add(&self, subscription: &NewSubscription) -> Result<Response<Customer>> {
        self.client
            .call(&operations::SUBSCRIPTIONS_ADD)
            .check(subscription.check(self.client.now()))
            .path(CustomerId::FIELD, &subscription.customer)
            .json(&subscription.wire(), &subscription.extra)
            .lost_call(subscription.lost_call())
            .send_judged(|reply: &Customer| subscription.judge(reply))
            .await
    }

    /// Changes a subscription: `PATCH
    /// /customer-service/customer/{customer_lookup_id}/subscription/{subscription_lookup_id}`
    /// (observed; the document is cut off there). Sent again if an answer is lost.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: nothing to change, or as [`add`](Self::add).
    /// `is_not_found()`. `is_contradiction()`: the reply is another customer, or the subscription
    /// has another amount or status.
    pub async fn update(&self, update: &SubscriptionUpdate) -> Result<Response<Customer>> {
        self.client
            .call(&operations::SUBSCRIPTIONS_UPDATE)
            .check(update.check(self.client.now()))
            .path(CustomerId::FIELD, &update.customer)
            .path(SubscriptionId::FIELD, &update.subscription)
            .json(&update.wire(), &update.extra)
            .lost_call(update.lost_call())
            .send_judged(|reply: &Customer| update.judge(reply))
            .await
    }

    /// Ends a subscription: the same `PATCH` with the status `CANCELED` (observed; there is no
    /// `DELETE`). Sent again if an answer is lost.
    ///
    /// # Errors
    ///
    /// `is_not_found()`. `is_contradiction()`: the reply is another customer, or the subscription
    /// still has another of the known statuses. If the provider refuses to cancel twice and an
    /// answer was lost, that refusal comes with [`Outcome::Unknown`](crate::Outcome::Unknown):
    /// read the customer.
    pub async fn cancel(
        &self,
        customer: &CustomerId,
        subscription: &SubscriptionId,
    ) -> Result<Response<Customer>> {
        let lost_call = LostCall::new(operations::SUBSCRIPTIONS_CANCEL.id, self.client.now())
            .with_path(CustomerId::FIELD, customer.as_str())
            .with_path(SubscriptionId::FIELD, subscription.as_str());
        let status = SubscriptionStatus::Canceled;
        self.client
            .call(&operations::SUBSCRIPTIONS_CANCEL)
            .check(customer.check())
            .check(subscription.check())
            .path(CustomerId::FIELD, customer)
            .path(SubscriptionId::FIELD, subscription)
            .json(&StatusWire { status: status.as_str() }, &Extra::default())
            .lost_call(lost_call)
            .send_judged(|reply: &Customer| {
                contradiction::verdict(
                    reply
                        .is_not(customer)
                        .or_else(|| reply.subscription(subscription)?.is_not(&status)),
                )
            })
            .await
    }
}

#[derive(Serialize)]
struct StatusWire<'a> {
    status: &'a str,
}
