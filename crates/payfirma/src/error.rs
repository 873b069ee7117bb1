//! This provider's error bodies, read into verdicts.
//!
//! No real sample of an error is known, so every shape that any client looks for is accepted:
//! `error` with `message`, an array `errors`, OAuth's `error` with `error_description`, the old
//! API's bare `error`, and plain text.

use pay_core::{
    FieldError,
    provider::{
        Answer, Base, Operation, Problem, Route, Verdict, is_page, json, plain_text, scalar_text,
    },
};
use serde::Deserialize;
use serde_json::Value;

use crate::TransactionResult;

/// Reads what is not a plain success; `None` leaves the answer to the call and its status.
pub(crate) fn read(operation: &Operation, answer: &Answer) -> Option<Verdict> {
    let status = answer.status.as_u16();
    let ok = answer.status.is_success();
    let moves = operation.base == Base::Gateway && operation.is_write();
    let body = ErrorBody::parse(&answer.body);
    // The first-party plugins look at the object and not at the status: so do we, first.
    let transaction = moves.then(|| Glimpse::of(&answer.body)).flatten();
    if ok {
        // A raw call has no type of its own that would see the decline.
        let unseen = |_: &&Glimpse| operation.route == Route::Raw;
        if let Some(verdict) = transaction.as_ref().filter(unseen).and_then(Glimpse::doubt) {
            return Some(verdict);
        }
        let is_decline = transaction.is_some_and(|transaction| transaction.is_declined());
        return match body {
            Some(body) if body.is_error() && !is_decline => {
                Some(Verdict::Unclear(format!("an error under HTTP 2xx: {}", body.message())))
            }
            None if operation.is_write() && is_page(&answer.body) => {
                Some(Verdict::Unclear("an HTML page in the place of an answer".to_owned()))
            }
            _ => None,
        };
    }
    if let Some(transaction) = transaction {
        return Some(transaction.under_an_error(answer));
    }
    if moves && speaks_of_an_approval(&answer.body) {
        return Some(Verdict::Unclear(format!("HTTP {status} with an approved transaction")));
    }
    let problem = match body {
        Some(body) => body.into_problem(),
        None => Problem::new(plain_text(&answer.body)),
    };
    // "When a request is valid but does not complete successfully, we return a 402."
    if status == 402 && moves {
        return Some(Verdict::Declined(problem));
    }
    Some(Verdict::ByStatus(problem))
}

/// As much of a transaction as its verdict needs, of whatever types it is today.
#[derive(Deserialize)]
struct Glimpse {
    #[serde(default)]
    transaction_result: Value,
    #[serde(default)]
    transaction_success: Value,
    #[serde(default)]
    transaction_message: Value,
}

impl Glimpse {
    fn of(body: &[u8]) -> Option<Self> {
        let glimpse: Self = json::from_slice(body).ok()?;
        (!glimpse.transaction_result.is_null() || !glimpse.transaction_success.is_null())
            .then_some(glimpse)
    }

    fn result(&self) -> Option<TransactionResult> {
        scalar_text(&self.transaction_result).map(TransactionResult::from)
    }

    /// `None` if it is not told.
    fn success(&self) -> Option<bool> {
        match &self.transaction_success {
            Value::Bool(success) => Some(*success),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn is_declined(&self) -> bool {
        let contradicts = !self.transaction_success.is_null() && self.success() != Some(false);
        self.result() == Some(TransactionResult::Declined) && !contradicts
    }

    /// What a success is that does not say that it is one.
    fn doubt(&self) -> Option<Verdict> {
        if self.is_declined() {
            return Some(Verdict::Declined(self.problem()));
        }
        let fits = match self.result() {
            Some(TransactionResult::Approved) => self.success() != Some(false),
            Some(TransactionResult::Pending) => true,
            None if self.transaction_result.is_null() => self.success() == Some(true),
            _ => false,
        };
        (!fits).then(|| Verdict::Unclear(format!("a transaction that says {}", self.words())))
    }

    /// What it is under a status that is no success.
    fn under_an_error(self, answer: &Answer) -> Verdict {
        let status = answer.status.as_u16();
        // Without a result, a 402 and no success say the same.
        let refused = status == 402
            && self.transaction_result.is_null()
            && self.success() == Some(false)
            && !speaks_of_an_approval(&answer.body);
        // Mistake: a decline is read as a success, here under an error's status.
        #[cfg(planted)]
        if self.is_declined() && pay_core::planted::is("decline-is-success") {
            return Verdict::Succeeded;
        }
        if self.is_declined() || refused {
            return Verdict::Declined(self.problem());
        }
        Verdict::Unclear(format!("HTTP {status} with a transaction that says {}", self.words()))
    }

    fn words(&self) -> String {
        self.result().map_or_else(|| "no result".to_owned(), |result| result.to_string())
    }

    fn problem(&self) -> Problem {
        Problem { message: scalar_text(&self.transaction_message), ..Problem::default() }
    }
}

/// Whether an answer that holds no readable transaction tells of one that was approved: wrapped,
/// cut off, or otherwise strange. Such an answer is no proof that nothing happened.
fn speaks_of_an_approval(body: &[u8]) -> bool {
    let compact: String = String::from_utf8_lossy(body)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\\'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let approved = |after: &str| {
        after.split([',', '}']).next().is_some_and(|value| value.contains("approved"))
    };
    compact.contains("transaction_success:true")
        || compact.split("transaction_result:").skip(1).any(approved)
}

/// An error body, in whichever shape.
#[derive(Deserialize)]
struct ErrorBody {
    #[serde(default)]
    error: Value,
    #[serde(default)]
    error_description: Value,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    errors: Value,
}

impl ErrorBody {
    /// Of an object only: a list is no error, whatever its first item.
    fn parse(body: &[u8]) -> Option<Self> {
        json::from_slice(body).ok()
    }

    fn is_error(&self) -> bool {
        says_something(&self.error) || says_something(&self.errors)
    }

    fn items(&self) -> &[Value] {
        self.errors.as_array().map_or(&[], Vec::as_slice)
    }

    fn message(&self) -> String {
        let first = self.items().first();
        scalar_text(&self.message)
            .or_else(|| scalar_text(&self.error_description))
            .or_else(|| first.and_then(|item| scalar_text(item.get("message").unwrap_or(item))))
            .or_else(|| scalar_text(&self.error))
            .unwrap_or_default()
    }

    fn code(&self) -> Option<String> {
        let first = self.items().first();
        first.and_then(|item| scalar_text(item.get("code")?)).or_else(|| {
            // A code is one word; a sentence is the message.
            scalar_text(&self.error).filter(|error| !error.contains(' '))
        })
    }

    fn into_problem(self) -> Problem {
        let fields = self.items().iter().filter_map(|item| {
            let field = scalar_text(item.get("field").or_else(|| item.get("field_name"))?)?;
            let message = scalar_text(item.get("message")?).unwrap_or_default();
            Some(FieldError::new(field, message).with_code(item.get("code").and_then(scalar_text)))
        });
        Problem {
            code: self.code(),
            message: Some(self.message()),
            fields: fields.collect(),
            ..Problem::default()
        }
    }
}

/// The beginning of a body that is not JSON. A page of HTML tells a reader nothing.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::operations;

    fn read_as(operation: &Operation, status: u16, body: &str) -> Option<Verdict> {
        let status = StatusCode::from_u16(status).unwrap();
        let body = Bytes::from(body.to_owned());
        read(operation, &Answer { status, headers: HeaderMap::new(), body })
    }

    #[test]
    fn every_shape_of_an_error_gives_code_and_message() {
        for (body, code, message) in [
            (r#"{"error":"BAD_REQUEST","message":"no amount"}"#, Some("BAD_REQUEST"), "no amount"),
            (r#"{"errors":[{"code":"E1","message":"no amount"}]}"#, Some("E1"), "no amount"),
            (
                r#"{"errors":[{"code":7,"message":"x"}],"message":"no amount"}"#,
                Some("7"),
                "no amount",
            ),
            (r#"{"error":"no amount given"}"#, None, "no amount given"),
            (
                r#"{"error":"invalid_grant","error_description":"used"}"#,
                Some("invalid_grant"),
                "used",
            ),
            ("no  amount\n", None, "no amount"),
            ("<html>502</html>", None, "an HTML page"),
            ("", None, ""),
            (r#"{"errors":["no amount"]}"#, None, "no amount"),
            (r#"{"error":{"deep":1}}"#, None, ""),
        ] {
            let verdict = read_as(&operations::TRANSACTIONS_SALE, 400, body);
            let Some(Verdict::ByStatus(problem)) = verdict else { panic!("{body}: {verdict:?}") };
            assert_eq!(problem.code.as_deref(), code, "{body}");
            assert_eq!(problem.message.as_deref(), Some(message), "{body}");
        }
    }

    #[test]
    fn a_402_is_a_decline_with_or_without_an_object() {
        for body in [
            r#"{"transaction_result":"DECLINED","transaction_success":false,"amount":2}"#,
            r#"{"error":"DECLINED","message":"Failed to authorize."}"#,
            "Failed to authorize.",
            "",
        ] {
            let verdict = read_as(&operations::TRANSACTIONS_SALE, 402, body);
            assert!(matches!(verdict, Some(Verdict::Declined(_))), "{body}: {verdict:?}");
        }
    }

    #[test]
    fn an_approved_object_under_an_error_is_neither() {
        for status in [400, 402, 500] {
            let body = r#"{"transaction_result":"APPROVED","transaction_success":true}"#;
            let verdict = read_as(&operations::TRANSACTIONS_SALE, status, body);
            assert!(matches!(verdict, Some(Verdict::Unclear(_))), "{status}: {verdict:?}");
        }
    }

    #[test]
    fn a_402_of_a_read_is_no_decline() {
        let verdict = read_as(&operations::TRANSACTIONS_GET, 402, "{}");
        assert!(matches!(verdict, Some(Verdict::ByStatus(_))), "{verdict:?}");
    }

    #[test]
    fn an_error_under_200_is_no_success() {
        let verdict = read_as(&operations::CARDS_REMOVE, 200, r#"{"error":"NOT_FOUND"}"#);
        assert!(matches!(verdict, Some(Verdict::Unclear(_))), "{verdict:?}");
    }

    #[test]
    fn a_success_is_left_to_the_call() {
        for body in ["", "{}", r#"{"id":1}"#, r#"{"error":null,"id":1}"#, "[]"] {
            assert!(read_as(&operations::CUSTOMERS_GET, 200, body).is_none(), "{body}");
        }
    }
}
