//! What the guide's samples are made of.

use payfirma::{Amount, Card, CardId, CustomerId, Email, PlanId, Reference, SubscriptionId};

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn email(text: &str) -> Email {
    text.parse().unwrap()
}

/// The card of the samples. It is good at the time of [`THEN`](super::client::THEN).
pub(crate) fn guide_card() -> Card {
    Card::new("4111111111111111".parse().unwrap(), "11/16".parse().unwrap(), "595".parse().unwrap())
}

pub(crate) fn customer() -> CustomerId {
    CustomerId::new("NV0B6eZB06").unwrap()
}

pub(crate) fn card() -> CardId {
    CardId::new("34cvb54564dfc").unwrap()
}

pub(crate) fn plan() -> PlanId {
    PlanId::new("98Avb98765dfc").unwrap()
}

pub(crate) fn subscription() -> SubscriptionId {
    SubscriptionId::new("34cvb54564dfc").unwrap()
}

pub(crate) fn reference() -> Reference {
    Reference::new("order-1042").unwrap()
}
