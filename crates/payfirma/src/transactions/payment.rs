//! What sales and authorizations have in common, and the body that is sent.

use pay_core::{Amount, Currency, Extra, Invalid, LostCall, Reference};
use serde::Serialize;
use time::OffsetDateTime;

use super::{payment_method::PaymentMethod, transaction::Expected};
use crate::Payer;

/// What sales and authorizations have in common.
#[derive(Clone, Debug)]
pub(crate) struct Details {
    pub(crate) amount: Amount,
    pub(crate) reference: Option<Reference>,
    pub(crate) currency: Option<Currency>,
    pub(crate) payer: Payer,
    pub(crate) description: Option<String>,
    pub(crate) custom_id: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) amount_tax: Option<Amount>,
    pub(crate) send_receipt: Option<bool>,
    pub(crate) test_mode: Option<bool>,
    pub(crate) extra: Extra,
}

impl Details {
    pub(crate) fn new(amount: Amount, reference: Option<Reference>) -> Self {
        Self {
            amount,
            reference,
            currency: None,
            payer: Payer::new(),
            description: None,
            custom_id: None,
            order_id: None,
            amount_tax: None,
            send_receipt: None,
            test_mode: None,
            extra: Extra::default(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.amount.check_charge(self.currency.as_ref())?;
        if let Some(tax) = self.amount_tax.filter(|tax| !tax.is_zero()) {
            if tax.is_negative() || tax > self.amount {
                return Err(Invalid::new("amount_tax", "must be from 0 to the amount"));
            }
            tax.check_charge(self.currency.as_ref())
                .map_err(|invalid| invalid.in_field("amount_tax"))?;
        }
        Ok(())
    }

    pub(crate) fn expected(&self) -> Expected<'_> {
        Expected {
            amount: Some(self.amount),
            currency: self.currency,
            reference: self.reference.as_ref(),
        }
    }

    pub(crate) fn lost_call(&self, operation: &'static str) -> LostCall {
        let lost = LostCall::new(operation, OffsetDateTime::now_utc())
            .with_reference(self.reference.clone())
            .with_amount(self.amount)
            .with_currency(self.currency);
        match &self.payer.email {
            Some(email) => lost.with_detail("email", email.as_str()),
            None => lost,
        }
    }

    pub(crate) fn wire(&self) -> PaymentWire<'_> {
        let Payer { email, first_name, last_name, company, bcc_emails, telephone, address } =
            &self.payer;
        PaymentWire {
            amount: self.amount,
            currency: self.currency,
            card_expiry_month: None,
            card_expiry_year: None,
            card_number: None,
            cvv2: None,
            token: None,
            payment_token: None,
            email: email.as_ref().map(pay_core::Email::as_str),
            first_name: first_name.as_deref(),
            last_name: last_name.as_deref(),
            company: company.as_deref(),
            bcc_emails: bcc_emails.as_deref(),
            telephone: telephone.as_deref(),
            address1: address.line1.as_deref(),
            address2: address.line2.as_deref(),
            city: address.city.as_deref(),
            province: address.province.as_deref(),
            country: address.country.as_deref(),
            postal_code: address.postal_code.as_deref(),
            custom_id: self.custom_id.as_deref(),
            invoice_id: self.reference.as_ref().map(Reference::as_str),
            description: self.description.as_deref(),
            order_id: self.order_id.as_deref(),
            amount_tax: self.amount_tax,
            sending_receipt: self.send_receipt,
            test_mode: self.test_mode,
        }
    }
}

pub(crate) fn with_last4(lost: LostCall, method: &impl PaymentMethod) -> LostCall {
    match method.last4() {
        Some(last4) => lost.with_detail("card_suffix", last4),
        None => lost,
    }
}

/// A payment as it is sent. The only place where card data is written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub struct PaymentWire<'a> {
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) card_expiry_month: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) card_expiry_year: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) card_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cvv2: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payment_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bcc_emails: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address1: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address2: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    province: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    amount_tax: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sending_receipt: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test_mode: Option<bool>,
}
