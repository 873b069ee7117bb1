//! What scripts in the payer's browser make: encrypted card tokens and iframe payment tokens.

use std::collections::BTreeMap;

use super::{Refusal, switches::PaymentTokenUse};
use crate::{card::Card, world::World};

/// Tokens, and the cards that they stand for.
#[derive(Default)]
pub(crate) struct Browser {
    encrypted: BTreeMap<String, Card>,
    payment_tokens: BTreeMap<String, Card>,
}

impl Browser {
    /// What the card encryption script returns: long hexadecimal text.
    pub(crate) fn encrypt(&mut self, card: Card, world: &mut World) -> String {
        let token: String = world.bytes(128).iter().map(|byte| format!("{byte:02x}")).collect();
        self.encrypted.insert(token.clone(), card);
        token
    }

    /// What the iframe's `tokenize()` returns: 20 characters.
    pub(crate) fn tokenize(&mut self, card: Card, world: &mut World) -> String {
        let token = world.hash(20);
        self.payment_tokens.insert(token.clone(), card);
        token
    }

    pub(crate) fn card_of(&self, token: &str) -> Result<Card, Refusal> {
        let card = self.encrypted.get(token).cloned();
        card.ok_or_else(|| Refusal::invalid("Failed to de-tokenize card information."))
    }

    pub(crate) fn take_payment_token(
        &mut self,
        token: &str,
        world: &World,
    ) -> Result<Card, Refusal> {
        let card = match world.switch() {
            PaymentTokenUse::Once => self.payment_tokens.remove(token),
            PaymentTokenUse::Many => self.payment_tokens.get(token).cloned(),
        };
        card.ok_or_else(|| Refusal::invalid("Failed to de-tokenize card information."))
    }
}
