//! This provider's error bodies, read into verdicts.
//!
//! No source shows one, so every usual shape is accepted: `error` or `message` as a text or an
//! object, `errors` as a list or by field, and plain text.

use pay_core::{
    FieldError,
    provider::{Answer, Operation, Problem, Route, Verdict, json, plain_text, scalar_text},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{Status, operations};

/// Reads what is not a plain success; `None` leaves the answer to the call and its status.
pub(crate) fn read(operation: &Operation, answer: &Answer) -> Option<Verdict> {
    let body = Body::parse(&answer.body);
    if answer.status.is_success() {
        // Every other call looks at the status itself; a raw one has no type that would.
        let raw_write = operation.route == Route::Raw && operation.is_write();
        return body.filter(|_| raw_write).and_then(Body::raw_verdict);
    }
    let Some(body) = body else {
        return Some(Verdict::ByStatus(Problem::new(plain_text(&answer.body))));
    };
    match body.status() {
        Some(Status::Rejected) if decides_on_money(operation) => {
            Some(Verdict::Declined(body.problem()))
        }
        Some(status) if decides_on_money(operation) => Some(Verdict::Unclear(format!(
            "HTTP {} with a transaction that is {status}",
            answer.status.as_u16()
        ))),
        // Of a payout it may be the status that it had before.
        _ => Some(Verdict::ByStatus(body.problem())),
    }
}

/// Whether a status in the answer is that of the payment which the call makes.
fn decides_on_money(operation: &Operation) -> bool {
    let made = [
        operations::PAYMENTS_HOSTED.id,
        operations::PAYMENTS_DIRECT.id,
        operations::PAYMENTS_S2S.id,
        operations::PAYOUTS_CREATE.id,
    ];
    made.contains(&operation.id) || (operation.route == Route::Raw && operation.is_write())
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    transaction_status: Value,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    code: Value,
    #[serde(default)]
    errors: Value,
}

impl Body {
    fn parse(body: &[u8]) -> Option<Self> {
        json::from_slice(body).ok()
    }

    fn status(&self) -> Option<Status> {
        self.transaction_status.as_str().filter(|text| !text.is_empty()).map(Status::from)
    }

    fn raw_verdict(self) -> Option<Verdict> {
        match self.status() {
            Some(Status::Rejected) => Some(Verdict::Declined(self.problem())),
            _ if is_told(&self.error) => Some(Verdict::Unclear(format!(
                "an error under HTTP 2xx: {}",
                self.problem().message.unwrap_or_default()
            ))),
            _ => None,
        }
    }

    fn problem(self) -> Problem {
        let own = problem(&self.error);
        let first = match &self.errors {
            Value::Array(items) => items.first().map(problem).unwrap_or_default(),
            _ => Problem::default(),
        };
        let fields = field_errors(&self.errors);
        Problem {
            code: own.code.or_else(|| scalar_text(&self.code)).or(first.code),
            message: scalar_text(&self.message).or(own.message).or(first.message),
            fields,
            ..Problem::default()
        }
    }
}

/// The fields that are wrong: a list of objects that name them, or an object with a text or a list
/// of texts for each.
fn field_errors(errors: &Value) -> Vec<FieldError> {
    let listed = errors.as_array().into_iter().flatten().filter_map(|item| {
        let field = scalar_text(item.get("field")?)?;
        let message = scalar_text(item.get("message")?).unwrap_or_default();
        Some(FieldError::new(field, message).with_code(item.get("code").and_then(scalar_text)))
    });
    let keyed = errors.as_object().into_iter().flatten().filter_map(|(field, told)| {
        let message = scalar_text(told).or_else(|| scalar_text(told.as_array()?.first()?))?;
        Some(FieldError::new(field, message))
    });
    listed.chain(keyed).collect()
}

/// Whether an `error` attribute says anything.
pub(crate) fn is_told(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

/// What an `error` attribute says. Its type is unknown.
pub(crate) fn problem(error: &Value) -> Problem {
    match error {
        Value::String(text) if !text.is_empty() => {
            // A code is one word; a sentence is the message.
            let code = (!text.contains(' ')).then(|| text.clone());
            Problem::new(text.as_str()).with_code(code)
        }
        Value::Number(number) => Problem::default().with_code(Some(number.to_string())),
        Value::Array(items) => items.first().map(problem).unwrap_or_default(),
        Value::Object(_) => {
            let field =
                |names: &[&str]| names.iter().find_map(|name| scalar_text(error.get(name)?));
            Problem {
                code: field(&["code", "error_code"]),
                message: field(&["message", "description", "reason", "detail", "error"]),
                ..Problem::default()
            }
        }
        _ => Problem::default(),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn read_as(operation: &Operation, status: u16, body: &str) -> Option<Verdict> {
        let status = StatusCode::from_u16(status).unwrap();
        let body = Bytes::from(body.to_owned());
        read(operation, &Answer { status, headers: HeaderMap::new(), body })
    }

    #[test]
    fn every_shape_of_an_error_gives_code_and_message() {
        for (body, code, message) in [
            (r#"{"message":"no amount"}"#, None, "no amount"),
            (r#"{"error":"no amount"}"#, None, "no amount"),
            (r#"{"error":"NO_AMOUNT"}"#, Some("NO_AMOUNT"), "NO_AMOUNT"),
            (r#"{"error":{"code":7,"message":"no amount"}}"#, Some("7"), "no amount"),
            (r#"{"code":"E1","message":"no amount"}"#, Some("E1"), "no amount"),
            (r#"{"errors":[{"field":"amount","message":"no amount"}]}"#, None, "no amount"),
            (r#"{"errors":["no amount"]}"#, None, "no amount"),
            ("no  amount\n", None, "no amount"),
            ("<html>502</html>", None, "an HTML page"),
            ("\"no amount\"", None, "\"no amount\""),
        ] {
            let verdict = read_as(&operations::PAYMENTS_HOSTED, 400, body);
            let Some(Verdict::ByStatus(problem)) = verdict else { panic!("{body}: {verdict:?}") };
            assert_eq!(problem.code.as_deref(), code, "{body}");
            assert_eq!(problem.message.as_deref(), Some(message), "{body}");
        }
    }

    #[test]
    fn wrong_fields_are_named_in_either_shape() {
        for body in [
            r#"{"errors":[{"field":"amount","message":"too small","code":"min"}]}"#,
            r#"{"message":"invalid","errors":{"amount":["too small","odd"]}}"#,
            r#"{"errors":{"amount":"too small","x":[],"y":null}}"#,
        ] {
            let verdict = read_as(&operations::PAYMENTS_HOSTED, 400, body);
            let Some(Verdict::ByStatus(problem)) = verdict else { panic!("{body}: {verdict:?}") };
            let [field] = problem.fields.as_slice() else { panic!("{body}: {problem:?}") };
            assert_eq!((&*field.field, &*field.message), ("amount", "too small"), "{body}");
        }
    }

    #[test]
    fn a_rejected_payment_is_a_decline_under_any_status() {
        for status in [400, 402, 422, 500] {
            let body = r#"{"transaction_status":"rejected","error":"Insufficient funds"}"#;
            let verdict = read_as(&operations::PAYMENTS_S2S, status, body);
            assert!(matches!(verdict, Some(Verdict::Declined(_))), "{status}: {verdict:?}");
        }
    }

    #[test]
    fn a_payment_that_is_not_rejected_under_an_error_is_neither() {
        for state in ["pending", "successful", "on_hold"] {
            let body = format!(r#"{{"transaction_status":"{state}"}}"#);
            let verdict = read_as(&operations::PAYMENTS_S2S, 400, &body);
            assert!(matches!(verdict, Some(Verdict::Unclear(_))), "{state}: {verdict:?}");
        }
    }

    #[test]
    fn the_status_of_a_payout_may_be_an_old_one() {
        for operation in [&operations::PAYOUTS_APPROVE, &operations::PAYOUTS_REJECT] {
            for state in ["pending", "rejected", "successful"] {
                let body = format!(r#"{{"transaction_status":"{state}","message":"too late"}}"#);
                let verdict = read_as(operation, 400, &body);
                assert!(matches!(verdict, Some(Verdict::ByStatus(_))), "{state}: {verdict:?}");
            }
        }
    }

    #[test]
    fn a_success_is_left_to_the_call() {
        for body in ["", "{}", r#"{"token":"x"}"#, "[]", r#"{"transaction_status":"rejected"}"#] {
            assert!(read_as(&operations::PAYMENTS_S2S, 200, body).is_none(), "{body}");
        }
    }
}
