use pay_core::{Amount, Email, Extra, Invalid, LostCall, Reference};
use serde::Serialize;
use serde_json::value::RawValue;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{dollars::dollars, operations};

/// An invoice to create. Give it to [`Invoices::create`](crate::Invoices::create).
///
/// The fields are those of a public client; which of them are required is unknown. That client sends
/// all of them but the customer's e-mail address and phone number.
///
/// ```
/// use payanywhere::{InvoiceCustomer, NewInvoice, Reference};
///
/// let customer = InvoiceCustomer::new("Brandon", "Stark").email("brandon@stark.com".parse()?);
/// let number = Reference::new("INV-1042")?;
/// let invoice = NewInvoice::new("200.00".parse()?, customer, "Consulting", number)
///     .description("Two days in March");
/// # Ok::<_, payanywhere::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewInvoice {
    amount: Amount,
    customer: InvoiceCustomer,
    name: String,
    number: Option<Reference>,
    description: Option<String>,
    due_date: Option<String>,
    send_date: Option<OffsetDateTime>,
    tax_rate: Option<Amount>,
    service_fee_enabled: bool,
    qrcode: bool,
    invoice_extra: Extra,
    extra: Extra,
}

/// Who is to pay an invoice.
#[derive(Clone, Debug, Serialize)]
pub struct InvoiceCustomer {
    first_name: String,
    last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Email>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

impl InvoiceCustomer {
    /// A person by name.
    #[must_use]
    pub fn new(first_name: impl Into<String>, last_name: impl Into<String>) -> Self {
        let (first_name, last_name) = (first_name.into(), last_name.into());
        Self { first_name, last_name, email: None, phone: None }
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.email = Some(email);
        self
    }

    /// The phone number. Its form is unknown: it is sent as it is.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }
}

impl NewInvoice {
    /// An invoice over `amount` dollars, with at most two decimals. `name` is its title; the
    /// reference is its number, which the payer may see.
    #[must_use]
    pub fn new(
        amount: Amount,
        customer: InvoiceCustomer,
        name: impl Into<String>,
        number: Reference,
    ) -> Self {
        Self { number: Some(number), ..Self::without_reference(amount, customer, name) }
    }

    /// The same without a number.
    #[must_use]
    pub fn without_reference(
        amount: Amount,
        customer: InvoiceCustomer,
        name: impl Into<String>,
    ) -> Self {
        Self {
            amount,
            customer,
            name: name.into(),
            number: None,
            description: None,
            due_date: None,
            send_date: None,
            tax_rate: None,
            service_fee_enabled: false,
            qrcode: false,
            invoice_extra: Extra::default(),
            extra: Extra::default(),
        }
    }

    /// What it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// When it is due. The form of the date is unknown: the text is sent as it is.
    #[must_use]
    pub fn due_date(mut self, due_date: impl Into<String>) -> Self {
        self.due_date = Some(due_date.into());
        self
    }

    /// When it is sent to the customer. Written as ISO 8601 in UTC, to the second.
    #[must_use]
    pub fn send_date(mut self, send_date: OffsetDateTime) -> Self {
        self.send_date = Some(send_date);
        self
    }

    /// The tax rate, with at most four decimals. **Whether 7 or 0.07 is seven percent is unknown.**
    #[must_use]
    pub fn tax_rate(mut self, tax_rate: Amount) -> Self {
        self.tax_rate = Some(tax_rate);
        self
    }

    /// Whether the payer pays a service fee. Sent as `false` if not given.
    #[must_use]
    pub fn service_fee_enabled(mut self, enabled: bool) -> Self {
        self.service_fee_enabled = enabled;
        self
    }

    /// Whether there is a QR code. Sent as `false` if not given. What it does to the answer is
    /// unknown.
    #[must_use]
    pub fn qrcode(mut self, qrcode: bool) -> Self {
        self.qrcode = qrcode;
        self
    }

    /// Adds a field, beside `invoice`, that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// Adds a field, inside `invoice`, that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn invoice_extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.invoice_extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of it. There is no way to do so by this API:
    /// it is for a person who looks into the portal.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        LostCall::new(operations::INVOICES_CREATE.id, OffsetDateTime::now_utc())
            .with_reference(self.number.clone())
            .with_amount(self.amount)
    }

    pub(super) fn amount(&self) -> Amount {
        self.amount
    }

    pub(super) fn reference(&self) -> Option<&Reference> {
        self.number.as_ref()
    }

    pub(super) fn added(&self) -> &Extra {
        &self.extra
    }

    fn check(&self) -> Result<(), Invalid> {
        self.amount.check_charge(None)?;
        let phone = self.customer.phone.as_deref();
        for (field, text) in [
            ("customer.first_name", Some(self.customer.first_name.as_str())),
            ("customer.last_name", Some(self.customer.last_name.as_str())),
            ("customer.phone", phone),
            ("name", Some(self.name.as_str())),
            ("description", self.description.as_deref()),
            ("due_date", self.due_date.as_deref()),
        ] {
            if text.is_some_and(|text| text.trim().is_empty()) {
                return Err(Invalid::new(field, "must not be empty"));
            }
        }
        if let Some(rate) = self.tax_rate {
            if rate.is_negative() {
                return Err(Invalid::new("tax_rate", "must not be negative"));
            }
            if rate.scale() > 4 {
                return Err(Invalid::new("tax_rate", "must have at most 4 decimals"));
            }
        }
        Ok(())
    }

    pub(super) fn wire(&self) -> Result<Wire, Invalid> {
        self.check().map_err(|invalid| invalid.under("invoice"))?;
        let invoice = InvoiceWire {
            customer: &self.customer,
            name: &self.name,
            description: self.description.as_deref(),
            number: self.number.as_ref(),
            due_date: self.due_date.as_deref(),
            send_date: self.send_date.map(iso).transpose()?,
            amount: dollars(self.amount),
            tax_rate: self.tax_rate,
            service_fee_enabled: self.service_fee_enabled,
        };
        let unwritable = || Invalid::new("invoice", "cannot be written as JSON");
        let mut json = serde_json::to_vec(&invoice).map_err(|_| unwritable())?;
        self.invoice_extra.write_into(&mut json).map_err(|invalid| invalid.under("invoice"))?;
        let json = String::from_utf8(json).map_err(|_| unwritable())?;
        let invoice = RawValue::from_string(json).map_err(|_| unwritable())?;
        Ok(Wire { kind: "ondemand", qrcode: self.qrcode, invoice })
    }
}

/// To the second: nobody sets an invoice to less, and the sources show no more.
fn iso(at: OffsetDateTime) -> Result<String, Invalid> {
    let odd = || Invalid::new("invoice.send_date", "must be in the years 0 to 9999");
    let utc = at.checked_to_offset(time::UtcOffset::UTC).ok_or_else(odd)?;
    utc.replace_nanosecond(0).map_err(|_| odd())?.format(&Rfc3339).map_err(|_| odd())
}

/// The body of the request.
#[derive(Serialize)]
pub(super) struct Wire {
    /// The only value that is known.
    #[serde(rename = "type")]
    kind: &'static str,
    qrcode: bool,
    invoice: Box<RawValue>,
}

#[derive(Serialize)]
struct InvoiceWire<'a> {
    customer: &'a InvoiceCustomer,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_date: Option<String>,
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    tax_rate: Option<Amount>,
    service_fee_enabled: bool,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn invoice(amount: &str) -> NewInvoice {
        let customer = InvoiceCustomer::new("Brandon", "Stark");
        NewInvoice::without_reference(amount.parse().unwrap(), customer, "Consulting")
    }

    fn rate(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_wrong_is_named() {
        let nameless = |first, last| {
            let customer = InvoiceCustomer::new(first, last);
            NewInvoice::without_reference(rate("1"), customer, "Consulting")
        };
        let phone = InvoiceCustomer::new("a", "b").phone("");
        for (refused, field) in [
            (invoice("0"), "invoice.amount"),
            (invoice("-1"), "invoice.amount"),
            (invoice("1.001"), "invoice.amount"),
            (nameless("", "Stark"), "invoice.customer.first_name"),
            (nameless("Brandon", " "), "invoice.customer.last_name"),
            (NewInvoice::without_reference(rate("1"), phone, "x"), "invoice.customer.phone"),
            (
                NewInvoice::without_reference(rate("1"), InvoiceCustomer::new("a", "b"), ""),
                "invoice.name",
            ),
            (invoice("1").description(""), "invoice.description"),
            (invoice("1").due_date(""), "invoice.due_date"),
            (invoice("1").tax_rate(rate("-1")), "invoice.tax_rate"),
            (invoice("1").tax_rate(rate("0.07251")), "invoice.tax_rate"),
            (invoice("1").send_date(datetime!(-0001-01-01 0:00 UTC)), "invoice.send_date"),
            (invoice("1").invoice_extra("amount", 2).unwrap(), "invoice.amount"),
        ] {
            let Err(invalid) = refused.wire() else { panic!("{refused:?}") };
            assert_eq!(invalid.field(), field, "{refused:?}");
        }
        assert!(invoice("0.01").tax_rate(rate("0.0725")).wire().is_ok());
    }

    #[test]
    fn dates_are_written_in_utc_to_the_second() {
        assert_eq!(iso(datetime!(2026-03-01 13:00:00.75 +2)).unwrap(), "2026-03-01T11:00:00Z");
    }
}
