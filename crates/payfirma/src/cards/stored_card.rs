use serde::{Deserialize, Serialize};

use crate::CardId;

/// A customer's stored card, as Payfirma tells it. Number and CVV are never told.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct StoredCard {
    /// The hashed id, which every other call wants.
    pub lookup_id: CardId,
    /// The number of the record.
    #[serde(default, with = "pay_core::lenient")]
    pub id: Option<u64>,
    /// The expiry as `MM/YY`.
    #[serde(default, with = "pay_core::lenient")]
    pub card_expiry: Option<String>,
    /// The first four digits.
    #[serde(default, with = "pay_core::lenient")]
    pub card_prefix: Option<String>,
    /// The last four digits. One table calls it a number: zeros at its start may be missing.
    #[serde(default, with = "pay_core::lenient")]
    pub card_suffix: Option<String>,
    /// Whether it is charged where no card is chosen.
    #[serde(default, with = "pay_core::lenient")]
    pub is_default: Option<bool>,
    /// The caller's [`Reference`](crate::Reference) or description, echoed.
    #[serde(default, with = "pay_core::lenient")]
    pub card_description: Option<String>,
}

impl StoredCard {
    /// Whether its number ends like this. `None` where it tells no ending.
    pub(crate) fn ends_with(&self, last4: &str) -> Option<bool> {
        let told: u16 = self.card_suffix.as_deref()?.trim().parse().ok()?;
        Some(last4.parse() == Ok(told))
    }
}
