//! Invoices: made here, paid on the page that their URL leads to.

use super::{
    Call, MerchantCredentials, NotCompleted, Payanywhere, Refusal, Reply,
    body::Input,
    switches::{InvoiceAnswer, InvoiceStatus, TaxRate},
    transaction::{Kind, New},
};
use crate::{answer::Answer, card::Card, json::Object, ledger::Entry, money::Money, world::World};

#[derive(Debug)]
pub(crate) struct Invoice {
    id: u64,
    merchant: &'static MerchantCredentials,
    url: String,
    number: Option<String>,
    name: String,
    amount: Money,
    tax_rate: Option<Money>,
    is_paid: bool,
}

impl Payanywhere {
    pub(crate) fn create_invoice(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = call.session()?.merchant;
        let body = Input::of(call.request)?;
        if body.need_text("type")? != "ondemand" {
            return Err(Refusal::invalid("type must be ondemand"));
        }
        body.flag("qrcode")?;
        let invoice = body.need_object("invoice")?;
        let customer = invoice.need_object("customer")?;
        customer.need_text("first_name")?;
        customer.need_text("last_name")?;
        for name in ["email", "phone"] {
            customer.text(name)?;
        }
        for name in ["description", "due_date", "send_date"] {
            invoice.text(name)?;
        }
        invoice.flag("service_fee_enabled")?;
        let page = world.hash(24);
        let invoice = Invoice {
            id: 501_u64.saturating_add(u64::try_from(self.invoices.len()).unwrap_or(0)),
            merchant,
            url: format!("{}/payanywhere/pay/{page}", world.base_url),
            number: invoice.text("number")?.map(str::to_owned),
            name: invoice.need_text("name")?.to_owned(),
            amount: invoice.amount_as_number()?,
            tax_rate: invoice.decimal("tax_rate")?,
            is_paid: false,
        };
        world.record(invoice.entry("invoice_created", invoice.amount));
        let answer = Object::new().with("url", invoice.url.clone());
        let answer = match world.switch() {
            InvoiceAnswer::UrlOnly => answer,
            InvoiceAnswer::More => {
                answer.with("id", invoice.id).with_optional("number", invoice.number.clone())
            }
        };
        self.invoices.push(invoice);
        Ok(Answer::json(world.switch::<InvoiceStatus>().code(), answer))
    }

    /// The invoice that is paid on this page.
    pub(crate) fn invoice_at(&self, url: &str) -> Option<u64> {
        self.invoices.iter().find(|invoice| invoice.url == url).map(|invoice| invoice.id)
    }

    /// The payer pays with a card: the sale's id, or `None` where the card is declined.
    pub(crate) fn pay_invoice(
        &mut self,
        url: &str,
        world: &mut World,
    ) -> Result<Option<u64>, NotCompleted> {
        let invoice = self.invoices.iter_mut().find(|invoice| invoice.url == url);
        let invoice = invoice.ok_or_else(|| NotCompleted("There is no such invoice".to_owned()))?;
        if invoice.is_paid {
            return Err(NotCompleted("The invoice is paid already".to_owned()));
        }
        world.cause.operation = "payanywhere.payer.pay".to_owned();
        let amount = invoice.total(world);
        if !amount.has_odd_dollars() {
            world.record(invoice.entry("sale_declined", amount));
            return Ok(None);
        }
        invoice.is_paid = true;
        let entry = Entry { kind: "sale".to_owned(), ..invoice.entry("", amount) };
        let entry = Entry { parent: Some(invoice.id.to_string()), ..entry };
        let new = New {
            merchant: invoice.merchant,
            kind: Kind::CardSale,
            amount,
            card: Some(Card::on_hosted_page(world.now)),
            source: "Invoice".to_owned(),
            device: None,
            parent: None,
        };
        Ok(Some(self.book(new, entry, world)))
    }
}

impl Invoice {
    fn total(&self, world: &World) -> Money {
        let rate = self.tax_rate.unwrap_or(Money::ZERO);
        let percent = "0.01".parse().unwrap_or(Money::ZERO);
        let tax = match world.switch() {
            TaxRate::Included => Money::ZERO,
            TaxRate::Percent => self.amount.times(rate).times(percent),
            TaxRate::Fraction => self.amount.times(rate),
        };
        self.amount.plus(tax).to_cents()
    }

    fn entry(&self, kind: &str, amount: Money) -> Entry {
        Entry {
            amount: Some(amount),
            currency: Some("USD".to_owned()),
            invoice_id: self.number.clone(),
            description: Some(self.name.clone()),
            ..Entry::new(kind, self.id, self.merchant.mid)
        }
    }
}
