//! Errors, in the words of the documents where they have some.

use super::{
    Reply,
    switches::{BrokenRule, ErrorBody, SuccessStatus},
};
use crate::{
    answer::Answer,
    json::{Json, Object},
    world::World,
};

/// A request that is not carried out.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    Plain {
        status: u16,
        message: String,
    },
    /// A rule on refunds and voids; how that is answered is a switch.
    Rule(&'static str),
}

impl Refusal {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self::Plain { status, message: message.into() }
    }

    /// "Invalid Post Data", and what is wrong in the sandbox's own words.
    pub(crate) fn invalid(detail: &str) -> Self {
        Self::new(400, format!("Invalid Post Data: {detail}"))
    }

    /// An expired or invalid JWT.
    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized")
    }

    /// Wrong credentials: really a 404.
    pub(crate) fn bad_login() -> Self {
        Self::new(404, "Unauthorized Request")
    }

    fn answer(self, world: &World) -> Answer {
        match self {
            Self::Plain { status, message } => error(status, message, world),
            Self::Rule(why) => match world.switch() {
                BrokenRule::BadRequest => error(400, why.to_owned(), world),
                BrokenRule::Conflict => error(409, why.to_owned(), world),
                BrokenRule::StatusCode => {
                    let body = Object::new().with("status_code", "12").with("status_message", why);
                    Answer::json(world.switch::<SuccessStatus>().code(), body)
                }
            },
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plain { message, .. } => f.write_str(message),
            Self::Rule(why) => f.write_str(why),
        }
    }
}

/// The answer as it leaves.
pub(crate) fn finish(reply: Reply, world: &World) -> Answer {
    reply.unwrap_or_else(|refusal| refusal.answer(world))
}

fn error(status: u16, message: String, world: &World) -> Answer {
    match world.switch() {
        ErrorBody::Message => Answer::json(status, Object::new().with("message", message)),
        ErrorBody::Detail => Answer::json(status, Object::new().with("detail", message)),
        ErrorBody::Nested => {
            let error = Json::from(Object::new().with("message", message));
            let body = Object::new().with("status", u64::from(status)).with("error", error);
            Answer::json(status, body)
        }
        ErrorBody::PlainText => Answer::text(status, "text/plain;charset=UTF-8", message),
        ErrorBody::Empty => Answer::empty(status),
    }
}
