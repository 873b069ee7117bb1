use pay_core::{Extra, Invalid, LostCall, Reference, provider::Verdict};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    Card, Customer, CustomerId, contradiction, label::Label, line::check_optional_line, operations,
};

/// A card to store with a customer. Give it to [`Cards::add`](crate::Cards::add).
///
/// The first card of a customer becomes the default one (observed, not documented).
///
/// ```
/// use payfirma::{Card, CustomerId, NewCard, Reference};
///
/// let card = Card::new("4111 1111 1111 1111".parse()?, "11/30".parse()?, "595".parse()?);
/// let customer = CustomerId::new("NV0B6eZB06")?;
/// let card = NewCard::new(customer, card, Reference::random()).is_default(true);
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewCard {
    pub(crate) customer: CustomerId,
    pub(crate) card: Card,
    description: Label,
    is_default: Option<bool>,
    pub(crate) extra: Extra,
}

impl NewCard {
    /// Stores a card. The reference is sent as `card_description` and, by the guide's sample,
    /// echoed: after a lost reply, the card can be told from others.
    #[must_use]
    pub fn new(customer: CustomerId, card: Card, reference: Reference) -> Self {
        Self::labelled(customer, card, Label::Reference(reference))
    }

    /// The same with any text as `card_description`. A lost reply can then at best be guessed at.
    #[must_use]
    pub fn with_description(
        customer: CustomerId,
        card: Card,
        description: impl Into<String>,
    ) -> Self {
        Self::labelled(customer, card, Label::Text(description.into()))
    }

    /// The same without a description. A lost reply can then at best be guessed at.
    #[must_use]
    pub fn without_reference(customer: CustomerId, card: Card) -> Self {
        Self::labelled(customer, card, Label::None)
    }

    fn labelled(customer: CustomerId, card: Card, description: Label) -> Self {
        Self { customer, card, description, is_default: None, extra: Extra::default() }
    }

    /// Whether it is charged where no card is chosen.
    #[must_use]
    pub fn is_default(mut self, is_default: bool) -> Self {
        self.is_default = Some(is_default);
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

    /// What is needed to find out later what became of this request: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        LostCall::new(operations::CARDS_ADD.id, OffsetDateTime::now_utc())
            .with_path(CustomerId::FIELD, self.customer.as_str())
            .with_reference(self.description.reference().cloned())
            .with_detail("card_suffix", self.card.number().last4())
    }

    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        self.customer.check()?;
        self.description.check("card_description")?;
        check_optional_line("card_description", self.description.as_str())?;
        self.card.check(now)
    }

    pub(crate) fn wire(&self) -> NewCardWire<'_> {
        NewCardWire {
            card_expiry_month: self.card.expiry().month(),
            card_expiry_year: self.card.expiry().year2(),
            card_number: self.card.number().expose(),
            cvv2: self.card.cvv().expose(),
            is_default: self.is_default,
            card_description: self.description.as_str(),
        }
    }

    pub(crate) fn judge(&self, reply: &Customer) -> Verdict {
        contradiction::verdict(reply.is_not(&self.customer).or_else(|| self.missing(reply)))
    }

    /// Whether all cards that are told are certainly others.
    fn missing(&self, reply: &Customer) -> Option<String> {
        let last4 = self.card.number().last4();
        let others = |ends: Option<bool>| ends == Some(false);
        let certain =
            !reply.cards.is_empty() && reply.cards.iter().all(|card| others(card.ends_with(last4)));
        certain.then(|| "no card of the customer ends like the one that was sent".to_owned())
    }
}

/// A card as it is sent: the order and types of the guide's sample.
#[derive(Serialize)]
pub(crate) struct NewCardWire<'a> {
    card_expiry_month: u8,
    card_expiry_year: u8,
    card_number: &'a str,
    cvv2: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_default: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_description: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn card() -> Card {
        let number = "4111 1111 1111 1111".parse().unwrap();
        Card::new(number, "11/26".parse().unwrap(), "045".parse().unwrap())
    }

    fn customer() -> CustomerId {
        CustomerId::new("NV0B6eZB06").unwrap()
    }

    #[test]
    fn what_is_wrong_is_named_and_not_shown() {
        let now = datetime!(2026-07-01 0:00 UTC);
        let odd = serde_json::from_str::<CustomerId>(r#""a/b""#).unwrap();
        let later = datetime!(2027-01-01 0:00 UTC);
        for (request, at, refusal) in [
            (
                NewCard::without_reference(odd, card()),
                now,
                "customer_lookup_id: must not contain . / \\ or spaces",
            ),
            (
                NewCard::with_description(customer(), card(), "\t"),
                now,
                "card_description: must not be empty",
            ),
            (
                NewCard::with_description(customer(), card(), "a\nb"),
                now,
                "card_description: must not contain line breaks or control characters",
            ),
            (NewCard::without_reference(customer(), card()), later, "card_expiry: is in the past"),
        ] {
            assert_eq!(request.check(at).unwrap_err().to_string(), refusal);
        }
        assert_eq!(NewCard::without_reference(customer(), card()).check(now), Ok(()));
    }

    #[test]
    fn neither_debug_nor_the_lost_call_shows_the_card() {
        let request = NewCard::new(customer(), card(), Reference::new("R-1").unwrap());
        // At a time whose digits are not the card's.
        let at = datetime!(2026-07-01 0:00 UTC);
        let lost = serde_json::to_string(&request.lost_call().between(at, at)).unwrap();
        for text in [format!("{request:?}"), lost.clone()] {
            assert!(!text.contains("4111111111111111") && !text.contains("045"), "{text}");
        }
        assert!(lost.contains(r#""card_suffix":"1111""#), "{lost}");
        assert!(lost.contains(r#""reference":"R-1""#), "{lost}");
    }

    #[test]
    fn a_reply_without_such_a_card_contradicts() {
        let request = NewCard::without_reference(customer(), card());
        let judge = |cards: &str| {
            let reply = format!(r#"{{"lookup_id":"NV0B6eZB06","cards":{cards}}}"#);
            request.judge(&serde_json::from_str(&reply).unwrap())
        };
        for fine in [
            "null",
            "[]",
            r#"[{"lookup_id":"a"}]"#,
            r#"[{"lookup_id":"a","card_suffix":"4444"},{"lookup_id":"b","card_suffix":1111}]"#,
            r#"[{"lookup_id":"a","card_suffix":"4444"},{"lookup_id":"b","card_suffix":"****"}]"#,
        ] {
            assert!(matches!(judge(fine), Verdict::Succeeded), "{fine}");
        }
        let other = r#"[{"lookup_id":"a","card_suffix":"4444"}]"#;
        assert!(matches!(judge(other), Verdict::Contradicts(_)));
    }
}
