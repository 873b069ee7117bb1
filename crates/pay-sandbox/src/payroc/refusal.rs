//! Errors in Payroc's words: "Error Codes".

use super::{
    Reply,
    switches::{ErrorMeta, ExceptionErrors, FieldNames, OuterCode},
    validation::Violation,
};
use crate::{
    answer::{Answer, Body},
    json::{Json, Object},
    world::World,
};

/// The document's list, word for word.
const RESTRICTIONS: &str = "The following restrictions were not met: '\n -[Secure, HttpPost, \
    HttpOptions, OneWay, Soap11, Soap12, Xml, Jsv, ProtoBuf, Csv, Html, Wire, MsgPack, FormatOther, \
    AnyEndpoint]";

/// A request that Payroc does not carry out.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// One error, about the whole request or about one field of it.
    Exception {
        status: u16,
        code: &'static str,
        message: String,
        field: Option<&'static str>,
        /// Seconds of `Retry-After`.
        retry_after: Option<u64>,
    },
    /// Rules that were broken; at least one.
    Invalid(Vec<Violation>),
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self::Exception { status, code, message: message.into(), field: None, retry_after: None }
    }

    pub(crate) fn about(field: &'static str, code: &'static str, message: String) -> Self {
        Self::Exception { status: 400, code, message, field: Some(field), retry_after: None }
    }

    pub(crate) fn bad_login() -> Self {
        Self::new(401, "Unauthorized", "Invalid UserName or Password")
    }

    pub(crate) fn forbidden(message: &str) -> Self {
        Self::new(403, "UnauthorizedAccessException", message)
    }

    pub(crate) fn restricted(service: &str) -> Self {
        Self::forbidden(&format!("Could not execute service '{service}', {RESTRICTIONS}"))
    }

    /// The framework's word for a body that does not fit the request.
    pub(crate) fn unreadable() -> Self {
        Self::new(400, "RequestBindingException", "Unable to bind to request")
    }

    pub(crate) fn throttled(retry_after: Option<u64>) -> Self {
        let message = "Too many boarding request".to_owned();
        Self::Exception { status: 429, code: "429", message, field: None, retry_after }
    }

    /// What a fault of that status says: the framework's names.
    pub(crate) fn of_status(status: u16, message: &str) -> Self {
        let code = match status {
            400 => "ArgumentException",
            401 => "Unauthorized",
            403 => "UnauthorizedAccessException",
            404 => "NotFound",
            405 => "MethodNotAllowed",
            409 => "OptimisticConcurrencyException",
            429 => "429",
            503 => "ServiceUnavailable",
            _ => "Exception",
        };
        Self::new(status, code, message)
    }

    fn answer(self, world: &World) -> Answer {
        match self {
            Self::Exception { status, code, message, field, retry_after } => {
                let answer = Answer::json(status, exception(code, message, field, world));
                match retry_after {
                    None => answer,
                    Some(seconds) => answer.with_header("retry-after", seconds.to_string()),
                }
            }
            Self::Invalid(violations) => Answer::json(400, invalid(&violations, world)),
        }
    }
}

/// The answer as it leaves.
pub(crate) fn finish(reply: Reply, world: &World) -> Answer {
    let answer = reply.unwrap_or_else(|refusal| refusal.answer(world));
    answer
        .with_header("cache-control", "private".to_owned())
        .with_header("vary", "Accept".to_owned())
}

/// The same answer for a browser.
pub(crate) fn as_page(mut answer: Answer) -> Answer {
    if let Body::Json(json) = &answer.body {
        let text = json.render().replace('&', "&amp;").replace('<', "&lt;");
        let text = format!("<!DOCTYPE html><html><body><pre>{text}</pre></body></html>");
        answer.body = Body::Text { content_type: "text/html; charset=utf-8", text };
    }
    answer
}

fn exception(
    code: &'static str,
    message: String,
    field: Option<&'static str>,
    world: &World,
) -> Object {
    let errors = match (world.switch(), field) {
        (ExceptionErrors::Absent, _) => None,
        (ExceptionErrors::Repeated, Some(field)) => {
            let violation =
                Violation { code, field: field.to_owned(), message: message.clone(), value: None };
            Some(vec![error(&violation, world)])
        }
        _ => Some(Vec::new()),
    };
    status(code, message, errors)
}

fn invalid(violations: &[Violation], world: &World) -> Object {
    let first = violations.first();
    let code = match world.switch() {
        OuterCode::FirstRule => first.map_or("Predicate", |first| first.code),
        OuterCode::ValidationException => "ValidationException",
    };
    let message = first.map(|first| first.message.clone()).unwrap_or_default();
    let errors = violations.iter().map(|violation| error(violation, world)).collect();
    status(code, message, Some(errors))
}

fn status(code: &str, message: String, errors: Option<Vec<Json>>) -> Object {
    let status = Object::new()
        .with("errorCode", code)
        .with("message", message)
        .with_optional("errors", errors);
    Object::new().with("responseStatus", Json::from(status))
}

fn error(violation: &Violation, world: &World) -> Json {
    let field = match world.switch() {
        FieldNames::Pascal => violation.field.clone(),
        FieldNames::Camel => camel(&violation.field),
    };
    let meta = Object::new().with("PropertyName", violation.property_name());
    let meta = match world.switch() {
        ErrorMeta::Absent => None,
        ErrorMeta::Name => Some(Json::from(meta)),
        ErrorMeta::NameAndValue => {
            Some(Json::from(meta.with_optional("PropertyValue", violation.value.clone())))
        }
    };
    Object::new()
        .with("errorCode", violation.code)
        .with("fieldName", field)
        .with("message", violation.message.clone())
        .with_optional("meta", meta)
        .into()
}

/// `OwnerContacts[0].Ssn` as `ownerContacts[0].ssn`.
fn camel(path: &str) -> String {
    let lower = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_ascii_lowercase().to_string()).unwrap_or_default()
            + letters.as_str()
    };
    path.split('.').map(lower).collect::<Vec<_>>().join(".")
}
