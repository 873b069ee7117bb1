//! This provider's error bodies, read into verdicts.
//!
//! No real sample of an error is known, so every shape that any client looks for is accepted:
//! `error` with `message`, an array `errors`, OAuth's `error` with `error_description`, the old
//! API's bare `error`, and plain text.

use pay_core::{
    FieldError,
    provider::{Answer, Base, Operation, Problem, Route, Verdict},
};
use serde::Deserialize;
use serde_json::Value;

use crate::TransactionResult;

/// Reads what is not a plain success; `None` leaves the answer to the call and its status.
pub(crate) fn read(operation: &Operation, answer: &Answer) -> Option<Verdict> {
    let ok = answer.status.is_success();
    if operation.base == Base::Gateway && operation.is_write() {
        // The first-party plugins look at the object and not at the status: so do we, first.
        if let Some(transaction) = Glimpse::of(&answer.body) {
            if !ok {
                return Some(transaction.under_an_error(answer.status.as_u16()));
            }
            // A raw call has no type of its own that would see the decline.
            if operation.route == Route::Raw && transaction.is_declined() {
                return Some(Verdict::Declined(transaction.problem()));
            }
            return None;
        }
    }
    let body = ErrorBody::parse(&answer.body);
    if ok {
        return match body {
            Some(body) if body.is_error() => {
                Some(Verdict::Unclear(format!("an error under HTTP 2xx: {}", body.message())))
            }
            _ => None,
        };
    }
    let problem = match body {
        Some(body) => body.into_problem(),
        None => Problem::new(plain_text(&answer.body)),
    };
    // "When a request is valid but does not complete successfully, we return a 402."
    if answer.status.as_u16() == 402 && operation.is_write() && operation.base == Base::Gateway {
        return Some(Verdict::Declined(problem));
    }
    Some(Verdict::ByStatus(problem))
}

/// As much of a transaction as tells how it ended.
#[derive(Deserialize)]
struct Glimpse {
    #[serde(default)]
    transaction_result: Option<TransactionResult>,
    #[serde(default)]
    transaction_success: Value,
    #[serde(default)]
    transaction_message: Value,
}

impl Glimpse {
    fn of(body: &[u8]) -> Option<Self> {
        let glimpse: Self = serde_json::from_slice(body).ok()?;
        (glimpse.transaction_result.is_some() || !glimpse.transaction_success.is_null())
            .then_some(glimpse)
    }

    fn is_declined(&self) -> bool {
        self.transaction_result == Some(TransactionResult::Declined)
            && self.transaction_success != Value::Bool(true)
    }

    fn under_an_error(self, status: u16) -> Verdict {
        if self.is_declined() {
            return Verdict::Declined(self.problem());
        }
        let result = self.transaction_result.as_ref().map_or("no result", |result| result.as_str());
        Verdict::Unclear(format!("HTTP {status} with a transaction that says {result}"))
    }

    fn problem(self) -> Problem {
        Problem { message: text(&self.transaction_message), ..Problem::default() }
    }
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
    fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    fn is_error(&self) -> bool {
        text(&self.error).is_some() || !self.items().is_empty()
    }

    fn items(&self) -> &[Value] {
        self.errors.as_array().map_or(&[], Vec::as_slice)
    }

    fn message(&self) -> String {
        let first = self.items().first();
        text(&self.message)
            .or_else(|| text(&self.error_description))
            .or_else(|| first.and_then(|item| text(item.get("message").unwrap_or(item))))
            .or_else(|| text(&self.error))
            .unwrap_or_default()
    }

    fn code(&self) -> Option<String> {
        let first = self.items().first();
        first.and_then(|item| text(item.get("code")?)).or_else(|| {
            // A code is one word; a sentence is the message.
            text(&self.error).filter(|error| !error.contains(' '))
        })
    }

    fn into_problem(self) -> Problem {
        let fields = self.items().iter().filter_map(|item| {
            let field = text(item.get("field").or_else(|| item.get("field_name"))?)?;
            let message = text(item.get("message")?).unwrap_or_default();
            Some(FieldError::new(field, message).with_code(item.get("code").and_then(text)))
        });
        Problem {
            code: self.code(),
            message: Some(self.message()),
            fields: fields.collect(),
            ..Problem::default()
        }
    }
}

/// A string, or a number as a string.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The beginning of a body that is not JSON. A page of HTML tells a reader nothing.
fn plain_text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.starts_with('<') {
        return "an HTML page".to_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
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
