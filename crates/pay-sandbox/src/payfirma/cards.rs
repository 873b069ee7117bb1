//! Stored cards. Every answer is the whole customer.

use super::{
    Call, Payfirma, Refusal, Reply,
    body::Input,
    customers::created,
    payments::{NeedsCvv, card_data},
    switches::{CardSuffix, RemoveAnswer, UnsetFields},
};
use crate::{
    answer::Answer,
    card::Card,
    json::{Json, Object},
    ledger::Entry,
    world::World,
};

/// A card of a customer.
#[derive(Debug, Clone)]
pub(crate) struct StoredCard {
    id: u64,
    pub(crate) lookup_id: String,
    pub(crate) card: Card,
    pub(crate) is_default: bool,
    description: Option<String>,
}

impl Payfirma {
    /// The customer's first card becomes the default whatever is asked for.
    pub(crate) fn add_card(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let card = match input.get("token") {
            Some(_) => self.card_in(world, &input)?,
            None => card_data(world, &input, NeedsCvv::No)?,
        };
        let wants_default = input.flag("is_default")?.unwrap_or(false);
        let description = input.text("card_description")?;
        let id = self.next_id();
        let customer = self.merchant(&call.session.merchant).customer(call.param(0))?;
        let lookup_id = world.hash(13);
        let is_default = wants_default || customer.cards.is_empty();
        if is_default {
            customer.cards.iter_mut().for_each(|card| card.is_default = false);
        }
        world.record(Entry {
            description: description.clone(),
            ..Entry::new("card_added", &lookup_id, &call.session.merchant).of(&customer.lookup_id)
        });
        customer.cards.push(StoredCard { id, lookup_id, card, is_default, description });
        Ok(Answer::json(created(world), customer.to_json(world)))
    }

    /// Changes `is_default` and `card_description`, nothing else.
    pub(crate) fn update_card(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let (is_default, description) =
            (input.flag("is_default")?, input.text("card_description")?);
        let customer = self.merchant(&call.session.merchant).customer(call.param(0))?;
        let id = call.param(1);
        if !customer.cards.iter().any(|card| card.lookup_id == id) {
            return Err(Refusal::not_found("card"));
        }
        for card in &mut customer.cards {
            let chosen = card.lookup_id == id;
            if is_default == Some(true) {
                card.is_default = chosen;
            }
            if chosen && description.is_some() {
                card.description = description.clone();
            }
        }
        world.record(Entry {
            description,
            ..Entry::new("card_updated", id, &call.session.merchant).of(&customer.lookup_id)
        });
        Ok(Answer::json(200, customer.to_json(world)))
    }

    /// If the default card goes, the oldest one left becomes it.
    pub(crate) fn remove_card(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let customer = self.merchant(&call.session.merchant).customer(call.param(0))?;
        let id = call.param(1);
        let place = customer.cards.iter().position(|card| card.lookup_id == id);
        let removed = customer.cards.remove(place.ok_or_else(|| Refusal::not_found("card"))?);
        if removed.is_default
            && let Some(first) = customer.cards.first_mut()
        {
            first.is_default = true;
        }
        let entry = Entry::new("card_removed", id, &call.session.merchant);
        world.record(entry.of(&customer.lookup_id));
        Ok(match world.switch() {
            RemoveAnswer::Body => Answer::json(200, customer.to_json(world)),
            RemoveAnswer::NoContent => Answer::empty(204),
        })
    }
}

impl StoredCard {
    pub(crate) fn to_json(&self, world: &World) -> Json {
        let digits = |text: &str| match (world.switch(), text.parse::<u64>()) {
            (CardSuffix::Number, Ok(number)) => Json::from(number),
            _ => Json::from(text),
        };
        Object::new()
            .null_when_unset(world.switch::<UnsetFields>() == UnsetFields::Null)
            .with("id", self.id)
            .with("lookup_id", self.lookup_id.clone())
            .with("card_expiry", self.card.expiry())
            .with("card_prefix", self.card.prefix.clone())
            .with("card_suffix", digits(&self.card.suffix))
            .with("is_default", self.is_default)
            .with_optional("card_description", self.description.clone())
            .into()
    }
}
