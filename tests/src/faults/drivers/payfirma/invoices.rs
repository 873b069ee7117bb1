//! What a payer is asked to pay: invoices, and pages that Payfirma hosts.

use pay_core::LostCall;
use payfirma::{Client, Currency, HostedPage, HostedPageUrl, Invoice, InvoiceId, NewInvoice};

use super::{Shop, Wanted, email};
use crate::faults::{schedule::Action, till::Call, trace::Made};

impl Shop {
    pub(super) fn bill(&self, wanted: Wanted<'_>) -> Option<Call> {
        let (amount, reference) = (wanted.amount, wanted.reference.clone());
        let currency = Currency::CAD;
        let new = |reference| {
            let new = match reference {
                Some(reference) => NewInvoice::new(currency, amount, reference),
                None => NewInvoice::without_reference(currency, amount),
            };
            new.recipient_email(email("ann@lee.example"))
        };
        Some(match wanted.intent.action {
            Action::Invoice => {
                let new = new(reference);
                let lost = new.lost_call();
                let send = |client: Client| async move { client.invoices().create(&new).await };
                self.write(&wanted, lost, send, made)
            }
            Action::Draft => {
                let new = new(reference);
                let lost = new.lost_draft();
                let send = |client: Client| async move { client.invoices().draft(&new).await };
                self.write(&wanted, lost, send, made)
            }
            Action::Mail => {
                let id = invoice(&wanted)?;
                let lost = mailed("payfirma.invoices.send", &wanted, &id);
                let send = |client: Client| async move {
                    client.invoices().send(&id, &email("ann@lee.example")).await
                };
                self.write(&wanted, lost, send, |()| Made::default())
            }
            Action::MailTo => {
                let id = invoice(&wanted)?;
                let lost = mailed("payfirma.invoices.send_to", &wanted, &id);
                let send = |client: Client| async move {
                    client.invoices().send_to(&id, &email("ann@lee.example")).await
                };
                self.write(&wanted, lost, send, |()| Made::default())
            }
            Action::Checkout => {
                let page = match reference {
                    Some(reference) => HostedPage::new(amount, currency, DOMAIN, reference),
                    None => HostedPage::without_reference(amount, currency, DOMAIN),
                };
                let lost = page.lost_call();
                let send = |client: Client| async move { client.hosted_page().init(&page).await };
                self.write(&wanted, lost, send, |page: &HostedPageUrl| Made {
                    ids: page.url.rsplit('/').next().into_iter().map(str::to_owned).collect(),
                    ..Made::default()
                })
            }
            action => unreachable!("{action:?} asks nobody to pay"),
        })
    }
}

const DOMAIN: &str = "shop.example";

fn invoice(wanted: &Wanted<'_>) -> Option<InvoiceId> {
    InvoiceId::new(wanted.on?.ids.first()?).ok()
}

/// The requests to send one have no type of their own.
fn mailed(operation: &str, wanted: &Wanted<'_>, id: &InvoiceId) -> LostCall {
    LostCall::new(operation, wanted.now).with_path(InvoiceId::FIELD, id.as_str())
}

pub(super) fn made(invoice: &Invoice) -> Made {
    Made {
        // Both are the sandbox's own; its ledger has the first.
        ids: [&invoice.lookup_id, &invoice.number]
            .into_iter()
            .flatten()
            .map(ToString::to_string)
            .collect(),
        amount: invoice.total.map(|amount| amount.to_string()),
        ..Made::default()
    }
}
