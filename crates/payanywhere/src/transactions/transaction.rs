use pay_core::Amount;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::uniq_id;
use crate::{TransactionUniqId, iso_time};

/// A transaction as North's reporting tells it. North's own example has more fields than could be
/// read: they are in the raw body.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Transaction {
    /// Its id, which is what a refund and a void want.
    #[serde(default, deserialize_with = "uniq_id::lenient")]
    pub uniq_id: Option<TransactionUniqId>,
    /// The number in it.
    #[serde(default, with = "pay_core::lenient")]
    pub id: Option<u64>,
    /// What kind of transaction it is. `type` on the wire.
    #[serde(default, rename = "type", with = "pay_core::lenient")]
    pub kind: Option<TransactionType>,
    /// The amount in dollars. Text on the wire.
    #[serde(default, with = "pay_core::amount::string::option")]
    pub amount: Option<Amount>,
    /// When it happened (UTC). `datetime` on the wire.
    #[serde(default, rename = "datetime", with = "iso_time")]
    pub at: Option<OffsetDateTime>,
    /// The merchant's id.
    #[serde(default, with = "pay_core::lenient")]
    pub mid: Option<String>,
    /// Where it came from, such as `Phone Swipe iOS`.
    #[serde(default, with = "pay_core::lenient")]
    pub txn_source: Option<String>,
    /// The card's brand.
    #[serde(default, with = "pay_core::lenient")]
    pub cc_type: Option<String>,
    /// The card's last four digits.
    #[serde(default, with = "pay_core::lenient")]
    pub cc_last4: Option<String>,
    /// The issuer's authorization code.
    #[serde(default, with = "pay_core::lenient")]
    pub cc_auth_code: Option<String>,
    /// The transaction that this one belongs to: of a refund, the sale.
    #[serde(default, deserialize_with = "uniq_id::lenient")]
    pub parent_uniq_id: Option<TransactionUniqId>,
    /// What kind of transaction that is.
    #[serde(default, with = "pay_core::lenient")]
    pub parent_type: Option<TransactionType>,
    /// The transaction that voided this one.
    #[serde(default, deserialize_with = "uniq_id::lenient")]
    pub void_uniq_id: Option<TransactionUniqId>,
    /// Whether it takes another one back.
    #[serde(default, with = "pay_core::lenient")]
    pub is_reversal: Option<bool>,
    /// Whether it is complete.
    #[serde(default, with = "pay_core::lenient")]
    pub is_complete: Option<bool>,
    /// The number of its receipt.
    #[serde(default, with = "pay_core::lenient")]
    pub receipt_id: Option<u64>,
    /// The comment of a refund or a void, if it comes back: no source says that it does.
    #[serde(default, with = "pay_core::lenient")]
    pub comment: Option<String>,
}

pay_core::open_enum! {
    /// What kind of transaction it is. Only one value is known.
    pub enum TransactionType {
        /// Paid in cash.
        CashSale = "Cash Sale",
    }
}

impl Transaction {
    /// Whether it was voided.
    #[must_use]
    pub fn is_voided(&self) -> bool {
        self.void_uniq_id.is_some()
    }

    /// Whether this belongs to that transaction: a refund to its sale.
    #[must_use]
    pub fn is_child_of(&self, parent: &TransactionUniqId) -> bool {
        self.parent_uniq_id.as_ref() == Some(parent)
    }
}
