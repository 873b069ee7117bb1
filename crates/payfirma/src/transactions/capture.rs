//! The requests that act on a transaction: capture and refund.

use pay_core::{Amount, Extra, Invalid, LostCall, Reference};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{TransactionId, operations, transactions::transaction::Expected};

/// Collects a held amount, or a part of it. Whether several captures of one hold are possible is
/// unknown. After the hold has ended it is allowed too, but the funds may be gone.
#[derive(Clone, Debug)]
pub struct Capture {
    pub(crate) action: Action,
}

/// Gives a sale or a capture back, or a part of it. An authorization cannot be refunded.
///
/// There is no void: the provider's portal treats a refund on the same day, before the batch
/// closes, as one.
#[derive(Clone, Debug)]
pub struct Refund {
    pub(crate) action: Action,
}

/// What captures and refunds have in common.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) id: TransactionId,
    pub(crate) amount: Amount,
    /// Goes out as the description: the only correlator that both are seen to take.
    pub(crate) reference: Option<Reference>,
    pub(crate) custom_id: Option<String>,
    pub(crate) test_mode: Option<bool>,
    pub(crate) extra: Extra,
}

impl Action {
    fn new(id: TransactionId, amount: Amount, reference: Option<Reference>) -> Self {
        Self { id, amount, reference, custom_id: None, test_mode: None, extra: Extra::default() }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.id.check()?;
        self.amount.check_charge(None)
    }

    pub(crate) fn expected(&self) -> Expected<'_> {
        Expected { amount: Some(self.amount), ..Expected::default() }
    }

    fn lost_call(&self, operation: &'static str) -> LostCall {
        LostCall::new(operation, OffsetDateTime::now_utc())
            .with_path("id", self.id.as_str())
            .with_reference(self.reference.clone())
            .with_amount(self.amount)
    }

    pub(crate) fn wire(&self) -> ActionWire<'_> {
        ActionWire {
            amount: self.amount,
            description: self.reference.as_ref().map(Reference::as_str),
            custom_id: self.custom_id.as_deref(),
            test_mode: self.test_mode,
        }
    }
}

/// A capture or refund as it is sent.
#[derive(Serialize)]
pub(crate) struct ActionWire<'a> {
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test_mode: Option<bool>,
}

impl Capture {
    /// Collects `amount` dollars of the authorization `id`. The reference is sent as
    /// `description`; only if that comes back can a lost reply be found out for certain.
    #[must_use]
    pub fn new(id: TransactionId, amount: Amount, reference: Reference) -> Self {
        Self { action: Action::new(id, amount, Some(reference)) }
    }

    /// The same without a reference.
    #[must_use]
    pub fn without_reference(id: TransactionId, amount: Amount) -> Self {
        Self { action: Action::new(id, amount, None) }
    }

    /// The field `test_mode` of the provider's samples.
    #[must_use]
    pub fn test_mode(mut self, test_mode: bool) -> Self {
        self.action.test_mode = Some(test_mode);
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.action.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this capture: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.action.lost_call(operations::TRANSACTIONS_CAPTURE.id)
    }
}

impl Refund {
    /// Gives `amount` dollars of the sale or capture `id` back. The reference is sent as
    /// `description`; only if that comes back can a lost reply be found out for certain.
    #[must_use]
    pub fn new(id: TransactionId, amount: Amount, reference: Reference) -> Self {
        Self { action: Action::new(id, amount, Some(reference)) }
    }

    /// The same without a reference.
    #[must_use]
    pub fn without_reference(id: TransactionId, amount: Amount) -> Self {
        Self { action: Action::new(id, amount, None) }
    }

    /// Free text on the payer. Partners must put their three-letter partner code here.
    #[must_use]
    pub fn custom_id(mut self, custom_id: impl Into<String>) -> Self {
        self.action.custom_id = Some(custom_id.into());
        self
    }

    /// The field `test_mode` of the provider's samples.
    #[must_use]
    pub fn test_mode(mut self, test_mode: bool) -> Self {
        self.action.test_mode = Some(test_mode);
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.action.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this refund: keep it before you send. Add
    /// the `amount_refunded` of the original with
    /// [`with_before`](LostCall::with_before) if you know it.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.action.lost_call(operations::TRANSACTIONS_REFUND.id)
    }
}
