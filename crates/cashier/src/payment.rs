//! Payments past the cashier page: by one provider, or by a card that you have.

use std::fmt;

use pay_core::{
    Amount, Invalid, LostCall,
    provider::{Hidden, json},
};
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use crate::{Card, Order, Status, operations, order::Form, reply::Reply};

/// A payment for which the customer is sent straight to one provider. Give it to
/// [`Payments::direct`](crate::Payments::direct).
#[derive(Clone, Debug)]
pub struct DirectPayment {
    pub(crate) order: Order,
    provider_id: u64,
    max_deposit_limit: Option<Amount>,
}

impl DirectPayment {
    /// The provider's id stands in the portal, under Settings, Providers.
    #[must_use]
    pub fn new(order: Order, provider_id: u64) -> Self {
        Self { order, provider_id, max_deposit_limit: None }
    }

    /// The field `max_deposit_limit` of the customer, in major units of the order's currency.
    #[must_use]
    pub fn max_deposit_limit(mut self, limit: Amount) -> Self {
        self.max_deposit_limit = Some(limit);
        self
    }

    /// What is needed to find out later what became of this payment: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.order.lost_call(&operations::PAYMENTS_DIRECT)
    }

    pub(crate) fn form(&self) -> Form<'_> {
        Form {
            provider_id: Some(self.provider_id),
            max_deposit_limit: self.max_deposit_limit,
            ..Form::default()
        }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.order.check(&self.form())
    }
}

/// The reply to a [`DirectPayment`]. **No source shows one**, so it is the JSON object that came.
/// That it came under a 2xx means that the request was taken, not that anything is paid: a
/// `transaction_status` that is rejected would have been an error, one that is not known too, and so
/// would a message without a `transaction_status`, a `url` or a `token`.
/// `Debug` hides it: it may hold the URL of the customer's page.
#[derive(Clone)]
#[must_use]
pub struct DirectReply {
    status: Option<Status>,
    json: String,
}

impl DirectReply {
    pub(crate) fn new(status: Option<Status>, body: &[u8]) -> Self {
        Self { status, json: String::from_utf8_lossy(body).into_owned() }
    }

    /// The `transaction_status`, if there is one as in the reply to a card payment.
    #[must_use]
    pub fn status(&self) -> Option<&Status> {
        self.status.as_ref()
    }

    /// The object as JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// The object as a type of yours; `None` if it is not one.
    #[must_use]
    pub fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        json::from_str(&self.json).ok()
    }
}

impl fmt::Debug for DirectReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectReply")
            .field("status", &self.status)
            .field("json", &format_args!("[{} bytes hidden]", self.json.len()))
            .finish()
    }
}

/// A charge of a card whose number you have. Give it to
/// [`Payments::card`](crate::Payments::card). `Debug` hides the card.
#[derive(Clone, Debug)]
pub struct CardPayment {
    pub(crate) order: Order,
    pub(crate) card: Card,
    routing_id: u64,
    max_deposit_limit: Option<Amount>,
}

impl CardPayment {
    /// What a `routing_id` is, other than a direct payment's provider id, stands in no source;
    /// the samples have the same number for both.
    #[must_use]
    pub fn new(order: Order, routing_id: u64, card: Card) -> Self {
        Self { order, card, routing_id, max_deposit_limit: None }
    }

    /// The field `max_deposit_limit` of the customer, in major units of the order's currency.
    #[must_use]
    pub fn max_deposit_limit(mut self, limit: Amount) -> Self {
        self.max_deposit_limit = Some(limit);
        self
    }

    /// What is needed to find out later what became of this payment: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.order.lost_call(&operations::PAYMENTS_S2S)
    }

    pub(crate) fn form(&self) -> Form<'_> {
        Form {
            routing_id: Some(self.routing_id),
            max_deposit_limit: self.max_deposit_limit,
            ..Form::default()
        }
    }

    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        self.order.check(&self.form())?;
        self.card.check(now)
    }

    pub(crate) fn hidden(&self) -> [Hidden; 2] {
        self.card.hidden()
    }
}

/// How a card payment stands when the provider has answered and has not rejected it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "only `Successful` means that it is paid"]
pub enum CardPaymentState {
    /// Not paid: send the payer to this page for 3-D Secure. The webhook tells how it ended.
    Redirect {
        /// The page.
        url: RedirectUrl,
    },
    /// Not decided yet. The webhook tells how it ended.
    Pending,
    /// Paid.
    Successful,
}

impl CardPaymentState {
    /// A url comes before the status: "if it is not empty, redirect the user". A payment that
    /// waits for its payer is not paid, whatever else is said of it.
    pub(crate) fn of(reply: &Reply) -> Option<Self> {
        let status = reply.status().ok()?;
        match (reply.url().ok()?, status) {
            (_, Some(Status::Rejected | Status::Unknown(_))) => None,
            (Some(url), _) => Some(Self::Redirect { url: RedirectUrl(url.into()) }),
            (None, Some(Status::Pending)) => Some(Self::Pending),
            (None, Some(Status::Successful)) => Some(Self::Successful),
            (None, None) => None,
        }
    }
}

/// Where to send the payer, as the provider wrote it; not checked to be a URL. `Debug` hides it:
/// such URLs carry the payer's session.
#[derive(Clone, PartialEq, Eq)]
pub struct RedirectUrl(Box<str>);

impl RedirectUrl {
    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// For tests of your own.
impl From<&str> for RedirectUrl {
    fn from(url: &str) -> Self {
        Self(url.into())
    }
}

impl fmt::Debug for RedirectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedirectUrl([hidden])")
    }
}
