use std::fmt;

use pay_core::{Amount, Currency};
use serde::Serialize;

use super::ecmascript::{Value, stringify};
use crate::{Status, TransactionId, TransactionType};

/// A webhook whose signature was right. Only a [`Verifier`](super::Verifier) makes one.
///
/// The provider's table of these fields is lost; they are known from its two samples. Only
/// `transaction_id` and `status` must be there. As JSON it has the fields that are public here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Event {
    /// The provider's id: 15 lower-case characters in the samples.
    pub transaction_id: TransactionId,
    /// How the transaction stands, by this event.
    pub status: Status,
    /// Your own id of the transaction, as you sent it.
    pub tracking_id: Option<String>,
    /// Your own id of the customer.
    pub user_id: Option<String>,
    /// The amount in major units; a string on the wire. `None` also if it is no plain number.
    #[serde(with = "pay_core::amount::string::option")]
    pub amount: Option<Amount>,
    /// The currency.
    pub currency: Option<Currency>,
    /// Deposit or withdrawal.
    pub transaction_type: Option<TransactionType>,
    #[serde(skip)]
    verified: String,
}

impl Event {
    /// Reads the event from the very text that was verified.
    pub(super) fn read(value: &Value, verified: &str) -> Result<Self, &'static str> {
        if !matches!(value, Value::Object(_)) {
            return Err("it is no object");
        }
        let text = |name| value.property(name).and_then(scalar);
        let transaction_id = text("transaction_id").filter(|id| !id.is_empty());
        let status = text("status").filter(|status| !status.is_empty());
        Ok(Self {
            transaction_id: TransactionId::from_provider(
                &transaction_id.ok_or("it has no transaction_id")?,
            ),
            status: status.ok_or("it has no status")?.into(),
            tracking_id: text("tracking_id"),
            user_id: text("user_id"),
            amount: value.property("amount").and_then(amount),
            currency: text("currency").and_then(|code| code.parse().ok()),
            transaction_type: text("transaction_type").map(TransactionType::from),
            verified: verified.to_owned(),
        })
    }

    /// What makes the event one of its kind: an event with a key that you have seen is a repeat.
    #[must_use]
    pub fn key(&self) -> EventKey {
        EventKey { transaction_id: self.transaction_id.clone(), status: self.status.clone() }
    }

    /// The JSON that was verified, for fields that this version does not know. Of a key that
    /// stands twice, the last one counts.
    #[must_use]
    pub fn verified_json(&self) -> &str {
        &self.verified
    }
}

/// A transaction and its status: for a unique index, so that no event is worked off twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventKey {
    transaction_id: TransactionId,
    status: Status,
}

impl EventKey {
    /// The transaction.
    #[must_use]
    pub fn transaction_id(&self) -> &TransactionId {
        &self.transaction_id
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }
}

/// `status:transaction_id`, such as `rejected:r21nmrtpcmrcava`. Colons and percent signs in the
/// status are percent-encoded, so that two keys never print the same.
impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.as_str().replace('%', "%25").replace(':', "%3A");
        write!(f, "{status}:{}", self.transaction_id)
    }
}

/// The text of a string or a number; strings with lone surrogates have none.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(_) => value.as_text(),
        Value::Number(lexeme) => Some(lexeme.to_string()),
        _ => None,
    }
}

/// An amount is read from its digits, never by way of a binary float.
fn amount(value: &Value) -> Option<Amount> {
    match value {
        Value::Number(lexeme) => serde_json::from_str(lexeme).ok(),
        Value::String(_) => serde_json::from_str(&stringify(value)).ok(),
        _ => None,
    }
}
