use pay_core::{
    Amount,
    provider::{Problem, Verdict},
};
use serde::{Deserialize, Serialize};

use crate::{dollars, status_code::StatusCode};

/// What a refund or a void answers. From a single public client.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Reversal {
    /// The number of the refund.
    #[serde(default, with = "pay_core::lenient")]
    pub refund_id: Option<u64>,
    /// The number of the void.
    #[serde(default, with = "pay_core::lenient")]
    pub void_id: Option<u64>,
    /// `00` is approved, anything else a decline.
    #[serde(default, with = "pay_core::lenient")]
    pub status_code: Option<String>,
    /// A sentence on how it ended.
    #[serde(default, with = "pay_core::lenient")]
    pub status_message: Option<String>,
    /// What is said of a failure.
    #[serde(default, with = "pay_core::lenient")]
    pub message: Option<String>,
    /// The amount in dollars, if it comes back: no source says that it does.
    #[serde(default, with = "pay_core::amount::string::option")]
    pub amount: Option<Amount>,
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
