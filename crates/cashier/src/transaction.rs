use std::fmt;

use pay_core::{Amount, Currency};
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

use crate::{Status, TransactionId, TransactionType};

/// How one transaction stands. The provider tells neither its amount nor its ids here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Transaction {
    /// The status.
    #[serde(rename = "transaction_status")]
    pub status: Status,
    /// Why it was rejected.
    #[serde(default, with = "pay_core::lenient")]
    pub rejected_reason: Option<String>,
}

/// A transaction in a list. Your `tracking_id` is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ListedTransaction {
    /// The provider's id.
    pub transaction_id: TransactionId,
    /// Another id of the gateway.
    #[serde(default, with = "pay_core::lenient")]
    pub gateway_transaction_id: Option<String>,
    /// The id at the payment provider.
    #[serde(default, with = "pay_core::lenient")]
    pub provider_transaction_id: Option<String>,
    /// Deposit or withdrawal.
    #[serde(default, with = "pay_core::lenient")]
    pub transaction_type: Option<TransactionType>,
    /// When, by a clock in a time zone that is not stated.
    #[serde(default, with = "plain_date_time")]
    pub transaction_date: Option<PrimitiveDateTime>,
    /// The status.
    #[serde(default, with = "pay_core::lenient")]
    pub status: Option<Status>,
    /// The payment provider's name, such as `numipay_simulator`.
    #[serde(default, with = "pay_core::lenient")]
    pub payment_provider: Option<String>,
    /// The customer. A number here, where requests and webhooks have the text `user_id`.
    #[serde(default, with = "pay_core::lenient")]
    pub customer_id: Option<String>,
    /// The amount in major units of `currency`.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount: Option<Amount>,
    /// The currency.
    #[serde(default, with = "pay_core::lenient")]
    pub currency: Option<Currency>,
    /// The amount in major units of `user_currency`.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub user_amount: Option<Amount>,
    /// The customer's currency.
    #[serde(default, with = "pay_core::lenient")]
    pub user_currency: Option<Currency>,
    /// The field `fx_amount`. Its meaning is not stated.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub fx_amount: Option<Amount>,
}

impl ListedTransaction {
    /// What tells one row from another.
    pub(crate) fn identity(&self) -> RowId {
        RowId(
            self.transaction_id.clone(),
            self.gateway_transaction_id.clone(),
            self.provider_transaction_id.clone(),
        )
    }
}

/// All ids of a row: one transaction may have been tried at several providers.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct RowId(TransactionId, Option<String>, Option<String>);

impl fmt::Debug for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowId({})", self.0)
    }
}

/// `2024-07-05 11:53:25`. Anything else is read as `None`.
mod plain_date_time {
    use serde::{Deserializer, Serialize as _, Serializer};
    use time::{
        PrimitiveDateTime, format_description::BorrowedFormatItem, macros::format_description,
    };

    const FORMAT: &[BorrowedFormatItem<'_>] =
        format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

    pub(super) fn serialize<S: Serializer>(
        at: &Option<PrimitiveDateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        at.and_then(|at| at.format(FORMAT).ok()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<PrimitiveDateTime>, D::Error> {
        let text: Option<String> = pay_core::lenient::deserialize(deserializer)?;
        Ok(text.and_then(|text| PrimitiveDateTime::parse(&text, FORMAT).ok()))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_documents_row_is_read_exactly() {
        let row: ListedTransaction = serde_json::from_str(
            r#"{"transaction_id":"g7xp8kudinz3tyi","gateway_transaction_id":"sh7gv8knfxpktgh",
            "provider_transaction_id":"9474883d-6c07-4205-8d89-d7ee0a6f3d7a",
            "transaction_type":"deposit","transaction_date":"2024-07-05 11:53:25",
            "status":"rejected","payment_provider":"numipay_simulator","customer_id":123,
            "amount":8.56,"currency":"GBP","user_amount":10,"user_currency":"EUR","fx_amount":0}"#,
        )
        .unwrap();
        assert_eq!(row.transaction_id.as_str(), "g7xp8kudinz3tyi");
        assert_eq!(row.transaction_type, Some(TransactionType::Deposit));
        assert_eq!(row.transaction_date, Some(datetime!(2024-07-05 11:53:25)));
        assert_eq!(row.status, Some(Status::Rejected));
        assert_eq!(row.customer_id.as_deref(), Some("123"));
        assert_eq!(row.amount.unwrap().to_string(), "8.56");
        assert_eq!(row.user_currency, Some(Currency::EUR));
        assert!(row.fx_amount.unwrap().is_zero());
        let written = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<ListedTransaction>(&written).unwrap(), row);
        assert!(written.contains(r#""amount":8.56,"#), "{written}");
    }

    #[test]
    fn odd_and_absent_fields_do_not_lose_a_row() {
        let row: ListedTransaction = serde_json::from_str(
            r#"{"transaction_id":7,"transaction_date":"5 July","customer_id":"U123","new":{},
            "amount":"8.560","status":"on_hold","currency":"XXXX","transaction_type":null}"#,
        )
        .unwrap();
        assert_eq!(row.transaction_id.as_str(), "7");
        assert_eq!(row.transaction_date, None);
        assert_eq!(row.customer_id.as_deref(), Some("U123"));
        assert_eq!(row.amount.unwrap().to_string(), "8.560");
        assert_eq!(row.status, Some(Status::from("on_hold")));
        assert_eq!(row.currency, None);
    }
}
