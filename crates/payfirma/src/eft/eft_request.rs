//! The requests that move money by electronic funds transfer.

use pay_core::{Amount, Extra, Invalid, LostCall, Reference};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{CustomerId, operations, transactions::transaction::Expected};

/// Asks a customer for money. Give it to [`Eft::request_funds`](crate::Eft::request_funds).
#[derive(Clone, Debug)]
pub struct EftRequest {
    pub(crate) transfer: Transfer,
}

/// A deposit to a bank account. Give it to [`Eft::bank_deposit`](crate::Eft::bank_deposit).
///
/// Which fields it takes no source states: an amount and a description are assumed, everything else
/// comes by [`extra`](Self::extra).
#[derive(Clone, Debug)]
pub struct BankDeposit {
    pub(crate) transfer: Transfer,
}

/// Money sent to somebody. Give it to [`Eft::send_funds`](crate::Eft::send_funds). What is said of
/// [`BankDeposit`] holds here too.
#[derive(Clone, Debug)]
pub struct SendFunds {
    pub(crate) transfer: Transfer,
}

/// What the three have in common.
#[derive(Clone, Debug)]
pub(crate) struct Transfer {
    pub(crate) customer: Option<CustomerId>,
    amount: Amount,
    /// Goes out as the description, the only text that is known to be taken.
    reference: Option<Reference>,
    pub(crate) extra: Extra,
}

impl Transfer {
    fn new(amount: Amount, reference: Option<Reference>) -> Self {
        Self { customer: None, amount, reference, extra: Extra::default() }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if let Some(customer) = &self.customer {
            customer.check()?;
        }
        self.amount.check_charge(None)
    }

    pub(crate) fn expected(&self) -> Expected<'_> {
        Expected { amount: Some(self.amount), ..Expected::default() }
    }

    pub(crate) fn lost_call(&self, operation: &'static str) -> LostCall {
        let lost = LostCall::new(operation, OffsetDateTime::now_utc())
            .with_reference(self.reference.clone())
            .with_amount(self.amount);
        match &self.customer {
            Some(customer) => lost.with_path(CustomerId::FIELD, customer.as_str()),
            None => lost,
        }
    }

    pub(crate) fn wire(&self) -> TransferWire<'_> {
        TransferWire {
            amount: self.amount,
            description: self.reference.as_ref().map(Reference::as_str),
        }
    }
}

/// A transfer as it is sent.
#[derive(Serialize)]
pub(crate) struct TransferWire<'a> {
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

impl EftRequest {
    /// Asks the customer for `amount` dollars. The customer sees the reference: it is sent as
    /// `description`.
    #[must_use]
    pub fn new(customer: CustomerId, amount: Amount, reference: Reference) -> Self {
        let transfer = Transfer::new(amount, Some(reference));
        Self { transfer: Transfer { customer: Some(customer), ..transfer } }
    }

    /// The same without a reference. A text for the customer can be added as the extra field
    /// `description`.
    #[must_use]
    pub fn without_reference(customer: CustomerId, amount: Amount) -> Self {
        let transfer = Transfer::new(amount, None);
        Self { transfer: Transfer { customer: Some(customer), ..transfer } }
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.transfer.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this request: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.transfer.lost_call(operations::EFT_REQUEST_FUNDS.id)
    }
}

impl BankDeposit {
    /// Deposits `amount` dollars. The reference is sent as `description`.
    #[must_use]
    pub fn new(amount: Amount, reference: Reference) -> Self {
        Self { transfer: Transfer::new(amount, Some(reference)) }
    }

    /// The same without a reference.
    #[must_use]
    pub fn without_reference(amount: Amount) -> Self {
        Self { transfer: Transfer::new(amount, None) }
    }

    /// The customer, if your route has `{customer_lookup_id}`.
    #[must_use]
    pub fn customer(mut self, customer: CustomerId) -> Self {
        self.transfer.customer = Some(customer);
        self
    }

    /// Adds a field that this crate does not know, such as the account. Numbers with five digits or
    /// more are masked where the provider echoes them.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.transfer.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this deposit: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.transfer.lost_call(operations::EFT_BANK_DEPOSIT.id)
    }
}

impl SendFunds {
    /// Sends `amount` dollars. The reference is sent as `description`.
    #[must_use]
    pub fn new(amount: Amount, reference: Reference) -> Self {
        Self { transfer: Transfer::new(amount, Some(reference)) }
    }

    /// The same without a reference.
    #[must_use]
    pub fn without_reference(amount: Amount) -> Self {
        Self { transfer: Transfer::new(amount, None) }
    }

    /// The customer, if your route has `{customer_lookup_id}`.
    #[must_use]
    pub fn customer(mut self, customer: CustomerId) -> Self {
        self.transfer.customer = Some(customer);
        self
    }

    /// Adds a field that this crate does not know, such as the receiver. Numbers with five digits
    /// or more are masked where the provider echoes them.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.transfer.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this transfer: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.transfer.lost_call(operations::EFT_SEND_FUNDS.id)
    }
}
