//! Customers: the document's section "CUSTOMER".

use super::{
    Call, Payfirma, Refusal, Reply,
    body::{Input, PAYER_FIELDS},
    cards::StoredCard,
    paging::{Listed, page},
    subscriptions::Subscription,
    switches::{CreatedStatus, CustomerPut, DuplicateEmail, UnsetFields},
};
use crate::{
    answer::Answer,
    card::Card,
    json::{Json, Object},
    ledger::Entry,
    request::Request,
    world::World,
};

/// A stored customer.
#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) id: u64,
    pub(crate) lookup_id: String,
    pub(crate) fields: Vec<(&'static str, String)>,
    custom_id: Option<String>,
    pub(crate) cards: Vec<StoredCard>,
    pub(crate) subscriptions: Vec<Subscription>,
}

impl Payfirma {
    pub(crate) fn create_customer(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let email = input.email("email")?.ok_or_else(|| Refusal::invalid("email is required"))?;
        let (fields, custom_id) = (input.payer()?, input.text("custom_id")?);
        let id = self.next_id();
        let merchant = self.merchant(&call.session.merchant);
        let taken =
            merchant.customers.iter().any(|customer| customer.field("email") == Some(&email));
        if taken && world.switch::<DuplicateEmail>() == DuplicateEmail::Refused {
            return Err(Refusal::new(409, "A customer with this email exists"));
        }
        let lookup_id = world.hash(10);
        let (cards, subscriptions) = (Vec::new(), Vec::new());
        let customer = Customer { id, lookup_id, fields, custom_id, cards, subscriptions };
        let entry = Entry {
            custom_id: customer.custom_id.clone(),
            ..Entry::new("customer_created", &customer.lookup_id, &call.session.merchant)
        };
        world.record(entry);
        let answer = Answer::json(created(world), customer.to_json(world));
        merchant.customers.push(customer);
        Ok(answer)
    }

    pub(crate) fn get_customer(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let customer = self.merchant(&call.session.merchant).customer(call.param(0))?;
        Ok(Answer::json(200, customer.to_json(world)))
    }

    pub(crate) fn update_customer(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let customer = self.merchant(&call.session.merchant).customer(call.param(0))?;
        let email = input.email("email")?;
        let (fields, custom_id) = (input.payer()?, input.text("custom_id")?);
        match world.switch() {
            CustomerPut::Partial => {
                for (name, text) in fields {
                    customer.fields.retain(|(field, _)| *field != name);
                    customer.fields.push((name, text));
                }
                customer.custom_id = custom_id.or(customer.custom_id.take());
            }
            CustomerPut::Replaces => {
                email.ok_or_else(|| Refusal::invalid("email is required"))?;
                (customer.fields, customer.custom_id) = (fields, custom_id);
            }
        }
        world.record(Entry {
            custom_id: customer.custom_id.clone(),
            ..Entry::new("customer_updated", &customer.lookup_id, &call.session.merchant)
        });
        Ok(Answer::json(200, customer.to_json(world)))
    }

    pub(crate) fn list_customers(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let customers = &self.merchant(&call.session.merchant).customers;
        let items = filtered(call.request, customers.iter())?;
        page(world, call.request, "customers", items)
    }

    /// The customers with a subscription to a plan.
    pub(crate) fn list_customers_by_plan(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = self.merchant(&call.session.merchant);
        let plan = merchant.plan(call.param(0))?.lookup_id.clone();
        let subscribed = |customer: &&Customer| {
            customer.subscriptions.iter().any(|subscription| subscription.plan_lookup_id == plan)
        };
        let items = filtered(call.request, merchant.customers.iter().filter(subscribed))?;
        page(world, call.request, "customers", items)
    }
}

impl Customer {
    pub(crate) fn field(&self, name: &str) -> Option<&String> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, text)| text)
    }

    /// The chosen card, or the default one.
    pub(crate) fn card_to_charge(&self, lookup_id: Option<&str>) -> Result<Card, Refusal> {
        let stored = match lookup_id {
            Some(id) => self.cards.iter().find(|card| card.lookup_id == id),
            None => self.cards.iter().find(|card| card.is_default),
        };
        match (stored, lookup_id) {
            (Some(stored), _) => Ok(stored.card.clone()),
            (None, Some(_)) => Err(Refusal::not_found("card")),
            (None, None) => Err(Refusal::invalid("The customer has no card")),
        }
    }

    pub(crate) fn to_json(&self, world: &World) -> Json {
        let mut object = Object::new()
            .null_when_unset(world.switch::<UnsetFields>() == UnsetFields::Null)
            .with("id", self.id)
            .with("lookup_id", self.lookup_id.clone());
        for name in PAYER_FIELDS {
            object = object.with_optional(name, self.field(name).cloned());
        }
        let cards: Vec<Json> = self.cards.iter().map(|card| card.to_json(world)).collect();
        let subscriptions: Vec<Json> =
            self.subscriptions.iter().map(|subscription| subscription.to_json(world)).collect();
        object
            .with_optional("custom_id", self.custom_id.clone())
            .with("cards", cards)
            .with("subscriptions", subscriptions)
            .into()
    }
}

impl Listed for Customer {
    fn number(&self) -> u64 {
        self.id
    }

    fn to_json(&self, world: &World) -> Json {
        Self::to_json(self, world)
    }
}

/// The status for something new.
pub(crate) fn created(world: &World) -> u16 {
    match world.switch() {
        CreatedStatus::Ok200 => 200,
        CreatedStatus::Created201 => 201,
    }
}

fn filtered<'a>(
    request: &Request,
    customers: impl Iterator<Item = &'a Customer>,
) -> Result<Vec<&'a Customer>, Refusal> {
    let given = |name| request.query(name).filter(|text| !text.is_empty());
    let filters = [
        ("email", given("email_address")),
        ("first_name", given("first_name")),
        ("last_name", given("last_name")),
        ("company", given("company")),
    ];
    let with_subscription = match given("with_subscription") {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return Err(Refusal::invalid("with_subscription must be true or false")),
    };
    Ok(customers
        .filter(|customer| {
            filters.iter().all(|(name, wanted)| {
                let same =
                    |text: &String, wanted: &str| text.to_lowercase() == wanted.to_lowercase();
                wanted.is_none_or(|wanted| {
                    customer.field(name).is_some_and(|text| same(text, wanted))
                })
            }) && with_subscription.is_none_or(|with| with != customer.subscriptions.is_empty())
        })
        .collect())
}
