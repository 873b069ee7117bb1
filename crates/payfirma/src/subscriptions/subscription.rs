use pay_core::{Amount, Currency, EpochMillis};
use serde::{Deserialize, Serialize};

use crate::{PlanFrequency, PlanId, SubscriptionId};

/// A customer's subscription to a plan, as Payfirma tells it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Subscription {
    /// The hashed id, which every other call wants.
    pub lookup_id: SubscriptionId,
    /// The number of the record.
    #[serde(default, with = "pay_core::lenient")]
    pub id: Option<u64>,
    /// The number of the plan.
    #[serde(default, with = "pay_core::lenient")]
    pub plan_id: Option<u64>,
    /// The hashed id of the plan.
    #[serde(default, with = "pay_core::lenient")]
    pub plan_lookup_id: Option<PlanId>,
    /// The plan's name.
    #[serde(default, with = "pay_core::lenient")]
    pub name: Option<String>,
    /// How it stands.
    #[serde(default, with = "pay_core::lenient")]
    pub status: Option<SubscriptionStatus>,
    /// What is charged each time, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount: Option<Amount>,
    /// The currency.
    #[serde(default, with = "pay_core::lenient")]
    pub currency: Option<Currency>,
    /// How often it is charged.
    #[serde(default, with = "pay_core::lenient")]
    pub frequency: Option<PlanFrequency>,
    /// When it was last charged with success, in epoch milliseconds.
    #[serde(default, with = "pay_core::lenient")]
    pub last_success: Option<EpochMillis>,
    /// When it was last charged, in epoch milliseconds.
    #[serde(default, with = "pay_core::lenient")]
    pub last_run: Option<EpochMillis>,
    /// When it will be charged next, in epoch milliseconds.
    #[serde(default, with = "pay_core::lenient")]
    pub next_run: Option<EpochMillis>,
    /// Since when payments are owed, in epoch milliseconds.
    #[serde(default, with = "pay_core::lenient")]
    pub delinquent_since: Option<EpochMillis>,
    /// How many payments there will be in all.
    #[serde(default, with = "pay_core::lenient")]
    pub total_cycles: Option<u64>,
    /// How many payments were made.
    #[serde(default, with = "pay_core::lenient")]
    pub completed_cycles: Option<u64>,
    /// How many payments are left.
    #[serde(default, with = "pay_core::lenient")]
    pub remaining_cycles: Option<u64>,
    /// How many charges failed.
    #[serde(default, with = "pay_core::lenient")]
    pub failed_attempts: Option<u64>,
    /// How many payments are owed.
    #[serde(default, with = "pay_core::lenient")]
    pub delinquent_cycles: Option<u64>,
    /// The description that was sent. In no list of the reply's fields; here if it does come.
    #[serde(default, with = "pay_core::lenient")]
    pub description: Option<String>,
}

pay_core::open_enum! {
    /// How a subscription stands. The whole set is unknown.
    pub enum SubscriptionStatus {
        /// It is charged when due.
        Active = "ACTIVE",
        /// A charge failed and is tried again.
        Retry = "RETRY",
        /// Charging failed for good.
        Suspended = "SUSPENDED",
        /// It rests.
        Paused = "PAUSED",
        /// It has ended. Written with one L when it is canceled.
        Canceled = "CANCELED" | "CANCELLED",
    }
}

impl Subscription {
    /// Whether it is known to be another status than this. Absent and unknown ones are not.
    pub(crate) fn is_not(&self, asked: &SubscriptionStatus) -> Option<String> {
        match &self.status {
            None | Some(SubscriptionStatus::Unknown(_)) => None,
            Some(told) if told == asked => None,
            Some(told) => Some(format!("the status is {told}, asked for was {asked}")),
        }
    }
}
