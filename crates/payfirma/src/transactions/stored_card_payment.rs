//! The requests that charge or hold on a card that is stored with a customer.

use pay_core::{Amount, Currency, Invalid, LostCall, Reference};
use serde::Serialize;

use super::payment::{Details, PaymentWire};
use crate::{CardId, CustomerId, operations};

/// A charge of a card that is stored with a customer: the default one, or a chosen one. Give it to
/// [`Transactions::sale_stored`](crate::Transactions::sale_stored).
///
/// Only the amount is known to be taken here; whether anything else is, references included, is
/// unknown. So there are no further fields but those below and [`extra`](Self::extra).
#[derive(Clone, Debug)]
pub struct StoredCardSale {
    pub(crate) stored: Stored,
}

/// A hold on a card that is stored with a customer. Give it to
/// [`Transactions::authorize_stored`](crate::Transactions::authorize_stored). What is said of
/// [`StoredCardSale`] holds here too.
#[derive(Clone, Debug)]
pub struct StoredCardAuthorize {
    pub(crate) stored: Stored,
}

#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) customer: CustomerId,
    pub(crate) card: Option<CardId>,
    pub(crate) details: Details,
}

impl Stored {
    fn new(amount: Amount, customer: CustomerId) -> Self {
        Self { customer, card: None, details: Details::new(amount, None) }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.customer.check()?;
        if let Some(card) = &self.card {
            card.check()?;
        }
        self.details.check()
    }

    pub(crate) fn lost_call(&self, default: &'static str, chosen: &'static str) -> LostCall {
        let operation = if self.card.is_some() { chosen } else { default };
        let lost =
            self.details.lost_call(operation).with_path(CustomerId::FIELD, self.customer.as_str());
        match &self.card {
            Some(card) => lost.with_path(CardId::FIELD, card.as_str()),
            None => lost,
        }
    }

    pub(crate) fn wire(&self) -> PaymentWire<'_> {
        self.details.wire()
    }
}

impl StoredCardSale {
    /// Charges `amount` dollars to the customer's default card.
    #[must_use]
    pub fn new(amount: Amount, customer: CustomerId) -> Self {
        Self { stored: Stored::new(amount, customer) }
    }

    /// Charges this card of the customer instead of the default one.
    #[must_use]
    pub fn card(mut self, card: CardId) -> Self {
        self.stored.card = Some(card);
        self
    }

    /// CAD or USD. In the guide's (misaddressed) sample, but not in other clients.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.stored.details.currency = Some(currency);
        self
    }

    /// Sends a reference as `invoice_id`. Whether it is taken here is unknown; if it comes back, a
    /// lost reply can be found out for certain.
    #[must_use]
    pub fn reference(mut self, reference: Reference) -> Self {
        self.stored.details.reference = Some(reference);
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.stored.details.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this sale: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.stored.lost_call(
            operations::TRANSACTIONS_SALE_CUSTOMER.id,
            operations::TRANSACTIONS_SALE_CUSTOMER_CARD.id,
        )
    }
}

impl StoredCardAuthorize {
    /// Holds `amount` dollars on the customer's default card.
    #[must_use]
    pub fn new(amount: Amount, customer: CustomerId) -> Self {
        Self { stored: Stored::new(amount, customer) }
    }

    /// Uses this card of the customer instead of the default one.
    #[must_use]
    pub fn card(mut self, card: CardId) -> Self {
        self.stored.card = Some(card);
        self
    }

    /// CAD or USD.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.stored.details.currency = Some(currency);
        self
    }

    /// Sends a reference as `invoice_id`. Whether it is taken here is unknown.
    #[must_use]
    pub fn reference(mut self, reference: Reference) -> Self {
        self.stored.details.reference = Some(reference);
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.stored.details.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this hold: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.stored.lost_call(
            operations::TRANSACTIONS_AUTHORIZE_CUSTOMER.id,
            operations::TRANSACTIONS_AUTHORIZE_CUSTOMER_CARD.id,
        )
    }
}
