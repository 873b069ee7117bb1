use pay_core::{Amount, Currency, provider::json};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::InvoiceId;

/// An invoice, as Payfirma tells it.
///
/// What it tells is documented for requests alone: that replies have the same fields is inferred,
/// and how they name the id, the status and the payment link is unknown. So every field is
/// optional, and the whole reply is under [`meta().raw_body()`](crate::Meta::raw_body).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Invoice {
    /// An id, if the reply has it under this name: see [`id`](Self::id).
    #[serde(default, with = "pay_core::lenient")]
    pub invoice_id: Option<InvoiceId>,
    /// A hashed id, if the reply has one: see [`id`](Self::id).
    #[serde(default, with = "pay_core::lenient")]
    pub lookup_id: Option<InvoiceId>,
    /// An id under the name `id`, if the reply has it: see [`id`](Self::id).
    #[serde(default, rename = "id", with = "pay_core::lenient")]
    pub number: Option<InvoiceId>,
    /// The total, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub total: Option<Amount>,
    /// The total before taxes, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub sub_total: Option<Amount>,
    /// The currency.
    #[serde(default, with = "pay_core::lenient")]
    pub currency: Option<Currency>,
    /// The caller's [`Reference`](crate::Reference) or description, if it is echoed.
    #[serde(default, with = "pay_core::lenient")]
    pub description: Option<String>,
    /// The title.
    #[serde(default, with = "pay_core::lenient")]
    pub title: Option<String>,
    /// When it is due, as it came.
    #[serde(default, with = "pay_core::lenient")]
    pub due_date: Option<String>,
    /// Who gets it.
    #[serde(default, with = "pay_core::lenient")]
    pub recipient_email: Option<String>,
    /// The customer's number.
    #[serde(default, with = "pay_core::lenient")]
    pub customer_id: Option<u64>,
    /// The payer's business.
    #[serde(default, with = "pay_core::lenient")]
    pub company: Option<String>,
    /// The payer's province or state.
    #[serde(default, with = "pay_core::lenient")]
    pub billing_state: Option<String>,
    /// The name of the business that sends it.
    #[serde(default, with = "pay_core::lenient")]
    pub business_name: Option<String>,
    /// The second line of the business' address.
    #[serde(default, with = "pay_core::lenient")]
    pub business_address2: Option<String>,
    /// The city of the business.
    #[serde(default, with = "pay_core::lenient")]
    pub business_city: Option<String>,
    /// Whom to write to with questions.
    #[serde(default, with = "pay_core::lenient")]
    pub support_email: Option<String>,
    /// Whom to call with questions.
    #[serde(default, with = "pay_core::lenient")]
    pub support_phone_number: Option<String>,
    /// The lines. Empty where they are not told, or in another shape than requests have.
    #[serde(default, deserialize_with = "readable_or_empty")]
    pub items: Vec<InvoiceLine>,
}

/// A line of an invoice, as Payfirma tells it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct InvoiceLine {
    /// What is sold.
    #[serde(default, with = "pay_core::lenient")]
    pub item: Option<String>,
    /// How many of it: no money, but an exact decimal number too.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub quantity: Option<Amount>,
    /// The price of one, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub price: Option<Amount>,
    /// The line's amount, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount: Option<Amount>,
    /// Whether it is a discount.
    #[serde(default, with = "pay_core::lenient")]
    pub discount: Option<bool>,
    /// The first tax.
    #[serde(default)]
    pub tax1: Option<InvoiceLineTax>,
    /// The second tax.
    #[serde(default)]
    pub tax2: Option<InvoiceLineTax>,
}

/// A tax on a line of an invoice, as Payfirma tells it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct InvoiceLineTax {
    /// Whether `amount` is a percentage.
    #[serde(default, with = "pay_core::lenient")]
    pub percentile: Option<bool>,
    /// Per cent or dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount: Option<Amount>,
}

impl Invoice {
    /// The id by which [`Invoices::get`](crate::Invoices::get) may find it: the field `invoice_id`,
    /// else `lookup_id`, else `id`. Inferred: no source says how replies name the id.
    #[must_use]
    pub fn id(&self) -> Option<&InvoiceId> {
        self.ids().next()
    }

    fn ids(&self) -> impl Iterator<Item = &InvoiceId> {
        [&self.invoice_id, &self.lookup_id, &self.number].into_iter().flatten()
    }

    /// Whether it is another invoice than the one asked for. Which of its ids is the one in paths
    /// is unknown, so any that is the same is enough.
    pub(crate) fn is_not(&self, asked: &InvoiceId) -> Option<String> {
        let mut ids = self.ids().peekable();
        (ids.peek().is_some() && !ids.any(|id| id == asked))
            .then(|| "the invoice is not the one that was asked for".to_owned())
    }
}

/// A list in a shape that nobody documents must not lose the invoice around it.
fn readable_or_empty<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    // As text first, so that amounts stay exact.
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| json::from_str(raw.get()).ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_object_is_read_and_its_amounts_stay_exact() {
        let exact = "7922816251426433759354395.033";
        let read = |body: &str| json::from_str::<Invoice>(body);
        let body = format!(r#"{{"total":{exact},"items":[{{"amount":{exact}}}]}}"#);
        let invoice = read(&body).unwrap();
        assert_eq!(invoice.total.unwrap().to_string(), exact);
        assert_eq!(invoice.items[0].amount.unwrap().to_string(), exact);
        assert!(read("{}").is_ok());
        assert!(read(r#"{"items":[[1]]}"#).unwrap().items.is_empty());
        for body in ["[]", "null", "7", "true", r#""created""#, "", "<html>"] {
            assert!(read(body).is_err(), "{body}");
        }
    }

    #[test]
    fn what_requests_send_is_read_back() {
        let body = r#"{"id":17,"lookup_id":"x","status":"SENT","total":200.00,"sub_total":"190.48",
            "currency":"CAD","items":[{"item":"a","quantity":2.5,"price":80.00,"amount":200.00,
            "discount":false,"tax1":{"percentile":true,"amount":9.975},"tax2":null}]}"#;
        let invoice: Invoice = serde_json::from_str(body).unwrap();
        assert_eq!(invoice.id().unwrap().as_str(), "x");
        assert_eq!(invoice.number.as_ref().unwrap().as_str(), "17");
        assert_eq!(invoice.total.unwrap().to_string(), "200.00");
        assert_eq!(invoice.sub_total.unwrap().to_string(), "190.48");
        let line = &invoice.items[0];
        assert_eq!(line.quantity.unwrap().to_string(), "2.5");
        assert_eq!(line.tax1.as_ref().unwrap().amount.unwrap().to_string(), "9.975");
        assert!(line.tax2.is_none());
    }

    #[test]
    fn lines_in_another_shape_do_not_lose_the_invoice() {
        for items in ["null", "7", r#""a""#, r#"{"item":"a"}"#, "[7]", r#"[{"tax1":5}]"#] {
            let body = format!(r#"{{"items":{items},"total":1}}"#);
            let invoice: Invoice = serde_json::from_str(&body).unwrap();
            assert!(invoice.items.is_empty(), "{items}");
            assert_eq!(invoice.total.unwrap().to_string(), "1");
        }
        // Money that cannot be read is no detail.
        assert!(serde_json::from_str::<Invoice>(r#"{"total":"much"}"#).is_err());
    }

    #[test]
    fn any_of_its_ids_may_be_the_one_asked_for() {
        let read = |body: &str| serde_json::from_str::<Invoice>(body).unwrap();
        let asked = InvoiceId::new("17").unwrap();
        for same in ["{}", r#"{"id":17}"#, r#"{"id":17,"lookup_id":"x"}"#, r#"{"id":{}}"#] {
            assert_eq!(read(same).is_not(&asked), None, "{same}");
        }
        for other in [r#"{"id":18}"#, r#"{"invoice_id":"x"}"#, r#"{"id":1,"lookup_id":"x"}"#] {
            assert!(read(other).is_not(&asked).is_some(), "{other}");
        }
    }
}
