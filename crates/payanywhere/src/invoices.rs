//! Invoices that the payer pays on a page of North's.

mod new_invoice;

use pay_core::{Amount, Response, Result, provider::Verdict};
use serde::{Deserialize, Serialize};
use url::Url;

pub use self::new_invoice::{InvoiceCustomer, NewInvoice};
use crate::{Client, dollars, operations, transactions::encodes};

/// Creating invoices. From [`Client::invoices`].
#[derive(Debug)]
pub struct Invoices<'a> {
    client: &'a Client,
}

/// What the creation of an invoice answers: where it is paid. Other fields are unknown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Invoice {
    /// The page on which the payer pays.
    pub url: String,
    /// The amount in dollars, if it comes back: no source says that it does.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount: Option<Amount>,
    /// The invoice's number, if it comes back: no source says that it does.
    #[serde(default, with = "pay_core::lenient")]
    pub number: Option<String>,
}

impl Client {
    /// Creating invoices.
    #[must_use]
    pub fn invoices(&self) -> Invoices<'_> {
        Invoices { client: self }
    }
}

impl Invoices<'_> {
    /// Creates an invoice: `POST /accounts/{account_id}/invoices`.
    ///
    /// `Ok` means that there is a page to pay it on. **No money has moved.** Reading, listing and
    /// cancelling invoices are unknown: whether it is paid, only the transactions show.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent. An [`Outcome::Unknown`](crate::Outcome::Unknown), also
    /// where there is no safe URL in the answer: it may have been created, and there is no way to
    /// find out but North's portal.
    pub async fn create(&self, new: &NewInvoice) -> Result<Response<Invoice>> {
        let wire = new.wire();
        let check = wire.as_ref().map_err(Clone::clone).and_then(|wire| encodes(wire, new.added()));
        let call = self.client.account_call(&operations::INVOICES_CREATE, check).await?;
        call.json(&wire.ok(), new.added())
            .lost_call(new.lost_call())
            .send_judged(|invoice: &Invoice| judge(invoice, new))
            .await
    }
}

fn judge(invoice: &Invoice, new: &NewInvoice) -> Verdict {
    if let Some(why) = dollars::contradiction(new.amount(), invoice.amount) {
        return Verdict::Contradicts(why);
    }
    if let (Some(sent), Some(told)) = (new.reference(), &invoice.number)
        && sent.as_str() != told
    {
        return Verdict::Foreign("the number is not the reference that was sent".to_owned());
    }
    if !is_safe(&invoice.url) {
        return Verdict::Unclear("no https URL to pay at".to_owned());
    }
    Verdict::Succeeded
}

/// Whether a payer may be sent there: https, or http to this machine, as with a local sandbox.
fn is_safe(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_local = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    let has_no_user = url.username().is_empty() && url.password().is_none();
    has_no_user && (url.scheme() == "https" || (url.scheme() == "http" && is_local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payer_is_sent_to_safe_pages_only() {
        for safe in ["https://pay.example.com/i/1?x=2", "http://127.0.0.1:4242/i", "http://[::1]/"]
        {
            assert!(is_safe(safe), "{safe}");
        }
        for unsafe_url in [
            "",
            "pay.example.com",
            "/i/1",
            "http://pay.example.com/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://user@pay.example.com/",
            "http://127.0.0.1.example.com/",
        ] {
            assert!(!is_safe(unsafe_url), "{unsafe_url}");
        }
    }
}
