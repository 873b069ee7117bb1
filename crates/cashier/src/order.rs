use std::net::IpAddr;

use pay_core::{
    Amount, Currency, Extra, Invalid, LostCall, Reference,
    provider::{Operation, encode_json},
};
use serde::Serialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;

use crate::{Customer, Mode, Settings, Theme, customer::CustomerWire, reply::Expected};

/// What is to be paid, and by or to whom: the part that every payment and payout has. Put it into
/// a [`HostedCheckout`](crate::HostedCheckout), [`DirectPayment`](crate::DirectPayment),
/// [`CardPayment`](crate::CardPayment) or [`PayoutCheckout`](crate::PayoutCheckout).
///
/// ```
/// use cashier::{Currency, Customer, Order, Reference};
///
/// let order = Order::new("10.05".parse()?, Currency::EUR, "128", Reference::new("order-1042")?)
///     .ip([127, 34, 125, 54])
///     .customer(Customer::new().name("John", "Doe"));
/// # Ok::<_, cashier::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct Order {
    amount: Amount,
    currency: Currency,
    user_id: String,
    reference: Reference,
    mode: Option<Mode>,
    settings: Settings,
    ip: Option<IpAddr>,
    customer: Customer,
    extra: Extra,
}

impl Order {
    /// An amount in major units, your own id of the customer, and your reference of the payment,
    /// which is sent as `tracking_id` and comes back in webhooks. Keep one reference for one
    /// payment: it is the only thing by which a lost one can be found.
    #[must_use]
    pub fn new(
        amount: Amount,
        currency: Currency,
        user_id: impl Into<String>,
        reference: Reference,
    ) -> Self {
        Self {
            amount,
            currency,
            user_id: user_id.into(),
            reference,
            mode: None,
            settings: Settings::default(),
            ip: None,
            customer: Customer::new(),
            extra: Extra::default(),
        }
    }

    /// Another mode than the [environment's](crate::Environment::mode).
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// The object `settings`; empty without this.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The customer's address on the net. The samples have IPv4; whether IPv6 is taken is unknown.
    #[must_use]
    pub fn ip(mut self, ip: impl Into<IpAddr>) -> Self {
        self.ip = Some(ip.into());
        self
    }

    /// Who pays, or is paid.
    #[must_use]
    pub fn customer(mut self, customer: Customer) -> Self {
        self.customer = customer;
        self
    }

    /// Adds a field to `request` that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// The reference.
    #[must_use]
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    pub(crate) fn check(&self, form: &Form<'_>) -> Result<(), Invalid> {
        self.amount.check_charge(Some(&self.currency))?;
        if self.user_id.trim().is_empty() {
            return Err(Invalid::new("user_id", "must not be empty"));
        }
        if let Some(mode) = &self.mode
            && mode.as_str().trim().is_empty()
        {
            return Err(Invalid::new("mode", "must not be empty"));
        }
        if let Some(limit) = &form.max_deposit_limit {
            limit
                .check_charge(Some(&self.currency))
                .map_err(|invalid| invalid.in_field("customer.max_deposit_limit"))?;
        }
        self.customer.check()
    }

    /// The object `request`, with the caller's extra fields in it.
    pub(crate) fn request(&self, form: &Form<'_>, mode: &Mode) -> Result<Box<RawValue>, Invalid> {
        let wire = RequestWire {
            mode: self.mode.as_ref().unwrap_or(mode),
            theme: form.theme,
            provider_id: form.provider_id,
            routing_id: form.routing_id,
            settings: &self.settings,
            user_id: &self.user_id,
            tracking_id: &self.reference,
            ip: self.ip,
            amount: self.amount,
            currency: self.currency,
            amount_restricted: form.amount_restricted,
            customer: self.customer.wire(form.max_deposit_limit),
        };
        let bytes = encode_json(&wire, &self.extra)?;
        let not_json = || Invalid::new("request", "cannot be written as JSON");
        let text = std::str::from_utf8(&bytes).map_err(|_| not_json())?;
        RawValue::from_string(text.to_owned()).map_err(|_| not_json())
    }

    pub(crate) fn expected(&self) -> Expected<'_> {
        Expected { amount: self.amount, currency: self.currency, reference: &self.reference }
    }

    pub(crate) fn lost_call(&self, operation: &Operation) -> LostCall {
        LostCall::new(operation.id, OffsetDateTime::now_utc())
            .with_reference(Some(self.reference.clone()))
            .with_amount(self.amount)
            .with_currency(Some(self.currency))
    }
}

/// What one form of payment adds to an order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Form<'a> {
    pub(crate) theme: Option<&'a Theme>,
    pub(crate) provider_id: Option<u64>,
    pub(crate) routing_id: Option<u64>,
    pub(crate) amount_restricted: Option<bool>,
    pub(crate) max_deposit_limit: Option<Amount>,
}

/// `request` as it is sent, in the order of the samples.
#[derive(Serialize)]
struct RequestWire<'a> {
    mode: &'a Mode,
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<&'a Theme>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing_id: Option<u64>,
    settings: &'a Settings,
    user_id: &'a str,
    tracking_id: &'a Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<IpAddr>,
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    currency: Currency,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_restricted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerWire<'a>>,
}

/// The whole body.
#[derive(Serialize)]
pub(crate) struct Envelope<'a, C> {
    pub(crate) request: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) card_details: Option<C>,
}
