use pay_core::{Amount, Currency, Extra, Invalid, LostCall, Reference};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{MerchantId, description, operations, payment::Expected};

/// A payment to create. Give it to [`Payments::create`](crate::Payments::create).
///
/// The reference is sent at the end of the description, in brackets: `Two chairs [order-1042]`, or
/// `[order-1042]` alone. There is no other field that comes back, so **the payer sees it**. By it a
/// lost creation is found again.
///
/// ```
/// use numeropay::{Currency, NewPayment, Reference};
///
/// let reference = Reference::new("order-1042")?;
/// let new = NewPayment::new("100.00".parse()?, Currency::AUD, "Infinity Group", reference)
///     .description("Two chairs");
/// # Ok::<_, numeropay::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewPayment {
    amount: Amount,
    currency: Currency,
    business_name: String,
    description: Option<String>,
    reference: Option<Reference>,
    extra: Extra,
}

impl NewPayment {
    /// A payment of an amount in major units (dollars): more than 0, with at most 2 decimals.
    /// `business_name` must be one of the merchant's registered names; the payer sees it.
    pub fn new(
        amount: Amount,
        currency: Currency,
        business_name: impl Into<String>,
        reference: Reference,
    ) -> Self {
        Self {
            reference: Some(reference),
            ..Self::without_reference(amount, currency, business_name)
        }
    }

    /// The same with no reference for the payer to see. If the answer to it is lost, it can only be
    /// guessed at.
    pub fn without_reference(
        amount: Amount,
        currency: Currency,
        business_name: impl Into<String>,
    ) -> Self {
        Self {
            amount,
            currency,
            business_name: business_name.into(),
            description: None,
            reference: None,
            extra: Extra::default(),
        }
    }

    /// What it is for. The payer sees it. How long it may be is unknown.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of it: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        LostCall::new(operations::PAYMENTS_CREATE.id, OffsetDateTime::now_utc())
            .with_reference(self.reference.clone())
            .with_amount(self.amount)
            .with_currency(Some(self.currency))
            .with_detail("business_name", &self.business_name)
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        // "Upto precision of 2 decimal places", and no more than the currency has.
        self.amount.check_charge(None)?;
        self.amount.check_charge(Some(&self.currency))?;
        if self.business_name.trim().is_empty() {
            return Err(Invalid::new("businessName", "must not be empty"));
        }
        if self.description.as_ref().is_some_and(|text| text.trim().is_empty()) {
            return Err(Invalid::new("description", "must not be empty"));
        }
        Ok(())
    }

    pub(crate) fn wire<'a>(&'a self, merchant: &'a MerchantId) -> Wire<'a> {
        Wire {
            amount: self.amount,
            business_name: &self.business_name,
            currency: self.currency.lower(),
            merchant,
            description: description::compose(self.description.as_deref(), self.reference.as_ref()),
        }
    }

    pub(crate) fn added(&self) -> &Extra {
        &self.extra
    }

    pub(crate) fn expected<'a>(&'a self, merchant: &'a MerchantId) -> Expected<'a> {
        Expected {
            amount: self.amount,
            currency: self.currency,
            merchant,
            reference: self.reference.as_ref(),
        }
    }
}

/// The body of the request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wire<'a> {
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    business_name: &'a str,
    currency: String,
    merchant: &'a MerchantId,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(amount: &str, currency: Currency) -> NewPayment {
        NewPayment::without_reference(amount.parse().unwrap(), currency, "Infinity Group")
    }

    #[test]
    fn what_is_wrong_is_named() {
        let jpy = "JPY".parse().unwrap();
        let bhd = "BHD".parse().unwrap();
        let nameless =
            |name| NewPayment::without_reference("1".parse().unwrap(), Currency::AUD, name);
        for (refused, field) in [
            (new("0", Currency::AUD), "amount"),
            (new("-1", Currency::AUD), "amount"),
            (new("0.001", Currency::AUD), "amount"),
            (new("1.005", bhd), "amount"),
            (new("1.5", jpy), "amount"),
            (new("1000000000000", Currency::AUD), "amount"),
            (nameless(""), "businessName"),
            (nameless(" \t"), "businessName"),
            (new("1", Currency::AUD).description(" "), "description"),
        ] {
            assert_eq!(refused.check().unwrap_err().field(), field, "{refused:?}");
        }
        for fine in [new("0.01", Currency::AUD), new("1.50", bhd), new("100.000", jpy)] {
            assert_eq!(fine.check(), Ok(()), "{fine:?}");
        }
    }

    #[test]
    fn a_lost_call_holds_what_finds_it_again() {
        let new = NewPayment::new(
            "9.90".parse().unwrap(),
            Currency::AUD,
            "Infinity Group",
            Reference::new("order-1").unwrap(),
        );
        let lost = new.lost_call();
        assert_eq!(lost.operation(), "numeropay.payments.create");
        assert_eq!(lost.reference().unwrap().as_str(), "order-1");
        assert_eq!(lost.amount().unwrap().to_string(), "9.90");
        assert_eq!(lost.currency(), Some(Currency::AUD));
        assert_eq!(lost.detail("business_name"), Some("Infinity Group"));
    }
}
