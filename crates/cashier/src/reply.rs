//! What the answers to writes have in common, and what they mean.

use pay_core::{
    Amount, Currency, Reference, Secret,
    provider::{Problem, Verdict, scalar_text},
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    Status,
    error::{is_told, problem},
};

/// Any answer to a write: every attribute that the document names, and echoes of the request that
/// it does not. Private, without `Debug`: a token or the URL of a payer's page may be in it.
#[derive(Deserialize)]
pub(crate) struct Reply {
    #[serde(default)]
    token: Option<Box<RawValue>>,
    #[serde(default)]
    url: Value,
    #[serde(default)]
    transaction_status: Value,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    errors: Value,
    #[serde(default)]
    code: Value,
    #[serde(default)]
    tracking_id: Value,
    #[serde(default)]
    amount: Option<Box<RawValue>>,
    #[serde(default)]
    currency: Value,
}

/// What a reply must not contradict.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) amount: Amount,
    pub(crate) currency: Currency,
    pub(crate) reference: &'a Reference,
}

impl Reply {
    /// The status; `Err` says why there is one that cannot be understood.
    pub(crate) fn status(&self) -> Result<Option<Status>, Verdict> {
        match &self.transaction_status {
            Value::Null => Ok(None),
            Value::String(word) if word.is_empty() => Ok(None),
            Value::String(word) => match Status::from(word.as_str()) {
                Status::Unknown(_) => Err(unclear("a transaction_status that is not known")),
                status => Ok(Some(status)),
            },
            _ => Err(unclear("a transaction_status that is no text")),
        }
    }

    /// Where the payer must be sent: a text that is not empty.
    pub(crate) fn url(&self) -> Result<Option<&str>, Verdict> {
        match &self.url {
            Value::Null => Ok(None),
            Value::String(url) if url.trim().is_empty() => Ok(None),
            Value::String(url) => Ok(Some(url)),
            _ => Err(unclear("a url that is no text")),
        }
    }

    /// The token of a page: a text that is not empty.
    pub(crate) fn token(&self) -> Option<Secret> {
        let token: Secret = serde_json::from_str(self.token.as_ref()?.get()).ok()?;
        (!token.expose().trim().is_empty()).then_some(token)
    }

    pub(crate) fn message(&self) -> Option<String> {
        scalar_text(&self.message)
    }

    /// Whether it carries an `error` that says something.
    pub(crate) fn has_error(&self) -> bool {
        is_told(&self.error)
    }

    /// Whether all that is known of it is words, as errors have them: nothing that the document shows
    /// in a success. What they say, nobody can know.
    pub(crate) fn is_words_alone(&self) -> bool {
        let has_words = [&self.message, &self.errors, &self.code].into_iter().any(is_told);
        let has_page = self.token().is_some() || matches!(self.url(), Ok(Some(_)));
        has_words && !has_page && matches!(self.status(), Ok(None))
    }

    /// The decline that a rejected reply is.
    pub(crate) fn declined(&self) -> Verdict {
        let told = problem(&self.error);
        let message = told.message.or_else(|| self.message());
        Verdict::Declined(Problem { message, ..told })
    }

    /// The verdict of an answer that makes a payment: rejected is a decline, an `error` beside
    /// any other status cannot be understood, and everything else is for `accepted` to say.
    pub(crate) fn judge(
        &self,
        expected: Expected<'_>,
        accepted: impl FnOnce(Option<Status>) -> Verdict,
    ) -> Verdict {
        let verdict = match self.status() {
            Err(unclear) => unclear,
            Ok(Some(Status::Rejected)) => self.declined(),
            Ok(_) if self.has_error() => unclear("an error beside a status that is not rejected"),
            Ok(status) => accepted(status),
        };
        if self.is_foreign(expected) {
            return Verdict::Foreign("the tracking_id is not the one that was sent".to_owned());
        }
        match (verdict, self.contradiction(expected)) {
            (verdict, None) => verdict,
            (Verdict::Succeeded, Some(why)) => Verdict::Contradicts(why),
            // A decline of something else is no answer to this request.
            (_, Some(why)) => Verdict::Unclear(why),
        }
    }

    /// The verdict of an answer that opens a page: it must bring the page's token.
    pub(crate) fn judge_token(&self, expected: Expected<'_>) -> Verdict {
        self.judge(expected, |_| match self.token() {
            Some(_) => Verdict::Succeeded,
            None => unclear("an answer without a token"),
        })
    }

    fn contradiction(&self, expected: Expected<'_>) -> Option<String> {
        let told = self.amount.as_ref().and_then(|raw| serde_json::from_str(raw.get()).ok());
        if let Some(told) = told
            && expected.amount != told
        {
            return Some(format!("the amount is {told}, asked for was {}", expected.amount));
        }
        let told = self.currency.as_str().and_then(|code| code.parse::<Currency>().ok());
        if let Some(told) = told
            && expected.currency != told
        {
            return Some(format!("the currency is {told}, asked for was {}", expected.currency));
        }
        None
    }

    /// Whether it is another payment.
    fn is_foreign(&self, expected: Expected<'_>) -> bool {
        let told = self.tracking_id.as_str().filter(|id| !id.is_empty());
        told.is_some_and(|told| told != expected.reference.as_str())
    }
}

pub(crate) fn unclear(why: &str) -> Verdict {
    Verdict::Unclear(why.to_owned())
}
