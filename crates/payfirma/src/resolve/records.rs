//! Looking for a customer, card, subscription or invoice by what it carries.

use pay_core::{Invalid, LostCall, Resolution, Result};

use super::{PAGE, decide, is_as_asked, is_echo, is_foreign};
use crate::{Client, Customer, CustomerFilter, CustomerId, Invoice, PlanId};

/// Among the customers with this e-mail address, by the reference in `custom_id`.
pub(super) async fn customer(client: &Client, lost: &LostCall) -> Result<Resolution<Customer>> {
    let searched_until = client.now();
    let email = lost
        .detail("email")
        .ok_or_else(|| Invalid::new("lost_call.email", "is needed to find a customer"))?;
    let email = email.parse().map_err(|invalid: Invalid| invalid.under("lost_call"))?;
    let filter = CustomerFilter::new().email(email).limit(PAGE);
    let customers = client.customers().pager(filter).collect().await?;
    let (ours, similar) = customers
        .into_iter()
        .filter(|found| !is_foreign(lost, found.custom_id.as_deref()))
        .partition(|found| is_echo(lost, found.custom_id.as_deref()));
    Ok(decide(ours, similar, searched_until, |_| Some(true)))
}

/// On the customer, a card with the reference in `card_description`; the same last four digits are
/// a look-alike.
pub(super) async fn card(client: &Client, lost: &LostCall) -> Result<Resolution<Customer>> {
    let searched_until = client.now();
    let customer = owner(client, lost).await?;
    let ours = customer
        .cards
        .iter()
        .filter(|card| is_echo(lost, card.card_description.as_deref()))
        .count();
    let suffix = lost.detail("card_suffix");
    let is_similar = customer.cards.iter().any(|card| {
        !is_foreign(lost, card.card_description.as_deref())
            && suffix.is_some()
            && card.card_suffix.as_deref() == suffix
    });
    Ok(on_customer(customer, ours, is_similar, searched_until))
}

/// On the customer, a subscription to this plan: a look-alike at best, since the description that
/// carries the reference is not among a subscription's fields.
pub(super) async fn subscription(client: &Client, lost: &LostCall) -> Result<Resolution<Customer>> {
    let searched_until = client.now();
    let customer = owner(client, lost).await?;
    let plan = lost.detail(PlanId::FIELD);
    let is_similar = customer
        .subscriptions
        .iter()
        .any(|found| found.plan_lookup_id.as_ref().is_none_or(|told| Some(told.as_str()) == plan));
    Ok(on_customer(customer, 0, is_similar, searched_until))
}

/// Among the listed invoices, by the reference in `description`; the same total is a look-alike, and
/// so is our reference on another total or currency.
pub(super) async fn invoice(client: &Client, lost: &LostCall) -> Result<Resolution<Invoice>> {
    let searched_until = client.now();
    let invoices = client.invoices().list(None).await?.into_inner();
    let (ours, others): (Vec<_>, Vec<_>) =
        invoices.into_iter().partition(|found| is_echo(lost, found.description.as_deref()));
    let similar = others
        .into_iter()
        .filter(|found| !is_foreign(lost, found.description.as_deref()))
        .filter(|found| found.total.is_none() || found.total == lost.amount())
        .collect();
    Ok(decide(ours, similar, searched_until, |found| {
        is_as_asked(lost, found.total, found.currency).then_some(true)
    }))
}

async fn owner(client: &Client, lost: &LostCall) -> Result<Customer> {
    let id = lost
        .path(CustomerId::FIELD)
        .ok_or_else(|| Invalid::new("lost_call.customer_lookup_id", "is needed"))?;
    let id = CustomerId::new(id).map_err(|invalid| invalid.under("lost_call"))?;
    Ok(client.customers().get(&id).await?.into_inner())
}

fn on_customer(
    customer: Customer,
    ours: usize,
    is_similar: bool,
    searched_until: time::OffsetDateTime,
) -> Resolution<Customer> {
    match ours {
        0 if is_similar => decide(Vec::new(), vec![customer], searched_until, |_| Some(true)),
        0 => decide(Vec::new(), Vec::new(), searched_until, |_| Some(true)),
        1 => decide(vec![customer], Vec::new(), searched_until, |_| Some(true)),
        // The reference is not unique, so it proves nothing.
        _ => Resolution::Candidates(vec![customer]),
    }
}
