//! What payments rest on: customers and their cards; plans, and who subscribes to them.

use pay_core::Reference;
use payfirma::{
    Client, Currency, Customer, NewCard, NewCustomer, NewPlan, NewSubscription, Plan, PlanFrequency,
};

use super::{Shop, Wanted, card, email};
use crate::faults::{schedule::Action, till::Call, trace::Made};

impl Shop {
    pub(super) fn record(&self, wanted: Wanted<'_>) -> Option<Call> {
        let (amount, reference) = (wanted.amount, wanted.reference.clone());
        let owner = self.shelf.customer.clone();
        Some(match wanted.intent.action {
            Action::Customer => {
                let email = email(&format!("{}@b.ca", wanted.intent.id % 100));
                let new = match reference {
                    Some(reference) => NewCustomer::new(email, reference),
                    None => NewCustomer::without_reference(email),
                };
                let lost = new.lost_call();
                let send = |client: Client| async move { client.customers().create(&new).await };
                self.write(&wanted, lost, send, customer_made)
            }
            Action::Card => {
                let new = match reference.clone() {
                    Some(reference) => NewCard::new(owner, card(), reference),
                    None => NewCard::without_reference(owner, card()),
                };
                let lost = new.lost_call();
                let send = |client: Client| async move { client.cards().add(&new).await };
                let made = move |customer: &Customer| card_made(customer, reference.as_ref());
                self.write(&wanted, lost, send, made)
            }
            Action::Plan => {
                let name = reference.map_or_else(|| "a plan".to_owned(), |name| name.to_string());
                let new = NewPlan::new(name, amount, Currency::CAD, PlanFrequency::Monthly);
                let lost = new.lost_call();
                let send = |client: Client| async move { client.plans().create(&new).await };
                self.write(&wanted, lost, send, |plan: &Plan| Made {
                    ids: vec![plan.lookup_id.to_string()],
                    amount: plan.amount.map(|amount| amount.to_string()),
                    ..Made::default()
                })
            }
            Action::Subscription => {
                let (plan, card) = (self.shelf.plan.clone()?, self.shelf.card.clone());
                let new = match reference {
                    Some(reference) => NewSubscription::new(owner, plan, card, reference),
                    None => NewSubscription::without_reference(owner, plan, card),
                };
                let new = new.amount(amount);
                let lost = new.lost_call();
                let send = |client: Client| async move { client.subscriptions().add(&new).await };
                self.write(&wanted, lost, send, |customer: &Customer| Made {
                    // Which of them is the new one, the answer does not say.
                    ids: customer.subscriptions.iter().map(|it| it.lookup_id.to_string()).collect(),
                    ..Made::default()
                })
            }
            action => unreachable!("{action:?} makes no record"),
        })
    }
}

pub(super) fn customer_made(customer: &Customer) -> Made {
    Made { ids: vec![customer.lookup_id.to_string()], ..Made::default() }
}

/// A card is told with its customer's others, by its reference if that comes back.
pub(super) fn card_made(customer: &Customer, reference: Option<&Reference>) -> Made {
    let it = reference.and_then(|reference| customer.card_added_as(reference));
    let cards = customer.cards.iter().filter(|card| it.is_none_or(|it| it.id == card.id));
    Made { ids: cards.map(|card| card.lookup_id.to_string()).collect(), ..Made::default() }
}
