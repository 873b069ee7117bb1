//! The requests that charge a card or hold an amount on it, in each of their forms.

use pay_core::{Amount, Currency, Extra, Invalid, LostCall, Reference, Secret, provider::Hidden};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    Card, CardId, CustomerId, EncryptedCard, Payer, PaymentToken, card::check_token, operations,
    transaction::Expected,
};

/// What a payment is made with: a [`Card`], an [`EncryptedCard`] or a [`PaymentToken`].
pub trait PaymentMethod: sealed::Sealed {}

/// What an amount can be held on: a [`Card`] or an [`EncryptedCard`].
pub trait HoldMethod: PaymentMethod {}

impl PaymentMethod for Card {}
impl PaymentMethod for EncryptedCard {}
impl PaymentMethod for PaymentToken {}
impl HoldMethod for Card {}
impl HoldMethod for EncryptedCard {}

pub(crate) mod sealed {
    use pay_core::provider::{Hidden, Operation};

    use super::{Invalid, OffsetDateTime, PaymentWire};

    /// How a payment method is checked and written.
    pub trait Sealed {
        fn sale_operation() -> &'static Operation;
        fn check(&self, now: OffsetDateTime) -> Result<(), Invalid>;
        fn write<'a>(&'a self, wire: &mut PaymentWire<'a>);
        fn hidden(&self) -> Vec<Hidden>;
        fn last4(&self) -> Option<&str> {
            None
        }
    }
}

impl sealed::Sealed for Card {
    fn sale_operation() -> &'static pay_core::provider::Operation {
        &operations::TRANSACTIONS_SALE
    }

    fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        Card::check(self, now)
    }

    fn write<'a>(&'a self, wire: &mut PaymentWire<'a>) {
        wire.card_number = Some(self.number().expose());
        wire.card_expiry_month = Some(self.expiry().month());
        wire.card_expiry_year = Some(self.expiry().year2());
        wire.cvv2 = Some(self.cvv().expose());
    }

    fn hidden(&self) -> Vec<Hidden> {
        Card::hidden(self)
    }

    fn last4(&self) -> Option<&str> {
        Some(self.number().last4())
    }
}

impl sealed::Sealed for EncryptedCard {
    fn sale_operation() -> &'static pay_core::provider::Operation {
        &operations::TRANSACTIONS_SALE
    }

    fn check(&self, _: OffsetDateTime) -> Result<(), Invalid> {
        check_token("token", self.secret())
    }

    fn write<'a>(&'a self, wire: &mut PaymentWire<'a>) {
        wire.token = Some(self.secret().expose());
    }

    fn hidden(&self) -> Vec<Hidden> {
        exact(self.secret())
    }
}

impl sealed::Sealed for PaymentToken {
    fn sale_operation() -> &'static pay_core::provider::Operation {
        &operations::TRANSACTIONS_SALE_TOKEN
    }

    fn check(&self, _: OffsetDateTime) -> Result<(), Invalid> {
        check_token("payment_token", self.secret())
    }

    fn write<'a>(&'a self, wire: &mut PaymentWire<'a>) {
        wire.payment_token = Some(self.secret().expose());
    }

    fn hidden(&self) -> Vec<Hidden> {
        exact(self.secret())
    }
}

fn exact(secret: &Secret) -> Vec<Hidden> {
    vec![Hidden::exact(secret.expose())]
}

/// A charge. Give it to [`Transactions::sale`](crate::Transactions::sale).
///
/// ```
/// use payfirma::{Amount, Card, Currency, Payer, Reference, Sale};
///
/// let card = Card::new("4111 1111 1111 1111".parse()?, "11/30".parse()?, "595".parse()?);
/// let sale = Sale::new("10.99".parse()?, card, Reference::new("order-1042")?)
///     .currency(Currency::CAD)
///     .payer(Payer::new().email("brandon@stark.com".parse()?));
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sale<M = Card> {
    pub(crate) method: M,
    pub(crate) details: Details,
}

/// A hold on a card, to be captured later. Give it to
/// [`Transactions::authorize`](crate::Transactions::authorize).
#[derive(Clone, Debug)]
pub struct Authorize<M = Card> {
    pub(crate) method: M,
    pub(crate) details: Details,
}

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
    fn new(amount: Amount, reference: Option<Reference>) -> Self {
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
        if let Some(tax) = &self.amount_tax
            && (tax.is_negative() || *tax > self.amount)
        {
            return Err(Invalid::new("amount_tax", "must be from 0 to the amount"));
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

    fn lost_call(&self, operation: &'static str) -> LostCall {
        let lost = LostCall::new(operation, OffsetDateTime::now_utc())
            .with_reference(self.reference.clone())
            .with_amount(self.amount)
            .with_currency(self.currency);
        match &self.payer.email {
            Some(email) => lost.with_detail("email", email.as_str()),
            None => lost,
        }
    }

    fn wire(&self) -> PaymentWire<'_> {
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

impl<M: PaymentMethod> Sale<M> {
    /// Charges `amount` dollars to `method`. The reference is sent as `invoice_id` and, by what is
    /// observed, echoed: a lost reply can then be found out for certain. Keep one reference for
    /// one payment.
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

    /// The order's number. Sent by the provider's own plugins; not seen in replies.
    #[must_use]
    pub fn order_id(mut self, order_id: impl Into<String>) -> Self {
        self.details.order_id = Some(order_id.into());
        self
    }

    /// The tax that is part of the amount, in dollars.
    #[must_use]
    pub fn amount_tax(mut self, amount_tax: Amount) -> Self {
        self.details.amount_tax = Some(amount_tax);
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

    /// What is needed to find out later what became of this sale: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        with_last4(self.details.lost_call(M::sale_operation().id), &self.method)
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

fn with_last4(lost: LostCall, method: &impl PaymentMethod) -> LostCall {
    match method.last4() {
        Some(last4) => lost.with_detail("card_suffix", last4),
        None => lost,
    }
}

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

/// A payment as it is sent. The only place where card data is written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub struct PaymentWire<'a> {
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_expiry_month: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_expiry_year: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cvv2: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_token: Option<&'a str>,
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
