use pay_core::{Extra, Invalid, LostCall, provider::Verdict};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{CardId, Customer, CustomerId, contradiction, line::check_optional_line, operations};

/// A change of a stored card. Give it to [`Cards::update`](crate::Cards::update).
///
/// Only these two fields can be changed; for another number or expiry, add the card anew and
/// remove the old one.
#[derive(Clone, Debug)]
pub struct CardUpdate {
    pub(crate) customer: CustomerId,
    pub(crate) card: CardId,
    is_default: Option<bool>,
    description: Option<String>,
    pub(crate) extra: Extra,
}

impl CardUpdate {
    /// Changes what is set here, and nothing else.
    #[must_use]
    pub fn new(customer: CustomerId, card: CardId) -> Self {
        Self { customer, card, is_default: None, description: None, extra: Extra::default() }
    }

    /// Whether it is charged where no card is chosen. Which card takes its place after `false` is
    /// unknown: rather make another one the default.
    #[must_use]
    pub fn is_default(mut self, is_default: bool) -> Self {
        self.is_default = Some(is_default);
        self
    }

    /// The description. If the card was stored with a reference, it stands here: another text
    /// ends the connection.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this change: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        LostCall::new(operations::CARDS_UPDATE.id, OffsetDateTime::now_utc())
            .with_path(CustomerId::FIELD, self.customer.as_str())
            .with_path(CardId::FIELD, self.card.as_str())
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.customer.check()?;
        self.card.check()?;
        if self.is_default.is_none() && self.description.is_none() && self.extra.is_empty() {
            return Err(Invalid::new("card", "must have a field to change"));
        }
        check_optional_line("card_description", self.description.as_deref())
    }

    pub(crate) fn wire(&self) -> CardUpdateWire<'_> {
        CardUpdateWire {
            is_default: self.is_default,
            card_description: self.description.as_deref(),
        }
    }

    pub(crate) fn judge(&self, reply: &Customer) -> Verdict {
        let card = reply.card(&self.card);
        let is_default = card.and_then(|card| card.is_default);
        contradiction::verdict(reply.is_not(&self.customer).or_else(|| {
            (self.is_default == Some(true) && is_default == Some(false))
                .then(|| "the card is not the default one".to_owned())
        }))
    }
}

/// A card's change as it is sent.
#[derive(Serialize)]
pub(crate) struct CardUpdateWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    is_default: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_description: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update() -> CardUpdate {
        CardUpdate::new(CustomerId::new("c").unwrap(), CardId::new("k").unwrap())
    }

    #[test]
    fn bad_changes_are_refused() {
        let odd = serde_json::from_str::<CardId>(r#""..""#).unwrap();
        let odd = CardUpdate::new(CustomerId::new("c").unwrap(), odd).is_default(true);
        for (request, refusal) in [
            (update(), "card: must have a field to change"),
            (update().description(""), "card_description: must not be empty"),
            (odd, "card_lookup_id: must not contain . / \\ or spaces"),
        ] {
            assert_eq!(request.check().unwrap_err().to_string(), refusal);
        }
        assert_eq!(update().is_default(false).check(), Ok(()));
    }

    #[test]
    fn a_card_that_did_not_become_the_default_contradicts() {
        let reply = |is_default: &str| -> Customer {
            let card = format!(r#"{{"lookup_id":"k","is_default":{is_default}}}"#);
            serde_json::from_str(&format!(r#"{{"lookup_id":"c","cards":[{card}]}}"#)).unwrap()
        };
        let asked = update().is_default(true);
        assert!(matches!(asked.judge(&reply("false")), Verdict::Contradicts(_)));
        assert!(matches!(asked.judge(&reply("true")), Verdict::Succeeded));
        assert!(matches!(asked.judge(&reply("null")), Verdict::Succeeded));
        // No rule says that the default card can be unmade.
        assert!(matches!(update().is_default(false).judge(&reply("true")), Verdict::Succeeded));
    }
}
