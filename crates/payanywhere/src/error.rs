//! This provider's error bodies, read into verdicts. None is documented. Two public clients look for
//! a `message`, one for a `detail` too; a decline has a `status_code` other than "00".

use pay_core::{
    ErrorKind,
    provider::{Answer, Base, Operation, Problem, Route, Verdict, json, plain_text, scalar_text},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{operations, status_code::StatusCode};

/// Reads what is not a plain success; `None` leaves the answer to the call and its status.
pub(crate) fn read(operation: &Operation, answer: &Answer) -> Option<Verdict> {
    let status = answer.status.as_u16();
    let ok = answer.status.is_success();
    let body = json::from_slice::<Body>(&answer.body).ok();
    let problem = match &body {
        Some(body) => body.problem(),
        None => Problem::new(plain_text(&answer.body)),
    };
    // "Unauthenticated Response: 404." The other two are not documented; to be told by them and to
    // knock again would lock an account as well.
    if operation.id == operations::LOG_IN.id && matches!(status, 401 | 403 | 404) {
        return Some(Verdict::Refused(problem.with_kind(ErrorKind::Unauthorized)));
    }
    if operation.base == Base::Gateway && operation.is_write() {
        match body.as_ref().and_then(Body::verdict) {
            Some(StatusCode::Declined) if !ok || is_judged_here(operation) => {
                return Some(Verdict::Declined(problem));
            }
            Some(StatusCode::Approved) if !ok => {
                return Some(Verdict::Unclear(format!("HTTP {status} with an approval")));
            }
            _ => {}
        }
    }
    if !ok {
        return Some(Verdict::ByStatus(problem));
    }
    match &body {
        Some(body) if scalar_text(&body.error).is_some() || body.error.is_object() => {
            let message = problem.message.unwrap_or_default();
            Some(Verdict::Unclear(format!("an error under HTTP {status}: {message}")))
        }
        // Nothing else looks at this one's body. Of a code it must be known what it says.
        Some(body)
            if operation.id == operations::TERMINAL_NOTIFY.id
                && !body.status_code.is_null()
                && body.verdict() != Some(StatusCode::Approved) =>
        {
            Some(Verdict::Unclear("a status_code of unknown meaning".to_owned()))
        }
        // An empty one is as good as any.
        None if operation.id == operations::TERMINAL_NOTIFY.id
            && !answer.body.trim_ascii().is_empty() =>
        {
            Some(Verdict::Unclear("the answer is not a JSON object".to_owned()))
        }
        _ => None,
    }
}

/// Whether no type of the call's own would see a decline.
fn is_judged_here(operation: &Operation) -> bool {
    operation.route == Route::Raw
        || operation.id == operations::TERMINAL_NOTIFY.id
        || operation.id == operations::INVOICES_CREATE.id
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    status_code: Value,
    #[serde(default)]
    status_message: Value,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    detail: Value,
    #[serde(default)]
    error: Value,
}

impl Body {
    /// The verdict: text, as everywhere where it is one.
    fn verdict(&self) -> Option<StatusCode> {
        self.status_code.as_str().map(StatusCode::read)
    }

    fn problem(&self) -> Problem {
        let message = scalar_text(&self.status_message)
            .or_else(|| scalar_text(&self.message))
            .or_else(|| scalar_text(&self.detail))
            .or_else(|| scalar_text(&self.error))
            .or_else(|| scalar_text(self.error.get("message")?))
            .unwrap_or_default();
        Problem::new(message).with_code(scalar_text(&self.status_code))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;
    use crate::operations::{
        INVOICES_CREATE, LOG_IN, REFRESH_SESSION, TERMINAL_NOTIFY, TRANSACTIONS_GET,
        TRANSACTIONS_REFUND,
    };

    fn read_as(operation: &Operation, status: u16, body: &str) -> Option<Verdict> {
        let status = http::StatusCode::from_u16(status).unwrap();
        let body = Bytes::copy_from_slice(body.as_bytes());
        read(operation, &Answer { status, headers: HeaderMap::new(), body })
    }

    #[test]
    fn a_404_of_the_login_is_bad_credentials_and_no_other_is() {
        for body in ["", r#"{"message":"Unauthorized Request"}"#, "<html>", "no"] {
            for status in [401, 403, 404] {
                let verdict = read_as(&LOG_IN, status, body);
                let Some(Verdict::Refused(problem)) = verdict else { panic!("{verdict:?}") };
                assert_eq!(problem.kind, Some(ErrorKind::Unauthorized), "{status}");
            }
            for (operation, status) in
                [(&LOG_IN, 400), (&TRANSACTIONS_GET, 404), (&REFRESH_SESSION, 404)]
            {
                let verdict = read_as(operation, status, body);
                assert!(matches!(verdict, Some(Verdict::ByStatus(_))), "{verdict:?}");
            }
        }
    }

    #[test]
    fn every_shape_of_an_error_gives_its_message() {
        for (body, message) in [
            (r#"{"message":"no such account"}"#, "no such account"),
            (r#"{"detail":"no such account"}"#, "no such account"),
            (r#"{"error":"no such account"}"#, "no such account"),
            (r#"{"error":{"message":"no such account"}}"#, "no such account"),
            (r#"{"status_code":400,"message":"no such account"}"#, "no such account"),
            (r#"{"message":{"deep":1}}"#, ""),
            ("no  such\naccount", "no such account"),
            ("<html>502</html>", "an HTML page"),
            ("", ""),
            ("[1]", "[1]"),
        ] {
            let verdict = read_as(&TRANSACTIONS_REFUND, 400, body);
            let Some(Verdict::ByStatus(problem)) = verdict else { panic!("{body}: {verdict:?}") };
            assert_eq!(problem.message.as_deref(), Some(message), "{body}");
        }
    }

    #[test]
    fn a_decline_is_one_under_any_status_and_an_approval_under_an_error_is_neither() {
        let declined = r#"{"status_code":"05","status_message":"Do Not Honor"}"#;
        for status in [400, 402, 422, 500] {
            let verdict = read_as(&TRANSACTIONS_REFUND, status, declined);
            let Some(Verdict::Declined(problem)) = verdict else { panic!("{verdict:?}") };
            assert_eq!(problem.code.as_deref(), Some("05"));
            assert_eq!(problem.message.as_deref(), Some("Do Not Honor"));
            let verdict = read_as(&TRANSACTIONS_REFUND, status, r#"{"status_code":"00"}"#);
            assert!(matches!(verdict, Some(Verdict::Unclear(_))), "{verdict:?}");
        }
        for operation in [&TERMINAL_NOTIFY, &INVOICES_CREATE] {
            let verdict = read_as(operation, 200, declined);
            assert!(matches!(verdict, Some(Verdict::Declined(_))), "{verdict:?}");
        }
        let verdict = read_as(&TRANSACTIONS_GET, 404, declined);
        assert!(matches!(verdict, Some(Verdict::ByStatus(_))), "{verdict:?}");
        assert!(read_as(&TRANSACTIONS_GET, 200, declined).is_none());
        assert!(read_as(&TRANSACTIONS_REFUND, 200, declined).is_none());
    }

    #[test]
    fn a_number_is_no_code() {
        for status in [400, 402, 422, 500] {
            for number in ["5", "7", "51", "0"] {
                let body = format!(r#"{{"status_code":{number},"message":"no"}}"#);
                let verdict = read_as(&TRANSACTIONS_REFUND, status, &body);
                let Some(Verdict::ByStatus(problem)) = verdict else { panic!("{verdict:?}") };
                assert_eq!(problem.code.as_deref(), Some(number), "for a person");
            }
        }
    }

    #[test]
    fn an_error_under_a_success_is_none() {
        for body in [r#"{"error":"no"}"#, r#"{"error":{},"status_code":"00"}"#] {
            let verdict = read_as(&TRANSACTIONS_REFUND, 200, body);
            assert!(matches!(verdict, Some(Verdict::Unclear(_))), "{verdict:?}");
        }
        for body in [
            "<html>",
            "[]",
            "\"sent\"",
            r#"{"status_code":400,"message":"no"}"#,
            r#"{"status_code":7}"#,
            r#"{"status_code":"OK"}"#,
            r#"{"status_code":{}}"#,
        ] {
            let verdict = read_as(&TERMINAL_NOTIFY, 200, body);
            assert!(matches!(verdict, Some(Verdict::Unclear(_))), "{verdict:?}");
        }
        for body in
            ["", " \n", "{}", r#"{"message":"sent","error":null}"#, r#"{"status_code":"00"}"#]
        {
            assert!(read_as(&TERMINAL_NOTIFY, 202, body).is_none(), "{body}");
        }
    }
}
