//! This provider's errors, read by their name: HTTP says 200 or 500 to all of them, and the
//! numeric codes repeat. (Document: API Response, API Response Errors.)

use pay_core::{
    Error, ErrorKind,
    provider::{Answer, Operation, Problem, Verdict, json, plain_text, scalar_text},
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

pay_core::open_enum! {
    /// The name of an error, as NumeroPay lists them. From [`error_name`].
    ///
    /// | name | is |
    /// |---|---|
    /// | `SYSTEM_ERROR` | [`is_provider_fault`](Error::is_provider_fault); after a write the outcome is unknown |
    /// | `BAD_REQUEST`, `NOT_IMPLEMENTED` | [`is_invalid`](Error::is_invalid) |
    /// | `NOT_FOUND`, `UNKNOWN_USER` | [`is_not_found`](Error::is_not_found) |
    /// | `FORBIDDEN` | [`is_forbidden`](Error::is_forbidden) |
    /// | `USER_EXIST`, `MERCHANT_EXIST` | the kind [`Refused`](ErrorKind::Refused) |
    ///
    /// All but `SYSTEM_ERROR` say that nothing was done.
    pub enum ErrorName {
        /// A fault on their side.
        SystemError = "SYSTEM_ERROR",
        /// A user with this e-mail address exists.
        UserExist = "USER_EXIST",
        /// A merchant with this ABN or ACN exists.
        MerchantExist = "MERCHANT_EXIST",
        /// The input is malformed or incomplete.
        BadRequest = "BAD_REQUEST",
        /// There is no such method or route.
        NotImplemented = "NOT_IMPLEMENTED",
        /// There is no such user.
        UnknownUser = "UNKNOWN_USER",
        /// There is no such thing.
        NotFound = "NOT_FOUND",
        /// Not allowed, such as another merchant's payment.
        Forbidden = "FORBIDDEN",
    }
}

/// The name that NumeroPay gave to the error. `None` if it gave none, as when nothing was sent or
/// heard. The same text is [`Error::code`].
///
/// ```
/// # async fn example(client: numeropay::Client, id: numeropay::PaymentId) {
/// use numeropay::{ErrorName, error_name};
/// match client.payments().get(&id).await {
///     Ok(payment) => println!("{:?}", payment.state),
///     Err(error) if error_name(&error) == Some(ErrorName::Forbidden) => println!("not ours"),
///     Err(error) => println!("{error}"),
/// }
/// # }
/// ```
#[must_use]
pub fn error_name(error: &Error) -> Option<ErrorName> {
    error.code().map(ErrorName::from)
}

/// Reads what is not a plain success; `None` leaves the answer to the call.
pub(crate) fn read(operation: &Operation, answer: &Answer) -> Option<Verdict> {
    let ok = answer.status.is_success();
    let Ok(wrapper) = json::from_slice::<Wrapper<'_>>(&answer.body) else {
        return Some(if ok {
            Verdict::Unclear("the answer is not the object that every answer should be".to_owned())
        } else {
            Verdict::ByStatus(Problem::new(plain_text(&answer.body)))
        });
    };
    match wrapper.success {
        Value::Bool(true) if !wrapper.error.is_null() => {
            Some(Verdict::Unclear("a success with an error in it".to_owned()))
        }
        Value::Bool(true) if ok => None,
        Value::Bool(true) => {
            Some(Verdict::Unclear(format!("a success under HTTP {}", answer.status.as_u16())))
        }
        Value::Bool(false) => Some(wrapper.failure(operation)),
        _ if ok => Some(Verdict::Unclear("`success` is neither true nor false".to_owned())),
        // Not their wrapper: something in between has answered.
        _ => Some(Verdict::ByStatus(wrapper.problem())),
    }
}

#[derive(Deserialize)]
struct Wrapper<'a> {
    #[serde(default)]
    success: Value,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    message: Value,
    #[serde(default, borrow)]
    data: Option<&'a RawValue>,
}

impl Wrapper<'_> {
    fn failure(&self, operation: &Operation) -> Verdict {
        let problem = self.problem();
        let kind = match self.name().map(ErrorName::from) {
            Some(ErrorName::SystemError) => return Verdict::Faulty(problem),
            Some(ErrorName::BadRequest | ErrorName::NotImplemented) => ErrorKind::Invalid,
            Some(ErrorName::NotFound | ErrorName::UnknownUser) => ErrorKind::NotFound,
            Some(ErrorName::Forbidden) => ErrorKind::Forbidden,
            Some(ErrorName::UserExist | ErrorName::MerchantExist) => ErrorKind::Refused,
            // What an error for a bad token looks like is in no source. Its number might tell, but
            // it proves nothing of a write.
            Some(ErrorName::Unknown(_)) | None if self.number().as_deref() == Some("401") => {
                let problem = problem.with_kind(ErrorKind::Unauthorized);
                return if operation.is_write() {
                    Verdict::ByStatus(problem)
                } else {
                    Verdict::Refused(problem)
                };
            }
            Some(ErrorName::Unknown(_)) | None => return Verdict::ByStatus(problem),
        };
        // A refusal that hands out what was asked for is none.
        if self.data.is_some() && operation.is_write() {
            return Verdict::Unclear(format!("{} with data", kind.as_str()));
        }
        Verdict::Refused(problem.with_kind(kind))
    }

    fn name(&self) -> Option<&str> {
        self.error.get("name")?.as_str()
    }

    fn number(&self) -> Option<String> {
        scalar_text(self.error.get("code")?)
    }

    fn problem(&self) -> Problem {
        let message = self
            .error
            .get("message")
            .and_then(scalar_text)
            .or_else(|| scalar_text(&self.error))
            .or_else(|| scalar_text(&self.message))
            .unwrap_or_default();
        let code = self.name().map(str::to_owned).or_else(|| self.number());
        Problem::new(message).with_code(code)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::operations::{PAYMENTS_CREATE, PAYMENTS_GET};

    fn read_as(operation: &Operation, status: u16, body: &str) -> Option<Verdict> {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        read(operation, &answer)
    }

    #[test]
    fn a_listed_name_decides_whatever_the_status_and_the_number() {
        for status in [200, 400, 404, 500, 501] {
            for code in [400, 403, 404, 406, 500, 501] {
                for (name, kind) in [
                    ("USER_EXIST", ErrorKind::Refused),
                    ("MERCHANT_EXIST", ErrorKind::Refused),
                    ("BAD_REQUEST", ErrorKind::Invalid),
                    ("NOT_IMPLEMENTED", ErrorKind::Invalid),
                    ("UNKNOWN_USER", ErrorKind::NotFound),
                    ("NOT_FOUND", ErrorKind::NotFound),
                    ("FORBIDDEN", ErrorKind::Forbidden),
                ] {
                    let body = format!(
                        r#"{{"success":false,"error":{{"code":{code},"message":"no","name":"{name}"}}}}"#
                    );
                    let verdict = read_as(&PAYMENTS_CREATE, status, &body);
                    let Some(Verdict::Refused(problem)) = verdict else { panic!("{verdict:?}") };
                    assert_eq!(problem.kind, Some(kind), "{name}");
                    assert_eq!(problem.code.as_deref(), Some(name));
                    assert_eq!(problem.message.as_deref(), Some("no"));
                }
                let body = format!(
                    r#"{{"success":false,"error":{{"code":{code},"name":"SYSTEM_ERROR"}},"data":{{}}}}"#
                );
                let verdict = read_as(&PAYMENTS_CREATE, status, &body);
                assert!(matches!(verdict, Some(Verdict::Faulty(_))), "{verdict:?}");
            }
        }
    }

    #[test]
    fn what_is_not_listed_proves_nothing() {
        for body in [
            r#"{"success":false}"#,
            r#"{"success":false,"error":null}"#,
            r#"{"success":false,"error":{}}"#,
            r#"{"success":false,"error":{"code":400}}"#,
            r#"{"success":false,"error":{"code":400,"name":"bad_request"}}"#,
            r#"{"success":false,"error":{"code":400,"name":["BAD_REQUEST"]}}"#,
            r#"{"success":false,"error":"BAD_REQUEST"}"#,
            r#"{"success":false,"error":{"code":401,"name":"INVALID_TOKEN"}}"#,
        ] {
            for status in [200, 500] {
                let verdict = read_as(&PAYMENTS_CREATE, status, body);
                assert!(matches!(verdict, Some(Verdict::ByStatus(_))), "{body}: {verdict:?}");
            }
        }
        let body = r#"{"success":false,"error":{"code":401,"name":"INVALID_TOKEN"}}"#;
        let Some(Verdict::Refused(problem)) = read_as(&PAYMENTS_GET, 200, body) else { panic!() };
        assert_eq!(problem.kind, Some(ErrorKind::Unauthorized));
    }

    #[test]
    fn what_contradicts_itself_is_neither() {
        for (status, body) in [
            (200, r#"{"success":true,"error":{"name":"BAD_REQUEST"},"data":{}}"#),
            (200, r#"{"success":true,"error":"x"}"#),
            (500, r#"{"success":true,"data":{"id":"1"}}"#),
            (302, r#"{"success":true,"data":{"id":"1"}}"#),
            (200, r#"{"success":"true","data":{"id":"1"}}"#),
            (200, r#"{"success":"false","error":{"name":"BAD_REQUEST"}}"#),
            (200, r#"{"success":1,"data":{"id":"1"}}"#),
            (200, r#"{"success":null,"data":{"id":"1"}}"#),
            (200, r#"{"data":{"id":"1"}}"#),
            (200, r#"{"success":true,"success":false,"data":{"id":"1"}}"#),
            (200, r#"[true,{"id":"1"}]"#),
            (200, r#"{"success":false,"data":{"id":"1"},"error":{"name":"FORBIDDEN"}}"#),
            (200, "true"),
            (200, ""),
            (200, "<html>"),
            (200, r#"{"success":true,"data":{"id":"1"}"#),
        ] {
            let verdict = read_as(&PAYMENTS_CREATE, status, body);
            assert!(matches!(verdict, Some(Verdict::Unclear(_))), "{status} {body}: {verdict:?}");
        }
    }

    #[test]
    fn another_answerer_is_judged_by_its_status() {
        for (body, message) in [
            (r#"{"message":"Unauthorized"}"#, "Unauthorized"),
            (r#"{"success":"false","error":{"name":"BAD_REQUEST","message":"x"}}"#, "x"),
            (r#"{"error":"no"}"#, "no"),
            ("<html>502</html>", "an HTML page"),
            ("  no \n luck", "no luck"),
            ("", ""),
        ] {
            let verdict = read_as(&PAYMENTS_CREATE, 502, body);
            let Some(Verdict::ByStatus(problem)) = verdict else { panic!("{body}: {verdict:?}") };
            assert_eq!(problem.message.as_deref(), Some(message), "{body}");
        }
    }

    #[test]
    fn a_success_is_left_to_the_call() {
        for body in [
            r#"{"success":true}"#,
            r#"{"data":{"id":"1"},"success":true}"#,
            r#"{"success":true,"data":[],"error":null,"new":1}"#,
        ] {
            assert!(read_as(&PAYMENTS_CREATE, 200, body).is_none(), "{body}");
        }
    }
}
