use pay_core::Amount;
use serde::{Deserialize, Serialize};

use crate::{BatchId, ReportedTime, reported_time::lenient as lenient_time};

/// A settled batch. The names are from a client of 2017-2018 and partly confirmed by another; which
/// of them are always there is unknown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Batch {
    /// When it was settled.
    #[serde(default, deserialize_with = "lenient_time")]
    pub batch_date: Option<ReportedTime>,
    /// Its number, for [`Settlement::batch`](crate::Settlement::batch).
    #[serde(default, with = "pay_core::lenient")]
    pub batch_id: Option<BatchId>,
    /// Its number at IBX; 0 if it has none there.
    #[serde(default, with = "pay_core::lenient")]
    pub ibx_batch_id: Option<u64>,
    /// What was held back, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub held_amount: Option<Amount>,
    /// What was given back, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub return_amount: Option<Amount>,
    /// What was sold, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub sale_amount: Option<Amount>,
    /// How many transactions are in it.
    #[serde(default, with = "pay_core::lenient")]
    pub transaction_count: Option<u64>,
}

/// A transaction in a batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BatchTransaction {
    /// When the money was sent to the merchant's bank.
    #[serde(default, deserialize_with = "lenient_time")]
    pub ach_date: Option<ReportedTime>,
    /// When the batch was settled.
    #[serde(default, deserialize_with = "lenient_time")]
    pub batch_date: Option<ReportedTime>,
    /// When it happened.
    #[serde(default, deserialize_with = "lenient_time")]
    pub transaction_date: Option<ReportedTime>,
    /// The bank's authorization code.
    #[serde(default, with = "crate::exact_text")]
    pub authorization_code: Option<String>,
    /// What was authorized, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub authorized_amount: Option<Amount>,
    /// What was settled, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub transaction_amount: Option<Amount>,
    /// The batch.
    #[serde(default, with = "pay_core::lenient")]
    pub batch_id: Option<BatchId>,
    /// The card's brand, such as `Visa`.
    #[serde(default, with = "crate::exact_text")]
    pub card_type: Option<String>,
    /// The card's first six and last four digits, with `x` between them.
    #[serde(default, with = "crate::exact_text")]
    pub human_readable_card_number: Option<String>,
    /// Who settled it.
    #[serde(default, with = "crate::exact_text")]
    pub settled_by: Option<String>,
    /// How it stands. The values are unknown.
    #[serde(default, with = "crate::exact_text")]
    pub status: Option<String>,
    /// Its number.
    #[serde(default, with = "crate::exact_text")]
    pub transaction_id: Option<String>,
    /// What it is.
    #[serde(default)]
    pub transaction_type: Option<SettledType>,
}

pay_core::open_enum! {
    /// What a settled transaction is. These two were seen.
    pub enum SettledType {
        /// Money taken.
        Capture = "Capture",
        /// Money given back.
        Return = "Return",
    }
}

/// A chargeback. The names are from one client of 2017-2018, and not confirmed by a second source.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Chargeback {
    /// The bank's authorization code.
    #[serde(default, with = "crate::exact_text")]
    pub authorization_code: Option<String>,
    /// The card's brand, such as `Visa`.
    #[serde(default, with = "crate::exact_text")]
    pub card_type: Option<String>,
    /// Why, in words.
    #[serde(default, with = "crate::exact_text")]
    pub description: Option<String>,
    /// How it stands. `Stand` was seen.
    #[serde(default, with = "crate::exact_text")]
    pub status: Option<String>,
    /// The transaction that was charged back.
    #[serde(default, with = "crate::exact_text")]
    pub transaction_id: Option<String>,
    /// Its own number.
    #[serde(default, with = "pay_core::lenient")]
    pub chargeback_id: Option<u64>,
    /// What was charged back, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub chargeback_amount: Option<Amount>,
    /// What it costs the merchant, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub fee_amount: Option<Amount>,
    /// What the transaction was about, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub transaction_amount: Option<Amount>,
    /// The card's first six and last four digits, with `x` between them.
    #[serde(default, with = "crate::exact_text")]
    pub human_readable_card_number: Option<String>,
    /// When it came in.
    #[serde(default, deserialize_with = "lenient_time")]
    pub received_date: Option<ReportedTime>,
    /// When the transaction happened.
    #[serde(default, deserialize_with = "lenient_time")]
    pub transaction_date: Option<ReportedTime>,
}
