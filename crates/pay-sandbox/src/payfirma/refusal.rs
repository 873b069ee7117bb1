//! Errors in Payfirma's words, and what every answer gets at the end.

use super::switches::{ErrorShape, RequestIdHeader};
use crate::{
    answer::{Answer, Body},
    json::{Json, Object},
    world::World,
};

/// A request that Payfirma does not carry out.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    status: u16,
    message: String,
    /// OAuth's errors have a shape of their own: the standard's code for it.
    oauth: Option<&'static str>,
}

impl Refusal {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), oauth: None }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(404, format!("There is no such {what}"))
    }

    pub(crate) fn oauth(status: u16, code: &'static str, description: &str) -> Self {
        Self { status, message: description.to_owned(), oauth: Some(code) }
    }

    fn answer(self, shape: ErrorShape) -> Answer {
        let Self { status, message, oauth } = self;
        if let Some(code) = oauth {
            let body = Object::new().with("error", code).with("error_description", message);
            return Answer::json(status, body);
        }
        let (error, code) = name(status);
        match shape {
            ErrorShape::ErrorMessage => {
                Answer::json(status, Object::new().with("error", error).with("message", message))
            }
            ErrorShape::ErrorsArray => {
                let first = Object::new().with("code", code).with("message", message);
                let errors: Vec<Json> = vec![first.into()];
                Answer::json(status, Object::new().with("errors", errors))
            }
            ErrorShape::Legacy => Answer::json(status, Object::new().with("error", message)),
            ErrorShape::PlainText => Answer::text(status, "text/plain;charset=UTF-8", message),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// The answer as it leaves.
pub(crate) fn finish(reply: Result<Answer, Refusal>, world: &mut World) -> Answer {
    let mut answer = match reply {
        Ok(answer) => answer,
        Err(refusal) => refusal.answer(world.switch()),
    };
    if let Body::Json(_) = answer.body {
        answer.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
    }
    match world.switch() {
        RequestIdHeader::Sent => {
            let id = world.uuid();
            answer.with_header("x-request-id", id)
        }
        RequestIdHeader::NotSent => answer,
    }
}

fn name(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("Bad Request", "BAD_REQUEST"),
        401 => ("Unauthorized", "UNAUTHORIZED"),
        402 => ("Payment Required", "REQUEST_FAILED"),
        403 => ("Forbidden", "FORBIDDEN"),
        404 => ("Not Found", "NOT_FOUND"),
        405 => ("Method Not Allowed", "METHOD_NOT_ALLOWED"),
        409 => ("Conflict", "CONFLICT"),
        415 => ("Unsupported Media Type", "UNSUPPORTED_MEDIA_TYPE"),
        429 => ("Too Many Requests", "TOO_MANY_REQUESTS"),
        500 => ("Internal Server Error", "INTERNAL_SERVER_ERROR"),
        502 => ("Bad Gateway", "BAD_GATEWAY"),
        503 => ("Service Unavailable", "SERVICE_UNAVAILABLE"),
        504 => ("Gateway Timeout", "GATEWAY_TIMEOUT"),
        _ => ("Error", "ERROR"),
    }
}
