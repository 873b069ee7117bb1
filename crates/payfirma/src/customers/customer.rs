use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    CardId, CustomerId, PlanId, Reference, StoredCard, Subscription, SubscriptionId, contradiction,
};

/// A customer with cards and subscriptions, as Payfirma tells it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Customer {
    /// The hashed id, which every other call wants.
    pub lookup_id: CustomerId,
    /// The number. Only invoices refer to it.
    #[serde(default, with = "pay_core::lenient")]
    pub id: Option<u64>,
    /// The e-mail address, which gets the receipts.
    #[serde(default, with = "pay_core::lenient")]
    pub email: Option<String>,
    /// The first name.
    #[serde(default, with = "pay_core::lenient")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, with = "pay_core::lenient")]
    pub last_name: Option<String>,
    /// The business.
    #[serde(default, with = "pay_core::lenient")]
    pub company: Option<String>,
    /// A further address for receipts.
    #[serde(default, with = "pay_core::lenient")]
    pub bcc_emails: Option<String>,
    /// The telephone number.
    #[serde(default, with = "pay_core::lenient")]
    pub telephone: Option<String>,
    /// The address' first line.
    #[serde(default, with = "pay_core::lenient")]
    pub address1: Option<String>,
    /// The address' second line.
    #[serde(default, with = "pay_core::lenient")]
    pub address2: Option<String>,
    /// The city.
    #[serde(default, with = "pay_core::lenient")]
    pub city: Option<String>,
    /// The province or state.
    #[serde(default, with = "pay_core::lenient")]
    pub province: Option<String>,
    /// The country.
    #[serde(default, with = "pay_core::lenient")]
    pub country: Option<String>,
    /// The postal code.
    #[serde(default, with = "pay_core::lenient")]
    pub postal_code: Option<String>,
    /// The caller's [`Reference`](crate::Reference) or free text, echoed.
    #[serde(default, with = "pay_core::lenient")]
    pub custom_id: Option<String>,
    /// The stored cards. Empty where none are told.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub cards: Vec<StoredCard>,
    /// The subscriptions. Empty where none are told.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub subscriptions: Vec<Subscription>,
}

fn null_as_empty<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Customer {
    /// The stored card with this id.
    #[must_use]
    pub fn card(&self, id: &CardId) -> Option<&StoredCard> {
        self.cards.iter().find(|card| card.lookup_id == *id)
    }

    /// The stored card that was added with this reference. After
    /// [`Cards::add`](crate::Cards::add) it is the new one.
    #[must_use]
    pub fn card_added_as(&self, reference: &Reference) -> Option<&StoredCard> {
        let text = reference.as_str();
        self.cards.iter().find(|card| card.card_description.as_deref() == Some(text))
    }

    /// The card that is charged where none is chosen.
    #[must_use]
    pub fn default_card(&self) -> Option<&StoredCard> {
        self.cards.iter().find(|card| card.is_default == Some(true))
    }

    /// The subscription with this id.
    #[must_use]
    pub fn subscription(&self, id: &SubscriptionId) -> Option<&Subscription> {
        self.subscriptions.iter().find(|subscription| subscription.lookup_id == *id)
    }

    /// The customer's subscriptions to this plan, ended ones included. After
    /// [`Subscriptions::add`](crate::Subscriptions::add) the new one is among them.
    pub fn subscriptions_to<'a>(
        &'a self,
        plan: &'a PlanId,
    ) -> impl Iterator<Item = &'a Subscription> {
        let is_it = |found: &&Subscription| found.plan_lookup_id.as_ref() == Some(plan);
        self.subscriptions.iter().filter(is_it)
    }

    /// Whether it is another customer than the one asked for.
    pub(crate) fn is_not(&self, asked: &CustomerId) -> Option<String> {
        contradiction::id("lookup_id", asked.as_str(), Some(self.lookup_id.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PlanFrequency, SubscriptionStatus};

    /// Printed in the guide (Customer, Create a customer), there with single quotes and a comma at
    /// the end.
    const SAMPLE: &str = r#"{
        "id": 2992429,
        "lookup_id": "NV0B6eZB06",
        "email": "brandon@stark.com",
        "first_name": "Brandon",
        "last_name": "Stark",
        "company": "Payfirma",
        "bcc_emails": "john.snow@stark.com",
        "telephone": "1234567891",
        "address1": "No. 1 Road",
        "address2": "Street 2",
        "city": "Vancouver",
        "province": "BC",
        "country": "Canada",
        "postal_code": "V6E 1B2",
        "custom_id": "Internal456",
        "cards":[{"id":123456,"lookup_id":"34cvb54564dfc","card_expiry":"01/20","card_prefix":"4111","card_suffix":"1111","is_default":true,"card_description":"test card"}],
        "subscriptions":[{"id":123456,"lookup_id":"34cvb54564dfc","plan_id":987654,"plan_lookup_id":"98Avb98765dfc","name":"Sample Daily Plan","status":"ACTIVE","amount":10.99,"currency":"CAD","frequency":"DAILY","last_success":1467760023000,"last_run":1467760023000,"next_run":1467760023000,"total_cycles":10,"completed_cycles":3,"remaining_cycles":7,"failed_attempts":1,"delinquent_cycles":0,"delinquent_since":1467760023000}]
    }"#;

    #[test]
    fn the_guides_sample_is_read_whole() {
        let customer: Customer = serde_json::from_str(SAMPLE).unwrap();
        assert_eq!(customer.lookup_id.as_str(), "NV0B6eZB06");
        assert_eq!(customer.id, Some(2_992_429));
        assert_eq!(customer.custom_id.as_deref(), Some("Internal456"));
        let card = customer.default_card().unwrap();
        assert_eq!(card.card_suffix.as_deref(), Some("1111"));
        assert_eq!(customer.card(&card.lookup_id).unwrap().id, Some(123_456));
        assert!(customer.card_added_as(&Reference::new("test-card").unwrap()).is_none());
        let subscription = &customer.subscriptions[0];
        let plan = PlanId::new("98Avb98765dfc").unwrap();
        assert_eq!(customer.subscriptions_to(&plan).next().unwrap().id, subscription.id);
        assert_eq!(customer.subscriptions_to(&PlanId::new("other").unwrap()).count(), 0);
        assert_eq!(subscription.amount.unwrap().to_string(), "10.99");
        assert_eq!(subscription.status, Some(SubscriptionStatus::Active));
        assert_eq!(subscription.frequency, Some(PlanFrequency::Daily));
        assert_eq!(subscription.delinquent_since.unwrap().0, 1_467_760_023_000);
        assert_eq!(subscription.remaining_cycles, Some(7));
        // Written and read again it is the same.
        let text = serde_json::to_string(&customer).unwrap();
        let again: Customer = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }

    #[test]
    fn a_card_is_known_by_the_reference_it_was_added_with() {
        let body = r#"{"lookup_id":"a","cards":[
            {"lookup_id":"b","card_description":"card-1"},
            {"lookup_id":"c","card_description":"card-2"}
        ]}"#;
        let customer: Customer = serde_json::from_str(body).unwrap();
        let card = customer.card_added_as(&Reference::new("card-2").unwrap()).unwrap();
        assert_eq!(card.lookup_id.as_str(), "c");
    }

    #[test]
    fn only_the_lookup_id_is_needed() {
        for body in [
            r#"{"lookup_id":"a"}"#,
            r#"{"lookup_id":"a","cards":null,"subscriptions":null,"email":null}"#,
            r#"{"lookup_id":"a","cards":[],"new":{"x":[1]},"telephone":123,"id":"x","city":{}}"#,
        ] {
            let customer: Customer = serde_json::from_str(body).unwrap();
            assert_eq!(customer.lookup_id.as_str(), "a", "{body}");
            assert!(customer.cards.is_empty() && customer.subscriptions.is_empty(), "{body}");
        }
        for body in ["{}", r#"{"id":1}"#, r#"{"lookup_id":null}"#, "[]", "null"] {
            assert!(serde_json::from_str::<Customer>(body).is_err(), "{body}");
        }
    }
}
