//! Cards of server-to-server payments, and the sandbox's test cards. Nothing of a card is kept.

use super::{
    Refusal,
    field::{Fields, Need},
    switches::CardPlace,
};
use crate::{card::Card, json::Json, world::World};

/// The card of the document's sample: its payer must confirm on a page.
pub(crate) const THREE_D_SECURE: &str = "4111111111111111";
/// Approved or rejected at once, by the amount; so is any card that is not named here.
pub(crate) const FRICTIONLESS: &str = "4242424242424242";
/// Always rejected.
pub(crate) const DECLINED: &str = "4000000000000002";

/// What becomes of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charge {
    ThreeDSecure,
    ByAmount,
    Rejected(&'static str),
}

/// Checks the card of a body and says what its issuer does.
pub(crate) fn charge(body: &Json, world: &World) -> Result<Charge, Refusal> {
    let fields = Fields::of_body(body, world);
    let either = world.switch::<CardPlace>() == CardPlace::Either;
    let within = match fields.object("request", Need::Never)? {
        Some(request) if either => request.object("card_details", Need::Never)?,
        _ => None,
    };
    let card = match within {
        Some(card) => card,
        None => fields
            .object("card_details", Need::Always)?
            .ok_or_else(|| fields.wrong("card_details", "is required"))?,
    };
    card.need_text("holder_name")?;
    let number = card.need_text("card_number")?;
    let (cvc, month, year) =
        (card.need_text("cvc")?, card.need_text("exp_month")?, card.need_text("exp_year")?);
    if month.len() != 2 {
        return Err(card.wrong("exp_month", "must be two digits"));
    }
    if year.len() != 4 {
        return Err(card.wrong("exp_year", "must be four digits"));
    }
    // Whether it has expired is for the issuer to say.
    let checked = Card::check(number, month, year, Some(cvc), 0).map_err(|rule| {
        let (field, rule) = rule.split_once(' ').unwrap_or(("card_number", rule));
        let field = match field {
            "cvv2" => "cvc",
            "card_expiry_month" => "exp_month",
            "card_expiry_year" => "exp_year",
            _ => "card_number",
        };
        card.wrong(field, rule)
    })?;
    Ok(match number {
        _ if checked.has_expired(world.now) => Charge::Rejected("The card has expired"),
        DECLINED => Charge::Rejected("Do not honor"),
        THREE_D_SECURE => Charge::ThreeDSecure,
        _ => Charge::ByAmount,
    })
}
