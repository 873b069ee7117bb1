//! Errors in NumeroPay's words: "API Response Errors". They repeat nothing of what was sent.

use super::switches::{AuthFailure, ErrorStatus};
use crate::{answer::Answer, json::Object, world::World};

/// A request that NumeroPay does not carry out.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// One of the document's errors.
    Named { name: &'static str, code: u16, message: String },
    /// The token is no good. No document says how that is answered.
    BadToken,
}

impl Refusal {
    /// The document's text, then what is wrong in the sandbox's own words.
    pub(crate) fn bad_request(detail: &str) -> Self {
        let text = "The request could not be understood by the server due to malformed syntax.";
        Self::named("BAD_REQUEST", 400, format!("{text} {detail}"))
    }

    pub(crate) fn forbidden() -> Self {
        Self::named("FORBIDDEN", 403, "Action not allowed")
    }

    pub(crate) fn not_found() -> Self {
        Self::named("NOT_FOUND", 404, "Resource transaction does not exist")
    }

    pub(crate) fn not_implemented() -> Self {
        Self::named(
            "NOT_IMPLEMENTED",
            501,
            "The server does not recognize the request method and is not capable of supporting it \
             for any resource",
        )
    }

    /// What a fault of that status says.
    pub(crate) fn of_status(status: u16, message: &str) -> Self {
        let name = match status {
            400 => "BAD_REQUEST",
            403 => "FORBIDDEN",
            404 => "NOT_FOUND",
            501 => "NOT_IMPLEMENTED",
            500.. => "SYSTEM_ERROR",
            // In no document.
            401 => "UNAUTHORIZED",
            429 => "TOO_MANY_REQUESTS",
            _ => "ERROR",
        };
        Self::named(name, status, message)
    }

    fn named(name: &'static str, code: u16, message: impl Into<String>) -> Self {
        Self::Named { name, code, message: message.into() }
    }

    fn answer(self, world: &World) -> Answer {
        let (name, code, message) = match self {
            Self::Named { name, code, message } => (name, code, message),
            Self::BadToken => match world.switch() {
                AuthFailure::Status401 => {
                    let body = error("UNAUTHORIZED", 401, "Unauthorized".to_owned());
                    return Answer::json(401, body);
                }
                AuthFailure::Plain401 => {
                    return Answer::text(401, "text/plain", "Unauthorized".to_owned());
                }
                AuthFailure::Forbidden => ("FORBIDDEN", 403, "Action not allowed".to_owned()),
            },
        };
        let status = match world.switch() {
            ErrorStatus::ByName if code == 500 => 500,
            ErrorStatus::Always500 => 500,
            ErrorStatus::ByName | ErrorStatus::Always200 => 200,
        };
        Answer::json(status, error(name, code, message))
    }
}

fn error(name: &str, code: u16, message: String) -> Object {
    let error =
        Object::new().with("code", u64::from(code)).with("message", message).with("name", name);
    Object::new().with("success", false).with("error", crate::json::Json::from(error))
}

/// The answer as it leaves.
pub(crate) fn finish(reply: Result<Answer, Refusal>, world: &World) -> Answer {
    reply.unwrap_or_else(|refusal| refusal.answer(world))
}
