use pay_core::{Amount, Currency, Email, Extra, Invalid, LostCall, Reference, provider::Verdict};
use serde::Serialize;
use time::{OffsetDateTime, UtcOffset};

use crate::{
    Invoice, InvoiceItem, contradiction, invoices::invoice_item::InvoiceItemWire, label::Label,
    operations,
};

/// An invoice to create. Give it to [`Invoices::create`](crate::Invoices::create) or
/// [`Invoices::draft`](crate::Invoices::draft).
///
/// Which fields are required is unknown. All of the reference's samples have business name,
/// currency, description, due date, items, recipient, sub-total, support address, support telephone
/// and total. Nothing is added up here: what you give is what is sent.
///
/// ```
/// use payfirma::{Currency, InvoiceItem, NewInvoice, Reference};
///
/// let invoice = NewInvoice::new(Currency::CAD, "200.00".parse()?, Reference::new("invoice-17")?)
///     .recipient_email("brandon@stark.com".parse()?)
///     .item(InvoiceItem::new("Consulting").amount("200.00".parse()?));
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewInvoice {
    currency: Currency,
    total: Amount,
    description: Label,
    items: Vec<InvoiceItem>,
    sub_total: Option<Amount>,
    due_date: Option<OffsetDateTime>,
    recipient_email: Option<Email>,
    customer_id: Option<u64>,
    title: Option<String>,
    business_name: Option<String>,
    business_address2: Option<String>,
    business_city: Option<String>,
    billing_state: Option<String>,
    company: Option<String>,
    support_email: Option<Email>,
    support_phone_number: Option<String>,
    pub(crate) extra: Extra,
}

impl NewInvoice {
    /// An invoice over `total` dollars. The reference is sent as `description`, which the payer may
    /// see; whether it comes back is unknown. Only if it does can a lost reply be found out for
    /// certain.
    #[must_use]
    pub fn new(currency: Currency, total: Amount, reference: Reference) -> Self {
        Self::labelled(currency, total, Label::Reference(reference))
    }

    /// The same with any text as `description`.
    #[must_use]
    pub fn with_description(
        currency: Currency,
        total: Amount,
        description: impl Into<String>,
    ) -> Self {
        Self::labelled(currency, total, Label::Text(description.into()))
    }

    /// The same without a description.
    #[must_use]
    pub fn without_reference(currency: Currency, total: Amount) -> Self {
        Self::labelled(currency, total, Label::None)
    }

    fn labelled(currency: Currency, total: Amount, description: Label) -> Self {
        Self {
            currency,
            total,
            description,
            items: Vec::new(),
            sub_total: None,
            due_date: None,
            recipient_email: None,
            customer_id: None,
            title: None,
            business_name: None,
            business_address2: None,
            business_city: None,
            billing_state: None,
            company: None,
            support_email: None,
            support_phone_number: None,
            extra: Extra::default(),
        }
    }

    /// Adds a line; call it again for more.
    #[must_use]
    pub fn item(mut self, item: InvoiceItem) -> Self {
        self.items.push(item);
        self
    }

    /// The total before taxes, in dollars.
    #[must_use]
    pub fn sub_total(mut self, sub_total: Amount) -> Self {
        self.sub_total = Some(sub_total);
        self
    }

    /// When it is due. Sent in UTC, in milliseconds.
    #[must_use]
    pub fn due_date(mut self, due_date: OffsetDateTime) -> Self {
        self.due_date = Some(due_date);
        self
    }

    /// Who gets it.
    #[must_use]
    pub fn recipient_email(mut self, recipient_email: Email) -> Self {
        self.recipient_email = Some(recipient_email);
        self
    }

    /// The customer's number: [`Customer::id`](crate::Customer::id), not the hashed id.
    #[must_use]
    pub fn customer_id(mut self, customer_id: u64) -> Self {
        self.customer_id = Some(customer_id);
        self
    }

    /// The title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The name of the business that sends it.
    #[must_use]
    pub fn business_name(mut self, business_name: impl Into<String>) -> Self {
        self.business_name = Some(business_name.into());
        self
    }

    /// The second line of the business' address. (Of the first, no sample is known:
    /// [`extra`](Self::extra) takes it.)
    #[must_use]
    pub fn business_address2(mut self, business_address2: impl Into<String>) -> Self {
        self.business_address2 = Some(business_address2.into());
        self
    }

    /// The city of the business.
    #[must_use]
    pub fn business_city(mut self, business_city: impl Into<String>) -> Self {
        self.business_city = Some(business_city.into());
        self
    }

    /// The payer's province or state.
    #[must_use]
    pub fn billing_state(mut self, billing_state: impl Into<String>) -> Self {
        self.billing_state = Some(billing_state.into());
        self
    }

    /// The payer's business.
    #[must_use]
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.company = Some(company.into());
        self
    }

    /// Whom to write to with questions.
    #[must_use]
    pub fn support_email(mut self, support_email: Email) -> Self {
        self.support_email = Some(support_email);
        self
    }

    /// Whom to call with questions.
    #[must_use]
    pub fn support_phone_number(mut self, support_phone_number: impl Into<String>) -> Self {
        self.support_phone_number = Some(support_phone_number.into());
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

    /// What is needed to find out later what became of this invoice, given to
    /// [`create`](crate::Invoices::create): keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.lost(operations::INVOICES_CREATE.id)
    }

    /// The same, given to [`draft`](crate::Invoices::draft).
    #[must_use]
    pub fn lost_draft(&self) -> LostCall {
        self.lost(operations::INVOICES_DRAFT.id)
    }

    fn lost(&self, operation: &'static str) -> LostCall {
        let lost = LostCall::new(operation, OffsetDateTime::now_utc())
            .with_reference(self.description.reference().cloned())
            .with_amount(self.total)
            .with_currency(Some(self.currency));
        match &self.recipient_email {
            Some(email) => lost.with_detail("recipient_email", email.as_str()),
            None => lost,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let currency = Some(&self.currency);
        self.total.check_charge(currency).map_err(|invalid| invalid.in_field("total"))?;
        self.description.check("description")?;
        if let Some(sub_total) = &self.sub_total {
            sub_total.check_charge(currency).map_err(|invalid| invalid.in_field("sub_total"))?;
        }
        if self.due_date.is_some_and(|due| utc_text(due).is_none()) {
            return Err(Invalid::new("due_date", "must be in the years 0 to 9999"));
        }
        for (place, item) in self.items.iter().enumerate() {
            item.check().map_err(|invalid| invalid.under(&format!("items[{place}]")))?;
        }
        Ok(())
    }

    pub(crate) fn wire(&self) -> NewInvoiceWire<'_> {
        NewInvoiceWire {
            title: self.title.as_deref(),
            business_name: self.business_name.as_deref(),
            business_address2: self.business_address2.as_deref(),
            business_city: self.business_city.as_deref(),
            billing_state: self.billing_state.as_deref(),
            company: self.company.as_deref(),
            customer_id: self.customer_id,
            currency: self.currency,
            description: self.description.as_str(),
            due_date: self.due_date.and_then(utc_text),
            items: self.items.iter().map(InvoiceItem::wire).collect(),
            recipient_email: self.recipient_email.as_ref().map(Email::as_str),
            sub_total: self.sub_total,
            support_email: self.support_email.as_ref().map(Email::as_str),
            support_phone_number: self.support_phone_number.as_deref(),
            total: self.total,
        }
    }

    pub(crate) fn judge(&self, reply: &Invoice) -> Verdict {
        contradiction::verdict(
            contradiction::amount("total", Some(self.total), reply.total)
                .or_else(|| contradiction::currency(Some(self.currency), reply.currency))
                .or_else(|| {
                    self.description.contradiction("description", reply.description.as_deref())
                }),
        )
    }
}

/// ISO 8601 in UTC with milliseconds, as in the reference's samples.
fn utc_text(at: OffsetDateTime) -> Option<String> {
    let utc = at.checked_to_offset(UtcOffset::UTC)?;
    let (year, month, day) = utc.to_calendar_date();
    let (hour, minute, second, millisecond) = utc.to_hms_milli();
    let month = u8::from(month);
    (0..=9999).contains(&year).then(|| {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
    })
}

/// An invoice as it is sent.
#[derive(Serialize)]
pub(crate) struct NewInvoiceWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_address2: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<u64>,
    currency: Currency,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_date: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<InvoiceItemWire<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    sub_total: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    support_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    support_phone_number: Option<&'a str>,
    #[serde(with = "pay_core::amount::number")]
    total: Amount,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    fn new() -> NewInvoice {
        let reference = Reference::new("R-1").unwrap();
        NewInvoice::new(Currency::CAD, amount("10.90"), reference)
    }

    #[test]
    fn due_dates_are_written_in_utc_with_milliseconds() {
        for (at, text) in [
            (datetime!(2026-07-01 0:00 -7), "2026-07-01T07:00:00.000Z"),
            (datetime!(2026-12-31 23:59:59.999_9 UTC), "2026-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(utc_text(at).as_deref(), Some(text));
        }
        assert_eq!(utc_text(datetime!(9999-12-31 23:30 -1)), None);
    }

    #[test]
    fn bad_input_is_refused_by_field_and_rule() {
        let zero = NewInvoice::without_reference(Currency::CAD, Amount::ZERO);
        let described = NewInvoice::with_description(Currency::CAD, amount("1"), "\n");
        let good = InvoiceItem::new("a");
        for (request, refusal) in [
            (zero, "total: must be greater than 0"),
            (described, "description: must not be empty"),
            (new().sub_total(amount("1.005")), "sub_total: must have at most 2 decimals in CAD"),
            (
                new().due_date(datetime!(9999-12-31 23:30 -1)),
                "due_date: must be in the years 0 to 9999",
            ),
            (
                new().item(good.clone()).item(InvoiceItem::new("")),
                "items[1].item: must not be empty",
            ),
        ] {
            assert_eq!(request.check().unwrap_err().to_string(), refusal);
        }
        assert_eq!(new().item(good).check(), Ok(()));
    }

    #[test]
    fn another_total_currency_or_reference_contradicts() {
        let judge = |reply: &str| new().judge(&serde_json::from_str(reply).unwrap());
        for fine in [
            "{}",
            r#"{"total":10.9,"currency":"CAD","description":"R-1"}"#,
            r#"{"total":"10.90","currency":"CA$"}"#,
        ] {
            assert!(matches!(judge(fine), Verdict::Succeeded), "{fine}");
        }
        for wrong in [r#"{"total":109}"#, r#"{"currency":"USD"}"#, r#"{"description":"R-2"}"#] {
            assert!(matches!(judge(wrong), Verdict::Contradicts(_)), "{wrong}");
        }
    }

    #[test]
    fn each_of_the_two_calls_has_its_own_lost_call() {
        assert_eq!(new().lost_call().operation(), "payfirma.invoices.create");
        assert_eq!(new().lost_draft().operation(), "payfirma.invoices.draft");
        assert_eq!(new().lost_draft().reference().unwrap().as_str(), "R-1");
        assert_eq!(new().lost_call().amount(), Some(amount("10.9")));
    }
}
