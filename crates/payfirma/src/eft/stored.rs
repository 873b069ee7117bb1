//! An outcome as JSON, such as a journal keeps: the transaction, which says itself how it stands.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{EftOutcome, Transaction};

impl Serialize for EftOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (Self::Completed(transaction) | Self::Pending(transaction)) = self;
        transaction.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EftOutcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let transaction = Transaction::deserialize(deserializer)?;
        if transaction.is_pending() {
            Ok(Self::Pending(transaction))
        } else if transaction.is_approved() {
            Ok(Self::Completed(transaction))
        } else {
            Err(D::Error::custom("a transfer that is neither completed nor pending"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_comes_back_as_it_was_to_the_last_digit() {
        for (result, pending) in [("APPROVED", false), ("PENDING", true)] {
            let json = format!(
                r#"{{"id":1,"transaction_result":"{result}","amount":123456789012345678901234.5670}}"#
            );
            let outcome: EftOutcome = serde_json::from_str(&json).unwrap();
            let again = serde_json::to_string(&outcome).unwrap();
            let (EftOutcome::Completed(told) | EftOutcome::Pending(told)) =
                serde_json::from_str(&again).unwrap();
            assert_eq!(matches!(outcome, EftOutcome::Pending(_)), pending);
            assert_eq!(told.is_pending(), pending);
            assert_eq!(told.amount.unwrap().to_string(), "123456789012345678901234.5670");
        }
    }

    #[test]
    fn a_declined_transfer_is_no_outcome() {
        let json = r#"{"id":1,"transaction_result":"DECLINED"}"#;
        assert!(serde_json::from_str::<EftOutcome>(json).is_err());
    }
}
