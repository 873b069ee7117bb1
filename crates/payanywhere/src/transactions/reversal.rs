use pay_core::{
    Amount,
    provider::{Problem, Verdict},
};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::{dollars, status_code::StatusCode};

/// What a refund or a void answers. From a single public client.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Fields")]
#[non_exhaustive]
pub struct Reversal {
    /// The number of the refund.
    pub refund_id: Option<u64>,
    /// The number of the void.
    pub void_id: Option<u64>,
    /// `00` is approved, anything else a decline.
    pub status_code: Option<String>,
    /// A sentence on how it ended.
    pub status_message: Option<String>,
    /// What is said of a failure.
    pub message: Option<String>,
    /// The amount in dollars, if it comes back: no source says that it does.
    #[serde(with = "pay_core::amount::string::option")]
    pub amount: Option<Amount>,
}

#[derive(Deserialize)]
struct Fields {
    #[serde(default, with = "pay_core::lenient")]
    refund_id: Option<u64>,
    #[serde(default, with = "pay_core::lenient")]
    void_id: Option<u64>,
    #[serde(default, with = "crate::status_code")]
    status_code: Option<String>,
    #[serde(default, with = "pay_core::lenient")]
    status_message: Option<String>,
    #[serde(default, with = "pay_core::lenient")]
    message: Option<String>,
    #[serde(default, with = "pay_core::amount::string::option")]
    amount: Option<Amount>,
    uniq_id: Option<IgnoredAny>,
}

impl TryFrom<Fields> for Reversal {
    type Error = &'static str;

    fn try_from(told: Fields) -> Result<Self, Self::Error> {
        // With no field required, any object could be read as one. A transaction from a list, such
        // as a search finds, would be an answer that says nothing.
        if told.uniq_id.is_some() && told.status_code.is_none() {
            return Err("a transaction, not the answer to a refund or a void");
        }
        Ok(Self {
            refund_id: told.refund_id,
            void_id: told.void_id,
            status_code: told.status_code,
            status_message: told.status_message,
            message: told.message,
            amount: told.amount,
        })
    }
}

/// Which of the two was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked {
    Refund(Amount),
    Void,
}

impl Reversal {
    /// Whether it was declined.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        self.told() == StatusCode::Declined
    }

    /// An id proves nothing: a declined refund may have one.
    pub(super) fn judge(&self, asked: Asked) -> Verdict {
        match (self.told(), self.contradiction(asked)) {
            (StatusCode::Approved, None) => Verdict::Succeeded,
            (StatusCode::Approved, Some(why)) => Verdict::Contradicts(why),
            (StatusCode::Declined, None) => Verdict::Declined(self.problem()),
            // A decline of something else is no answer to this request.
            (StatusCode::Declined, Some(why)) => Verdict::Unclear(why),
            (StatusCode::Unclear, _) => Verdict::Unclear(match &self.status_code {
                Some(code) => format!("a status_code of unknown meaning: {code}"),
                None => "no status_code".to_owned(),
            }),
        }
    }

    fn told(&self) -> StatusCode {
        self.status_code.as_deref().map_or(StatusCode::Unclear, StatusCode::read)
    }

    fn contradiction(&self, asked: Asked) -> Option<String> {
        match (asked, self.refund_id, self.void_id) {
            (Asked::Refund(_), None, Some(_)) => {
                Some("it was voided, asked for was a refund".to_owned())
            }
            (Asked::Void, Some(_), None) => {
                Some("it was refunded, asked for was a void".to_owned())
            }
            (Asked::Refund(amount), _, _) => dollars::contradiction(amount, self.amount),
            (Asked::Void, _, _) => None,
        }
    }

    fn problem(&self) -> Problem {
        let message = self.status_message.clone().or_else(|| self.message.clone());
        Problem { message, ..Problem::default() }.with_code(self.status_code.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_comes_back_and_a_listed_transaction_is_none() {
        let answer = r#"{"refund_id":7,"status_code":"00","amount":"123456789012345678901234.50"}"#;
        let reversal: Reversal = serde_json::from_str(answer).unwrap();
        let again = serde_json::to_string(&reversal).unwrap();
        assert_eq!(serde_json::from_str::<Reversal>(&again).unwrap(), reversal);
        assert_eq!(reversal.amount.unwrap().to_string(), "123456789012345678901234.50");
        let listed = r#"{"uniq_id":"ccr_9","amount":"2.00","is_complete":true}"#;
        assert!(serde_json::from_str::<Reversal>(listed).is_err());
        let both = r#"{"uniq_id":"ccr_9","status_code":"00"}"#;
        assert!(serde_json::from_str::<Reversal>(both).is_ok());
    }
}
