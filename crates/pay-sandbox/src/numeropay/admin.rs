//! What the handle does, over HTTP, under `/_sandbox/numeropay/...`.

use super::{Numeropay, merchant, payment::Payment, token};
use crate::{NotCompleted, answer::Answer, json::Object, request::Request, world::World};

pub(crate) const HELP: &str = "\
POST   /_sandbox/numeropay/token                a token in test mode, good for 20 minutes, as plain text
POST   /_sandbox/numeropay/start/{id}           the payer opens a payment
POST   /_sandbox/numeropay/pay/{id}             the payer pays: odd whole amounts complete
POST   /_sandbox/numeropay/cancel/{id}          the merchant cancels a payment in its panel
";

/// The lifetime of the document's sample, in seconds.
const LIFETIME: i64 = 1_200;

pub(crate) fn answer(
    numeropay: &mut Numeropay,
    request: &Request,
    segments: &[&str],
    world: &mut World,
) -> Option<Answer> {
    let changed = match (request.method.as_str(), segments) {
        ("POST", ["token"]) => {
            let session = token::Session { merchant: &merchant::MERCHANT, test_mode: true };
            let token = token::mint(session, world.now.div_euclid(1_000), LIFETIME);
            return Some(Answer::text(200, "text/plain", token));
        }
        ("POST", ["start", id]) => {
            change(numeropay, id, world, |payment, world| payment.start(world))
        }
        ("POST", ["pay", id]) => change(numeropay, id, world, Payment::pay),
        ("POST", ["cancel", id]) => change(numeropay, id, world, Payment::cancel),
        _ => return None,
    };
    Some(match changed {
        Ok(state) => Answer::json(200, Object::new().with("state", state)),
        Err(error) => Answer::json(400, Object::new().with("error", error.to_string())),
    })
}

fn change(
    numeropay: &mut Numeropay,
    id: &str,
    world: &mut World,
    change: impl FnOnce(&mut Payment, &mut World),
) -> Result<&'static str, NotCompleted> {
    let payment = numeropay.open(id)?;
    change(payment, world);
    Ok(payment.state.name())
}
