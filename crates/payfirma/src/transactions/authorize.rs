use pay_core::{Amount, Currency, Invalid, LostCall, Reference, provider::Hidden};
use serde::Serialize;
use time::OffsetDateTime;

use super::{
    payment::{Details, PaymentWire, with_last4},
    payment_method::HoldMethod,
};
use crate::{Card, Payer, operations};

/// A hold on a card, to be captured later. Give it to
/// [`Transactions::authorize`](crate::Transactions::authorize).
#[derive(Clone, Debug)]
pub struct Authorize<M = Card> {
    pub(crate) method: M,
    pub(crate) details: Details,
}

impl<M: HoldMethod> Authorize<M> {
    /// Holds `amount` dollars on `method`. The reference is sent as `invoice_id` and, by what is
    /// observed, echoed.
    #[must_use]
    pub fn new(amount: Amount, method: M, reference: Reference) -> Self {
        Self { method, details: Details::new(amount, Some(reference)) }
    }

    /// The same without a reference. A lost reply can then at best be guessed at.
    #[must_use]
    pub fn without_reference(amount: Amount, method: M) -> Self {
        Self { method, details: Details::new(amount, None) }
    }

    /// CAD or USD. What holds when it is left out is unknown.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.details.currency = Some(currency);
        self
    }

    /// Who pays.
    #[must_use]
    pub fn payer(mut self, payer: Payer) -> Self {
        self.details.payer = payer;
        self
    }

    /// A text for reports.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.details.description = Some(description.into());
        self
    }

    /// Free text on the payer. Partners must put their three-letter partner code here.
    #[must_use]
    pub fn custom_id(mut self, custom_id: impl Into<String>) -> Self {
        self.details.custom_id = Some(custom_id.into());
        self
    }

    /// Whether the payer gets a receipt by e-mail. What holds when it is left out is unknown.
    #[must_use]
    pub fn send_receipt(mut self, send_receipt: bool) -> Self {
        self.details.send_receipt = Some(send_receipt);
        self
    }

    /// The field `test_mode` of the provider's samples. What it does with live credentials is
    /// unknown: do not rely on it.
    #[must_use]
    pub fn test_mode(mut self, test_mode: bool) -> Self {
        self.details.test_mode = Some(test_mode);
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.details.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this hold: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        with_last4(self.details.lost_call(operations::TRANSACTIONS_AUTHORIZE.id), &self.method)
    }

    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        self.details.check()?;
        self.method.check(now)
    }

    pub(crate) fn wire(&self) -> PaymentWire<'_> {
        let mut wire = self.details.wire();
        self.method.write(&mut wire);
        wire
    }

    pub(crate) fn hidden(&self) -> Vec<Hidden> {
        self.method.hidden()
    }
}
