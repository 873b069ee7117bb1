pub(crate) mod invoice;
pub(crate) mod invoice_item;
pub(crate) mod new_invoice;

use pay_core::{
    Email, Extra, Invalid, LostCall, Response, Result,
    provider::{Call, Operation, Query},
};
use serde::Serialize;

use crate::{
    Client, CustomerId, Invoice, InvoiceId, NewInvoice, Payfirma, contradiction, list::ListReply,
    operations,
};

/// Writing, finding and mailing invoices. From [`Client::invoices`].
///
/// The document tells little of them: the fields of requests and these paths. How replies name ids,
/// status and payment link is unknown (see [`Invoice`]), and so is whether an invoice can be
/// changed or removed. The login's scope must have `invoice` in it, as far as its sample tells.
#[derive(Debug)]
pub struct Invoices<'a> {
    client: &'a Client,
}

impl Client {
    /// Writing, finding and mailing invoices.
    #[must_use]
    pub fn invoices(&self) -> Invoices<'_> {
        Invoices { client: self }
    }
}

impl Invoices<'_> {
    /// Lists the invoices, up to `limit` if one is given: `GET /invoice`. There are no pages.
    ///
    /// # Errors
    ///
    /// `is_invalid()` for a limit of 0, and as every read.
    pub async fn list(&self, limit: Option<u32>) -> Result<Response<Vec<Invoice>>> {
        let check = match limit {
            Some(0) => Err(Invalid::new("limit", "must be greater than 0")),
            _ => Ok(()),
        };
        let query = Query::new().push_some("limit", limit);
        all(self.client.call(&operations::INVOICES_LIST).check(check).query(query)).await
    }

    /// Lists the invoices of a customer. No source states the path: give the client a
    /// [`route`](crate::ClientBuilder::route) for
    /// [`INVOICES_LIST_BY_CUSTOMER`](operations::INVOICES_LIST_BY_CUSTOMER).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) without a route; and as every
    /// read.
    pub async fn list_by_customer(&self, customer: &CustomerId) -> Result<Response<Vec<Invoice>>> {
        let call = self.client.call(&operations::INVOICES_LIST_BY_CUSTOMER);
        all(call.check(customer.check()).path(CustomerId::FIELD, customer)).await
    }

    /// Creates an invoice: `POST /invoice`. Whether that mails it to the recipient is unknown.
    ///
    /// A 2xx with any JSON object that is no error is a success, since it is not known what an
    /// invoice looks like there.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: a total that is not positive or has more decimals
    /// than the currency, an empty text. `is_contradiction()`: the invoice was created with another
    /// total, currency or description. An [`Outcome::Unknown`](crate::Outcome::Unknown): it may
    /// have been created; look for it in the [`list`](Self::list).
    pub async fn create(&self, invoice: &NewInvoice) -> Result<Response<Invoice>> {
        self.write(&operations::INVOICES_CREATE, invoice, invoice.lost_call()).await
    }

    /// Creates a draft of an invoice: `POST /invoice/draft`. How it becomes an invoice is unknown;
    /// the portal can do it.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub async fn draft(&self, invoice: &NewInvoice) -> Result<Response<Invoice>> {
        self.write(&operations::INVOICES_DRAFT, invoice, invoice.lost_draft()).await
    }

    async fn write(
        &self,
        operation: &'static Operation,
        invoice: &NewInvoice,
        lost_call: LostCall,
    ) -> Result<Response<Invoice>> {
        self.client
            .call(operation)
            .check(invoice.check())
            .json(&invoice.wire(), &invoice.extra)
            .lost_call(lost_call)
            .send_judged(|reply: &Invoice| invoice.judge(reply))
            .await
    }

    /// Reads an invoice: `GET /invoice/{invoice_id}`.
    ///
    /// # Errors
    ///
    /// `is_not_found()`; `is_contradiction()` if another invoice comes; and as every read.
    pub async fn get(&self, id: &InvoiceId) -> Result<Response<Invoice>> {
        self.client
            .call(&operations::INVOICES_GET)
            .check(id.check())
            .path(InvoiceId::FIELD, id)
            .send_judged(|reply: &Invoice| contradiction::verdict(reply.is_not(id)))
            .await
    }

    /// Mails an invoice to an address, with the address in the body. No source states the path:
    /// give the client a [`route`](crate::ClientBuilder::route) for
    /// [`INVOICES_SEND`](operations::INVOICES_SEND), or use [`send_to`](Self::send_to).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) without a route; else as
    /// [`send_to`](Self::send_to).
    pub async fn send(&self, id: &InvoiceId, email: &Email) -> Result<Response<()>> {
        self.mail(&operations::INVOICES_SEND, id, email)
            .json(&SendWire { email_address: email.as_str() }, &Extra::default())
            .acknowledge()
            .await
    }

    /// Mails an invoice to an address: `POST /invoice/{invoice_id}/send/{email_address}`. A body is
    /// not documented, and none is sent. What the answer holds is unknown: any 2xx that is no error
    /// is a success.
    ///
    /// The address is in the URL, as the provider wants it, and so in the logs of whatever stands
    /// between.
    ///
    /// # Errors
    ///
    /// `is_not_found()`. An [`Outcome::Unknown`](crate::Outcome::Unknown): it may have been mailed,
    /// and nothing tells.
    pub async fn send_to(&self, id: &InvoiceId, email: &Email) -> Result<Response<()>> {
        self.mail(&operations::INVOICES_SEND_TO, id, email)
            .path("email_address", email)
            .acknowledge()
            .await
    }

    fn mail(
        &self,
        operation: &'static Operation,
        id: &InvoiceId,
        email: &Email,
    ) -> Call<'_, Payfirma> {
        let lost_call = LostCall::new(operation.id, self.client.now())
            .with_path(InvoiceId::FIELD, id.as_str())
            .with_detail("email_address", email.as_str());
        self.client
            .call(operation)
            .check(id.check())
            .path(InvoiceId::FIELD, id)
            .lost_call(lost_call)
    }
}

async fn all(call: Call<'_, Payfirma>) -> Result<Response<Vec<Invoice>>> {
    let reply = call.send::<ListReply<Invoice>>().await?;
    Ok(reply.map(|list| list.into_page().items))
}

#[derive(Serialize)]
struct SendWire<'a> {
    email_address: &'a str,
}
