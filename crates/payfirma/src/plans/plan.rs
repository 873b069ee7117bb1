use pay_core::{Amount, Currency};
use serde::{Deserialize, Serialize};

use crate::{PlanId, contradiction};

/// A template for subscriptions, as Payfirma tells it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The hashed id, which every other call wants.
    pub lookup_id: PlanId,
    /// The number of the record.
    #[serde(default, with = "pay_core::lenient")]
    pub id: Option<u64>,
    /// The name.
    #[serde(default, with = "pay_core::lenient")]
    pub name: Option<String>,
    /// What is charged each time, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount: Option<Amount>,
    /// The currency.
    #[serde(default, with = "pay_core::lenient")]
    pub currency: Option<Currency>,
    /// How often it is charged.
    #[serde(default, with = "pay_core::lenient")]
    pub frequency: Option<PlanFrequency>,
    /// How many payments there are.
    #[serde(default, with = "pay_core::lenient")]
    pub number_of_payments: Option<u64>,
    /// Whether receipts are mailed.
    #[serde(default, with = "pay_core::lenient")]
    pub send_receipt: Option<bool>,
    /// How many subscriptions there ever were.
    #[serde(default, with = "pay_core::lenient")]
    pub total_subscriptions: Option<u64>,
    /// How many subscriptions there are: active, in retry, suspended and paused ones.
    #[serde(default, with = "pay_core::lenient")]
    pub current_subscriptions: Option<u64>,
}

pay_core::open_enum! {
    /// How often a plan is charged.
    pub enum PlanFrequency {
        /// Every day.
        Daily = "DAILY",
        /// Every week.
        Weekly = "WEEKLY",
        /// Every month. Every copy of the document prints MOTHLY, which is read as the same and
        /// can be sent with [`mothly`](Self::mothly).
        Monthly = "MONTHLY" | "MOTHLY",
        /// Every three months.
        Quarterly = "QUARTERLY",
        /// Every year. A third-party SDK writes YEARLY.
        Annually = "ANNUALLY" | "YEARLY",
    }
}

impl PlanFrequency {
    /// Every month, written MOTHLY: for the case that the document's misprint is what the provider
    /// takes, and [`Monthly`](Self::Monthly) is refused.
    #[must_use]
    pub fn mothly() -> Self {
        Self::Unknown("MOTHLY".to_owned())
    }
}

impl Plan {
    /// Whether it is another plan than the one asked for.
    pub(crate) fn is_not(&self, asked: &PlanId) -> Option<String> {
        contradiction::id("lookup_id", asked.as_str(), Some(self.lookup_id.as_str()))
    }

    /// Whether it charges otherwise than asked for.
    pub(crate) fn charges_otherwise(
        &self,
        amount: Option<Amount>,
        currency: Option<Currency>,
    ) -> Option<String> {
        contradiction::amount("amount", amount, self.amount)
            .or_else(|| contradiction::currency(currency, self.currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_misprint_is_read_as_monthly_and_can_be_sent() {
        for (text, read) in [
            ("MONTHLY", PlanFrequency::Monthly),
            ("MOTHLY", PlanFrequency::Monthly),
            ("YEARLY", PlanFrequency::Annually),
            ("FORTNIGHTLY", PlanFrequency::Unknown("FORTNIGHTLY".to_owned())),
        ] {
            assert_eq!(PlanFrequency::from(text), read);
        }
        assert_eq!(serde_json::to_string(&PlanFrequency::mothly()).unwrap(), r#""MOTHLY""#);
        assert_eq!(PlanFrequency::Monthly.as_str(), "MONTHLY");
        assert_eq!(PlanFrequency::Annually.as_str(), "ANNUALLY");
    }

    #[test]
    fn only_the_lookup_id_is_needed() {
        let plan: Plan = serde_json::from_str(
            r#"{"lookup_id":7,"amount":null,"currency":"CA$","frequency":{},"new":[]}"#,
        )
        .unwrap();
        assert_eq!(plan.lookup_id.as_str(), "7");
        assert_eq!((plan.amount, plan.currency, plan.frequency), (None, None, None));
        for body in ["{}", r#"{"id":7}"#, r#"{"lookup_id":"a","amount":"ten"}"#] {
            assert!(serde_json::from_str::<Plan>(body).is_err(), "{body}");
        }
    }
}
