use pay_core::{Amount, Currency, Reference, provider::Verdict};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    Code, MerchantId, PaymentId, PaymentState, RawJson, code, description, iso_time,
    state::StateNumbers,
};

/// A payment as NumeroPay tells it: a request for money, and how far the payer is with it.
///
/// Paths call it a transaction; the schema keeps that word for a payer's attempt, which is never
/// shown. Where the payer goes to pay is in no source, so there is no field for it here.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// The merchant's id.
    #[serde(default, with = "pay_core::lenient")]
    pub merchant: Option<MerchantId>,
    /// Under which of the merchant's names the payer sees it.
    #[serde(default, with = "pay_core::lenient")]
    pub business_name: Option<String>,
    /// How it came about. What the values mean is unknown; the sample has 1.
    #[serde(default, with = "code::optional")]
    pub channel: Option<Code>,
    /// The amount in major units (dollars).
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount: Option<Amount>,
    /// The currency. In lower case on the wire.
    #[serde(default, with = "pay_core::lenient")]
    pub currency: Option<Currency>,
    /// What the payer is shown, with the [`reference`](Self::reference) behind it.
    #[serde(default, with = "pay_core::lenient")]
    pub description: Option<String>,
    /// Further data. A string by the schema, an object in the sample.
    #[serde(default)]
    pub structure: Option<RawJson>,
    /// The payer. Its shape is unknown.
    #[serde(default)]
    pub customer: Option<RawJson>,
    /// How far it is.
    #[serde(default, with = "code::optional")]
    pub state: Option<PaymentState>,
    /// When it was created.
    #[serde(default, with = "iso_time")]
    pub created_on: Option<OffsetDateTime>,
    /// When it last changed.
    #[serde(default, with = "iso_time")]
    pub updated_on: Option<OffsetDateTime>,
    /// From where it was created, presumably.
    #[serde(default, with = "pay_core::lenient")]
    pub ip_address: Option<String>,
    /// The fee, in major units.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub applied_fee_amount: Option<Amount>,
    /// The currency of the fee.
    #[serde(default, with = "pay_core::lenient")]
    pub applied_fee_currency: Option<Currency>,
}

/// What the answer to a creation must not contradict.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) amount: Amount,
    pub(crate) currency: Currency,
    pub(crate) merchant: &'a MerchantId,
    pub(crate) reference: Option<&'a Reference>,
}

impl Payment {
    /// Whether it is paid, by its name: all that was required is done.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.state == Some(PaymentState::Completed)
    }

    /// Whether nothing more can come of it: completed or cancelled.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.state.as_ref().is_some_and(PaymentState::is_final)
    }

    /// The reference at the end of the description, in brackets.
    #[must_use]
    pub fn reference(&self) -> Option<Reference> {
        description::reference(self.description.as_deref()?)
    }

    /// The same with its state by name, where the caller knows the number.
    pub(crate) fn named(mut self, numbers: &StateNumbers) -> Self {
        self.state = numbers.name(self.state);
        self
    }

    /// The verdict of the answer to a creation. Whatever state is told, there is a payment now; but
    /// one that is cancelled at birth is not what was asked for.
    pub(crate) fn judge(&self, expected: Expected<'_>, numbers: &StateNumbers) -> Verdict {
        if self.id.as_str().is_empty() {
            return Verdict::Unclear("a payment without an id".to_owned());
        }
        if let Some(why) = self.foreign(expected) {
            return Verdict::Foreign(why.to_owned());
        }
        if let Some(why) = self.contradiction(expected) {
            return Verdict::Contradicts(why);
        }
        if numbers.name(self.state.clone()) == Some(PaymentState::Canceled) {
            return Verdict::Unclear("a new payment that is cancelled already".to_owned());
        }
        Verdict::Succeeded
    }

    fn contradiction(&self, expected: Expected<'_>) -> Option<String> {
        if let Some(told) = self.amount
            && told != expected.amount
        {
            return Some(format!("the amount is {told}, asked for was {}", expected.amount));
        }
        if let Some(told) = self.currency
            && told != expected.currency
        {
            return Some(format!("the currency is {told}, asked for was {}", expected.currency));
        }
        None
    }

    /// Why it is another payment.
    fn foreign(&self, expected: Expected<'_>) -> Option<&'static str> {
        // A UUID is the same in either case.
        if let Some(told) = &self.merchant
            && !told.as_str().eq_ignore_ascii_case(expected.merchant.as_str())
        {
            return Some("the merchant is not the one that asked");
        }
        // A description that was cut short contradicts nothing.
        if let (Some(sent), Some(told)) = (expected.reference, self.reference())
            && *sent != told
        {
            return Some("the description has another reference than the one sent");
        }
        None
    }
}
