//! The requests that a card terminal carries out.

use pay_core::{Amount, Currency, Email, Extra, Invalid, LostCall, Reference};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{CustomerId, Payer, TransactionId, operations, transactions::transaction::Expected};

/// A charge of the card that is presented at a terminal. Give it to
/// [`Terminal::sale`](crate::Terminal::sale).
#[derive(Clone, Debug)]
pub struct TerminalSale {
    pub(crate) at: AtTerminal,
}

/// The same, recorded with a customer. Give it to
/// [`Terminal::sale_customer`](crate::Terminal::sale_customer).
#[derive(Clone, Debug)]
pub struct TerminalCustomerSale {
    pub(crate) customer: CustomerId,
    pub(crate) at: AtTerminal,
}

/// A hold on the card that is presented at a terminal. Give it to
/// [`Terminal::authorize`](crate::Terminal::authorize).
#[derive(Clone, Debug)]
pub struct TerminalAuthorize {
    pub(crate) at: AtTerminal,
}

/// Collects what a terminal's authorization holds. Give it to
/// [`Terminal::capture`](crate::Terminal::capture).
#[derive(Clone, Debug)]
pub struct TerminalCapture {
    pub(crate) id: TransactionId,
    pub(crate) at: AtTerminal,
}

/// Gives a terminal's sale back. Give it to [`Terminal::refund`](crate::Terminal::refund).
#[derive(Clone, Debug)]
pub struct TerminalRefund {
    pub(crate) id: TransactionId,
    pub(crate) at: AtTerminal,
}

/// What all of them have in common.
#[derive(Clone, Debug)]
pub(crate) struct AtTerminal {
    amount: Amount,
    processor_id: u64,
    reference: Option<Reference>,
    currency: Option<Currency>,
    payer: Payer,
    description: Option<String>,
    order_id: Option<String>,
    pub(crate) extra: Extra,
}

impl AtTerminal {
    fn new(amount: Amount, processor_id: u64, reference: Option<Reference>) -> Self {
        Self {
            amount,
            processor_id,
            reference,
            currency: None,
            payer: Payer::new(),
            description: None,
            order_id: None,
            extra: Extra::default(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.processor_id == 0 {
            return Err(Invalid::new("processor_id", "must be greater than 0"));
        }
        self.amount.check_charge(self.currency.as_ref())
    }

    pub(crate) fn expected(&self) -> Expected<'_> {
        Expected {
            amount: Some(self.amount),
            currency: self.currency,
            reference: self.reference.as_ref(),
        }
    }

    fn lost_call(&self, operation: &'static str) -> LostCall {
        let lost = LostCall::new(operation, OffsetDateTime::now_utc())
            .with_reference(self.reference.clone())
            .with_amount(self.amount)
            .with_currency(self.currency)
            .with_detail("processor_id", self.processor_id.to_string());
        match &self.payer.email {
            Some(email) => lost.with_detail("email", email.as_str()),
            None => lost,
        }
    }

    /// With the placeholders where other sales have a card: the sample sends them.
    pub(crate) fn wire(&self) -> TerminalWire<'_> {
        TerminalWire {
            card_expiry_month: Some("/"),
            card_expiry_year: Some(""),
            card_number: Some(""),
            ..self.follow_up_wire()
        }
    }

    pub(crate) fn follow_up_wire(&self) -> TerminalWire<'_> {
        let Payer { email, first_name, last_name, company, bcc_emails, telephone, address } =
            &self.payer;
        // The sample writes "1.00": both decimals, in a string.
        let currency = self.currency.unwrap_or(Currency::CAD);
        TerminalWire {
            amount: self.amount.rescaled(currency).unwrap_or(self.amount),
            currency: self.currency,
            is_card_terminal_transaction: true,
            processor_id: self.processor_id,
            card_expiry_month: None,
            card_expiry_year: None,
            card_number: None,
            email: email.as_ref().map(Email::as_str),
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
            invoice_id: self.reference.as_ref().map(Reference::as_str),
            description: self.description.as_deref(),
            order_id: self.order_id.as_deref(),
        }
    }
}

/// A request as it is sent.
#[derive(Serialize)]
pub(crate) struct TerminalWire<'a> {
    #[serde(with = "pay_core::amount::string")]
    amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    is_card_terminal_transaction: bool,
    processor_id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_expiry_month: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_expiry_year: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_number: Option<&'a str>,
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
    invoice_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<&'a str>,
}

impl TerminalSale {
    /// Charges `amount` dollars at the terminal with this `processor_id`. Where to find that number
    /// no document says; no operation lists the terminals. The reference is sent as `invoice_id`.
    #[must_use]
    pub fn new(amount: Amount, processor_id: u64, reference: Reference) -> Self {
        Self { at: AtTerminal::new(amount, processor_id, Some(reference)) }
    }

    /// The same without a reference. A lost reply can then at best be guessed at.
    #[must_use]
    pub fn without_reference(amount: Amount, processor_id: u64) -> Self {
        Self { at: AtTerminal::new(amount, processor_id, None) }
    }

    /// CAD or USD. What holds when it is left out is unknown.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.at.currency = Some(currency);
        self
    }

    /// Who pays.
    #[must_use]
    pub fn payer(mut self, payer: Payer) -> Self {
        self.at.payer = payer;
        self
    }

    /// A text for reports.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.at.description = Some(description.into());
        self
    }

    /// The order's number.
    #[must_use]
    pub fn order_id(mut self, order_id: impl Into<String>) -> Self {
        self.at.order_id = Some(order_id.into());
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.at.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this sale: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.at.lost_call(operations::TERMINAL_SALE.id)
    }
}

impl TerminalCustomerSale {
    /// Charges `amount` dollars at the terminal, and records it with the customer. The reference is
    /// sent as `invoice_id`.
    #[must_use]
    pub fn new(
        amount: Amount,
        processor_id: u64,
        customer: CustomerId,
        reference: Reference,
    ) -> Self {
        Self { customer, at: AtTerminal::new(amount, processor_id, Some(reference)) }
    }

    /// The same without a reference. A lost reply can then at best be guessed at.
    #[must_use]
    pub fn without_reference(amount: Amount, processor_id: u64, customer: CustomerId) -> Self {
        Self { customer, at: AtTerminal::new(amount, processor_id, None) }
    }

    /// CAD or USD. What holds when it is left out is unknown.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.at.currency = Some(currency);
        self
    }

    /// First and last name.
    #[must_use]
    pub fn name(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.at.payer = self.at.payer.name(first, last);
        self
    }

    /// The business.
    #[must_use]
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.at.payer = self.at.payer.company(company);
        self
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.at.payer = self.at.payer.email(email);
        self
    }

    /// A text for reports.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.at.description = Some(description.into());
        self
    }

    /// The order's number.
    #[must_use]
    pub fn order_id(mut self, order_id: impl Into<String>) -> Self {
        self.at.order_id = Some(order_id.into());
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.at.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this sale: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.at
            .lost_call(operations::TERMINAL_SALE_CUSTOMER.id)
            .with_path(CustomerId::FIELD, self.customer.as_str())
    }
}

impl TerminalAuthorize {
    /// Holds `amount` dollars on the card that is presented. The reference is sent as `invoice_id`.
    #[must_use]
    pub fn new(amount: Amount, processor_id: u64, reference: Reference) -> Self {
        Self { at: AtTerminal::new(amount, processor_id, Some(reference)) }
    }

    /// The same without a reference. A lost reply can then at best be guessed at.
    #[must_use]
    pub fn without_reference(amount: Amount, processor_id: u64) -> Self {
        Self { at: AtTerminal::new(amount, processor_id, None) }
    }

    /// CAD or USD. What holds when it is left out is unknown.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.at.currency = Some(currency);
        self
    }

    /// Who pays.
    #[must_use]
    pub fn payer(mut self, payer: Payer) -> Self {
        self.at.payer = payer;
        self
    }

    /// A text for reports.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.at.description = Some(description.into());
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.at.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this hold: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.at.lost_call(operations::TERMINAL_AUTHORIZE.id)
    }
}

impl TerminalCapture {
    /// Collects `amount` dollars of the authorization `id`. The reference is sent as `invoice_id`.
    #[must_use]
    pub fn new(id: TransactionId, amount: Amount, processor_id: u64, reference: Reference) -> Self {
        Self { id, at: AtTerminal::new(amount, processor_id, Some(reference)) }
    }

    /// The same without a reference.
    #[must_use]
    pub fn without_reference(id: TransactionId, amount: Amount, processor_id: u64) -> Self {
        Self { id, at: AtTerminal::new(amount, processor_id, None) }
    }

    /// CAD or USD.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.at.currency = Some(currency);
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.at.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this capture: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        let lost = self.at.lost_call(operations::TERMINAL_CAPTURE.id);
        lost.with_path(TransactionId::FIELD, self.id.as_str())
    }
}

impl TerminalRefund {
    /// Gives `amount` dollars of the sale `id` back. The reference is sent as `invoice_id`.
    #[must_use]
    pub fn new(id: TransactionId, amount: Amount, processor_id: u64, reference: Reference) -> Self {
        Self { id, at: AtTerminal::new(amount, processor_id, Some(reference)) }
    }

    /// The same without a reference.
    #[must_use]
    pub fn without_reference(id: TransactionId, amount: Amount, processor_id: u64) -> Self {
        Self { id, at: AtTerminal::new(amount, processor_id, None) }
    }

    /// CAD or USD.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.at.currency = Some(currency);
        self
    }

    /// First and last name.
    #[must_use]
    pub fn name(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.at.payer = self.at.payer.name(first, last);
        self
    }

    /// The business.
    #[must_use]
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.at.payer = self.at.payer.company(company);
        self
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.at.payer = self.at.payer.email(email);
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.at.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this refund: keep it before you send. Add
    /// the `amount_refunded` of the original with
    /// [`with_before`](LostCall::with_before) if you know it.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        let lost = self.at.lost_call(operations::TERMINAL_REFUND.id);
        lost.with_path(TransactionId::FIELD, self.id.as_str())
    }
}
