//! Errors. No document shows one, so all of it is a switch. They repeat nothing of what was sent.

use super::switches::{AuthStatus, ConflictStatus, ErrorShape, InvalidStatus};
use crate::{
    answer::Answer,
    json::{Json, Object},
    world::World,
};

/// A request that the gateway does not carry out.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    kind: Kind,
    /// The field that is wrong, such as `request.amount`.
    field: Option<String>,
    message: String,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Invalid,
    BadKey,
    Conflict,
    Status(u16),
}

impl Refusal {
    pub(crate) fn of_status(status: u16, message: &str) -> Self {
        Self { kind: Kind::Status(status), field: None, message: message.to_owned() }
    }

    pub(crate) fn invalid(field: &str, rule: &str) -> Self {
        let message = format!("{field} {rule}");
        Self { kind: Kind::Invalid, field: Some(field.to_owned()), message }
    }

    pub(crate) fn bad_key() -> Self {
        let message = "The API key is missing or wrong".to_owned();
        Self { kind: Kind::BadKey, field: None, message }
    }

    pub(crate) fn no_transaction() -> Self {
        Self::of_status(404, "There is no such transaction")
    }

    /// The transaction's state does not allow it.
    pub(crate) fn conflict(message: &str) -> Self {
        Self { kind: Kind::Conflict, field: None, message: message.to_owned() }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    fn answer(self, world: &World) -> Answer {
        let status = match self.kind {
            Kind::Status(status) => status,
            Kind::Invalid => match world.switch() {
                InvalidStatus::Status400 => 400,
                InvalidStatus::Status422 => 422,
            },
            Kind::BadKey => match world.switch() {
                AuthStatus::Status401 => 401,
                AuthStatus::Status403 => 403,
            },
            Kind::Conflict => match world.switch() {
                ConflictStatus::Status400 => 400,
                ConflictStatus::Status409 => 409,
            },
        };
        let message = self.message;
        match world.switch() {
            ErrorShape::Message => Answer::json(status, Object::new().with("message", message)),
            ErrorShape::Error => Answer::json(status, Object::new().with("error", message)),
            ErrorShape::Fields => {
                let of_field: Vec<Json> = vec![message.clone().into()];
                let errors = self.field.map(|field| Object::new().with(&field, of_field));
                let errors = errors.map(Json::from);
                let body = Object::new().with("message", message);
                Answer::json(status, body.with_optional("errors", errors))
            }
            ErrorShape::PlainText => Answer::text(status, "text/plain;charset=UTF-8", message),
            ErrorShape::Empty => Answer::empty(status),
        }
    }
}

/// The answer as it leaves.
pub(crate) fn finish(reply: Result<Answer, Refusal>, world: &World) -> Answer {
    reply.unwrap_or_else(|refusal| refusal.answer(world))
}
