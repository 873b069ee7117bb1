//! Invoices: developer.payfirma.com/api/invoice. The documents name the fields and little else; the
//! ids and the status are the sandbox's own.

use super::{
    Call, Payfirma, Refusal, Reply,
    body::{Input, looks_like_email},
    customers::created,
    switches::UnsetFields,
};
use crate::{
    answer::Answer,
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    world::World,
};

const TEXTS: [&str; 10] = [
    "business_name",
    "description",
    "due_date",
    "support_email",
    "support_phone_number",
    "title",
    "company",
    "business_city",
    "business_address2",
    "billing_state",
];

/// An invoice.
#[derive(Debug, Clone)]
pub(crate) struct Invoice {
    id: u64,
    lookup_id: String,
    status: &'static str,
    currency: String,
    recipient_email: Option<String>,
    customer_id: Option<u64>,
    texts: Vec<(&'static str, String)>,
    items: Vec<Json>,
    sub_total: Money,
    total: Money,
}

impl Payfirma {
    pub(crate) fn create_invoice(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let invoice = self.invoice_in(world, call, "SENT")?;
        if invoice.recipient_email.is_none() {
            return Err(Refusal::invalid("recipient_email is required"));
        }
        Ok(self.keep_invoice(world, call, invoice, "invoice_created"))
    }

    /// A draft needs no recipient yet.
    pub(crate) fn draft_invoice(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let invoice = self.invoice_in(world, call, "DRAFT")?;
        Ok(self.keep_invoice(world, call, invoice, "invoice_drafted"))
    }

    pub(crate) fn list_invoices(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let invoices = &self.merchant(&call.session.merchant).invoices;
        list(world, call, invoices.iter())
    }

    /// Those with the customer's number, or addressed to the customer.
    pub(crate) fn list_invoices_by_customer(
        &mut self,
        world: &mut World,
        call: &Call<'_>,
    ) -> Reply {
        let merchant = self.merchant(&call.session.merchant);
        let customer = merchant.customer(call.param(0))?.clone();
        let belongs = |invoice: &&Invoice| {
            invoice.customer_id == Some(customer.id)
                || invoice.recipient_email.as_ref() == customer.field("email")
        };
        list(world, call, merchant.invoices.iter().filter(belongs))
    }

    pub(crate) fn get_invoice(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let invoice = self.invoice(call)?;
        Ok(Answer::json(200, invoice.to_json(world)))
    }

    /// To the address in the body.
    pub(crate) fn send_invoice(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let email = Input::of(call.request)?.need_text("email_address")?;
        self.send_invoice_by_email(world, call, &email)
    }

    /// To the address in the path.
    pub(crate) fn send_invoice_to(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.send_invoice_by_email(world, call, call.param(1))
    }

    fn send_invoice_by_email(&mut self, world: &mut World, call: &Call<'_>, email: &str) -> Reply {
        if !looks_like_email(email) {
            return Err(Refusal::invalid("email_address is not an e-mail address"));
        }
        let invoice = self.invoice(call)?;
        invoice.status = "SENT";
        world.record(invoice.entry("invoice_sent", &call.session.merchant));
        Ok(Answer::json(200, invoice.to_json(world)))
    }

    fn invoice(&mut self, call: &Call<'_>) -> Result<&mut Invoice, Refusal> {
        let wanted = call.param(0);
        self.merchant(&call.session.merchant)
            .invoices
            .iter_mut()
            .find(|invoice| invoice.lookup_id == wanted || invoice.id.to_string() == wanted)
            .ok_or_else(|| Refusal::not_found("invoice"))
    }

    fn invoice_in(
        &mut self,
        world: &mut World,
        call: &Call<'_>,
        status: &'static str,
    ) -> Result<Invoice, Refusal> {
        let input = Input::of(call.request)?;
        let currency = input.currency()?;
        let currency = currency.ok_or_else(|| Refusal::invalid("currency is required"))?;
        let items = match input.get("items") {
            None => Vec::new(),
            Some(Json::Array(items)) => items.clone(),
            Some(_) => return Err(Refusal::invalid("items must be a list")),
        };
        let mut sum = Money::ZERO;
        for item in &items {
            let number = |name: &str| item.get(name).and_then(Json::as_text)?.parse::<Money>().ok();
            let line = match (number("amount"), number("price"), number("quantity")) {
                (Some(amount), _, _) => amount,
                (None, Some(price), quantity) => {
                    quantity.map_or(price, |quantity| price.times(quantity))
                }
                (None, None, _) => {
                    return Err(Refusal::invalid("each item needs an amount or a price"));
                }
            };
            sum = sum.plus(line);
        }
        let sub_total = input.money("sub_total")?.unwrap_or(sum);
        let total = input.money("total")?.unwrap_or(sub_total);
        if total.is_zero() {
            return Err(Refusal::invalid("total or items are required"));
        }
        let mut texts = Vec::new();
        for name in TEXTS {
            if let Some(text) = input.text(name)? {
                texts.push((name, text));
            }
        }
        Ok(Invoice {
            id: self.next_id(),
            lookup_id: world.hash(20),
            status,
            currency,
            recipient_email: input.email("recipient_email")?,
            customer_id: input.number("customer_id")?,
            texts,
            items,
            sub_total,
            total,
        })
    }

    fn keep_invoice(
        &mut self,
        world: &mut World,
        call: &Call<'_>,
        invoice: Invoice,
        kind: &str,
    ) -> Answer {
        world.record(invoice.entry(kind, &call.session.merchant));
        let answer = Answer::json(created(world), invoice.to_json(world));
        self.merchant(&call.session.merchant).invoices.push(invoice);
        answer
    }
}

impl Invoice {
    fn to_json(&self, world: &World) -> Json {
        let mut object = Object::new()
            .null_when_unset(world.switch::<UnsetFields>() == UnsetFields::Null)
            .with("id", self.id)
            .with("lookup_id", self.lookup_id.clone())
            .with("status", self.status)
            .with("currency", self.currency.clone());
        for name in TEXTS {
            let text = self.texts.iter().find(|(field, _)| *field == name);
            object = object.with_optional(name, text.map(|(_, text)| text.clone()));
        }
        object
            .with_optional("recipient_email", self.recipient_email.clone())
            .with_optional("customer_id", self.customer_id)
            .with("items", self.items.clone())
            .with("sub_total", self.sub_total)
            .with("total", self.total)
            .into()
    }

    fn entry(&self, kind: &str, merchant: &str) -> Entry {
        let description = self.texts.iter().find(|(name, _)| *name == "description");
        Entry {
            amount: Some(self.total),
            currency: Some(self.currency.clone()),
            description: description.map(|(_, text)| text.clone()),
            ..Entry::new(kind, &self.lookup_id, merchant)
        }
    }
}

/// `{"invoices": [...]}`, without paging, newest first.
fn list<'a>(
    world: &World,
    call: &Call<'_>,
    invoices: impl DoubleEndedIterator<Item = &'a Invoice>,
) -> Reply {
    let limit = match call.request.query("limit") {
        None => usize::MAX,
        Some(text) => {
            let limit = text.parse().ok().filter(|limit| *limit > 0);
            limit.ok_or_else(|| Refusal::invalid("limit must be a number from 1"))?
        }
    };
    let invoices: Vec<Json> = invoices.rev().take(limit).map(|i| i.to_json(world)).collect();
    Ok(Answer::json(200, Object::new().with("invoices", invoices)))
}
