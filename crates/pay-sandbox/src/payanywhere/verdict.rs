//! Yes and no: `status_code` "00" and "05".

use super::switches::{DeclineShape, InvoiceStatus, SuccessStatus};
use crate::{answer::Answer, json::Object, world::World};

const DECLINED: &str = "Declined";

impl SuccessStatus {
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::Created => 201,
        }
    }
}

impl InvoiceStatus {
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::Created => 201,
        }
    }
}

/// What went well, with its "00".
pub(crate) fn approved(object: Object, world: &World) -> Answer {
    let object = object.with("status_code", "00").with("status_message", "Approved");
    Answer::json(world.switch::<SuccessStatus>().code(), object)
}

/// What was declined: it has no id, for nothing was made.
pub(crate) fn declined(world: &World) -> Answer {
    let object = Object::new().with("status_code", "05").with("status_message", DECLINED);
    match world.switch() {
        DeclineShape::StatusCode => Answer::json(world.switch::<SuccessStatus>().code(), object),
        DeclineShape::PaymentRequired => Answer::json(402, object.with("message", DECLINED)),
        DeclineShape::BadRequest => Answer::json(400, object.with("message", DECLINED)),
    }
}
