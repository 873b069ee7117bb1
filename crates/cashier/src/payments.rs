use pay_core::{
    Error, ErrorKind, Extra, Outcome, Response, Result,
    provider::{Call, Operation, Verdict},
};
use serde::Serialize;

use crate::{
    CardPayment, CardPaymentState, CheckoutToken, Client, DirectPayment, DirectReply,
    HostedCheckout, Order,
    auth::Cashier,
    card::CardWire,
    operations,
    order::{Envelope, Form},
    reply::{Reply, unclear},
};

/// Payments of customers. From [`Client::payments`].
///
/// A rejected payment is an error whose [`is_declined`](crate::Error::is_declined) is true. What
/// can come back undecided is an enum. Nothing is ever sent twice on a guess.
#[derive(Debug)]
pub struct Payments<'a> {
    client: &'a Client,
}

impl Client {
    /// Payments of customers.
    #[must_use]
    pub fn payments(&self) -> Payments<'_> {
        Payments { client: self }
    }
}

impl Payments<'_> {
    /// Opens the cashier page for a payment: route `hosted`.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: the amount is not positive or has more decimals
    /// than the currency, or a field of the customer is not well-formed. An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown): there may be a payment; see
    /// [`Client::resolve`]. [`ErrorKind::Configuration`]: there is no route for it.
    pub async fn hosted(&self, checkout: &HostedCheckout) -> Result<Response<CheckoutToken>> {
        let order = &checkout.order;
        let reply = order_call(self.client, &operations::PAYMENTS_HOSTED, order, &checkout.form())?
            .check(checkout.check())
            .lost_call(checkout.lost_call())
            .send_judged(|reply: &Reply| reply.judge_token(order.expected()))
            .await?;
        token(reply)
    }

    /// Sends the customer straight to one provider: route `direct`. The reply is in no source.
    ///
    /// # Errors
    ///
    /// As [`hosted`](Self::hosted); `is_declined()` if the reply has a `transaction_status` that
    /// is rejected.
    pub async fn direct(&self, payment: &DirectPayment) -> Result<Response<DirectReply>> {
        let order = &payment.order;
        let reply = order_call(self.client, &operations::PAYMENTS_DIRECT, order, &payment.form())?
            .check(payment.check())
            .lost_call(payment.lost_call())
            .send_judged(|reply: &Reply| {
                reply.judge(order.expected(), |_| match reply.is_words_alone() {
                    true => unclear("an answer in words that are not known"),
                    false => Verdict::Succeeded,
                })
            })
            .await?;
        let body = reply.meta().raw_body().clone();
        Ok(reply.map(|reply| DirectReply::new(reply.status().ok().flatten(), &body)))
    }

    /// Charges a card: route `s2s`. Match the result: only `Successful` is paid.
    ///
    /// ```
    /// # use cashier::{CardPayment, CardPaymentState, Client};
    /// # async fn example(client: Client, payment: CardPayment) -> cashier::Result<()> {
    /// match client.payments().card(&payment).await?.into_inner() {
    ///     CardPaymentState::Successful => println!("paid"),
    ///     CardPaymentState::Pending => println!("wait for the webhook"),
    ///     CardPaymentState::Redirect { url } => println!("Location: {}", url.as_str()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `is_declined()`: the status is rejected, and nothing was charged; the provider's `error` is
    /// under `message()` and `code()`, the whole reply under `body()`. A status that is not known
    /// is an [`Outcome::Unknown`](crate::Outcome::Unknown). Otherwise as [`hosted`](Self::hosted);
    /// the card has expired.
    pub async fn card(&self, payment: &CardPayment) -> Result<Response<CardPaymentState>> {
        let order = &payment.order;
        let operation = &operations::PAYMENTS_S2S;
        let reply =
            call(self.client, operation, order, &payment.form(), Some(payment.card.wire()))?
                .check(payment.check(self.client.now()))
                .hide(payment.hidden())
                .lost_call(payment.lost_call())
                .send_judged(|reply: &Reply| {
                    reply.judge(order.expected(), |_| match reply.url() {
                        Err(unclear) => unclear,
                        Ok(_) if CardPaymentState::of(reply).is_some() => Verdict::Succeeded,
                        Ok(_) => {
                            unclear("an answer without a url and without a transaction_status")
                        }
                    })
                })
                .await?;
        let state = CardPaymentState::of(&reply);
        state.map(|state| reply.map(|_| state)).ok_or_else(|| unread(operation))
    }
}

/// A call with an order as its body.
pub(crate) fn order_call<'a>(
    client: &'a Client,
    operation: &'static Operation,
    order: &Order,
    form: &Form<'_>,
) -> Result<Call<'a, Cashier>> {
    call(client, operation, order, form, None::<CardWire<'_>>)
}

fn call<'a, C: Serialize>(
    client: &'a Client,
    operation: &'static Operation,
    order: &Order,
    form: &Form<'_>,
    card_details: Option<C>,
) -> Result<Call<'a, Cashier>> {
    let request = order
        .request(form, client.mode())
        .map_err(|invalid| Error::from(invalid).with_operation(operation.id))?;
    let envelope = Envelope { request: &request, card_details };
    Ok(client.call(operation).json(&envelope, &Extra::default()))
}

pub(crate) fn token(reply: Response<Reply>) -> Result<Response<CheckoutToken>> {
    let token = reply.token().ok_or_else(|| unread(&operations::PAYMENTS_HOSTED))?;
    Ok(reply.map(|_| CheckoutToken { token }))
}

/// For what was judged to be there. Nothing else is a success.
pub(crate) fn unread(operation: &Operation) -> Error {
    Error::new(ErrorKind::Unreadable, Outcome::Unknown, "the answer holds no result")
        .with_operation(operation.id)
}
