//! What the handle does, over HTTP, under `/_sandbox/payfirma/...`.

use super::{
    MERCHANT, Payfirma, Refusal, Reply,
    body::Input,
    payments::{NeedsCvv, card_data},
};
use crate::{answer::Answer, card::Card, json::Object, request::Request, world::World};

pub(crate) const HELP: &str = "\
POST   /_sandbox/payfirma/authorization-code    {\"merchant_id\": \"...\"}, which may be left out
POST   /_sandbox/payfirma/card-token            card_number, card_expiry_month, card_expiry_year, cvv2
POST   /_sandbox/payfirma/payment-token         the same
POST   /_sandbox/payfirma/portal-refund         {\"id\": ..., \"amount\": ...}
POST   /_sandbox/payfirma/settle-eft            decides every pending EFT request
POST   /_sandbox/payfirma/incoming-eft-request  {\"amount\": ..., \"email\": ..., \"description\": ...}
POST   /_sandbox/payfirma/withdraw-consents     {\"merchant_id\": \"...\"}
POST   /_sandbox/payfirma/expire-access-tokens
GET    /_sandbox/payfirma/token-grants
";

pub(crate) fn answer(
    payfirma: &mut Payfirma,
    request: &Request,
    segments: &[&str],
    world: &mut World,
) -> Option<Answer> {
    let reply = match (request.method.as_str(), segments) {
        ("POST", ["authorization-code"]) => authorization_code(payfirma, request, world),
        ("POST", ["card-token"]) => card(request, world).map(|card| {
            let token = payfirma.browser.encrypt(card, world);
            Answer::json(200, Object::new().with("token", token))
        }),
        ("POST", ["payment-token"]) => card(request, world).map(|card| {
            let token = payfirma.browser.tokenize(card, world);
            Answer::json(200, Object::new().with("payment_token", token))
        }),
        ("POST", ["portal-refund"]) => portal_refund(payfirma, request, world),
        ("POST", ["settle-eft"]) => {
            payfirma.settle_eft(world, true);
            Ok(Answer::empty(204))
        }
        ("POST", ["incoming-eft-request"]) => incoming_eft_request(payfirma, request, world),
        ("POST", ["withdraw-consents"]) => merchant(request).map(|merchant| {
            payfirma.withdraw_consents(&merchant);
            Answer::empty(204)
        }),
        ("POST", ["expire-access-tokens"]) => {
            payfirma.expire_access_tokens();
            Ok(Answer::empty(204))
        }
        ("GET", ["token-grants"]) => {
            let grants = serde_json::to_string(&payfirma.oauth.grants).unwrap_or_default();
            Ok(Answer::text(200, "application/json", grants))
        }
        _ => return None,
    };
    Some(reply.unwrap_or_else(|refusal| {
        Answer::json(400, Object::new().with("error", refusal.to_string()))
    }))
}

fn authorization_code(payfirma: &mut Payfirma, request: &Request, world: &mut World) -> Reply {
    let code = payfirma.mint_code(world, &merchant(request)?, None);
    Ok(Answer::json(200, Object::new().with("code", code)))
}

/// The merchant in the body; the one of the fixed credentials where there is none.
fn merchant(request: &Request) -> Result<String, Refusal> {
    let merchant = match request.body.is_empty() {
        true => None,
        false => Input::of_any(request)?.text("merchant_id")?,
    };
    Ok(merchant.unwrap_or_else(|| MERCHANT.to_owned()))
}

fn card(request: &Request, world: &World) -> Result<Card, Refusal> {
    card_data(world, &Input::of_any(request)?, NeedsCvv::Yes)
}

fn portal_refund(payfirma: &mut Payfirma, request: &Request, world: &mut World) -> Reply {
    let input = Input::of_any(request)?;
    let id = input.number("id")?.ok_or_else(|| Refusal::invalid("id is required"))?;
    let amount = input.amount(world)?;
    let refund = payfirma.refund_in_portal(world, id, amount)?;
    Ok(Answer::json(200, Object::new().with("id", refund)))
}

fn incoming_eft_request(payfirma: &mut Payfirma, request: &Request, world: &mut World) -> Reply {
    let input = Input::of_any(request)?;
    let (amount, email) = (input.amount(world)?, input.need_text("email")?);
    let description = input.text("description")?.unwrap_or_default();
    payfirma.ask_for_funds(world, MERCHANT, amount, &email, &description);
    Ok(Answer::empty(204))
}
