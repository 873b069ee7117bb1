//! What the handle does, over HTTP, under `/_sandbox/cashier/...`.

use super::{Cashier, Refusal, page::Does};
use crate::{
    answer::Answer,
    json::{Json, Object},
    request::Request,
    world::World,
};

pub(crate) const HELP: &str = "\
POST   /_sandbox/cashier/page/{token}/complete  the payer completes a page; {\"amount\": ...} pays another amount
POST   /_sandbox/cashier/page/{token}/give-up   the payer gives up
POST   /_sandbox/cashier/approve/{id}           somebody approves a payout in the portal
POST   /_sandbox/cashier/reject/{id}            somebody rejects a payout in the portal
POST   /_sandbox/cashier/settle                 decides everything that only waits for time
POST   /_sandbox/cashier/webhook-url            {\"url\": \"http://127.0.0.1:8080/hooks\"}, or null for none
POST   /_sandbox/cashier/resend-webhook/{id}    sends one of how a transaction stands now
GET    /_sandbox/cashier/webhooks               every attempt to deliver one
";

pub(crate) fn answer(
    cashier: &mut Cashier,
    request: &Request,
    segments: &[&str],
    world: &mut World,
) -> Option<Answer> {
    let done = match (request.method.as_str(), segments) {
        ("POST", ["page", token, "complete"]) => complete(cashier, request, token, world),
        ("POST", ["page", token, "give-up"]) => {
            cashier.on_page(token, Does::GiveUp, world).map(|status| status_answer(status.name()))
        }
        ("POST", ["approve", id]) => at(cashier, id, world, Cashier::approve_at),
        ("POST", ["reject", id]) => at(cashier, id, world, Cashier::reject_at),
        ("POST", ["settle"]) => {
            cashier.decide_due(world, true);
            Ok(Answer::empty(204))
        }
        ("POST", ["webhook-url"]) => set_webhook_url(cashier, request),
        ("POST", ["resend-webhook", id]) => at(cashier, id, world, |cashier, place, world| {
            cashier.tell_again(place, world);
            Ok(())
        }),
        ("GET", ["webhooks"]) => {
            let attempts = serde_json::to_string(&world.outbox.attempts("cashier"));
            Ok(Answer::text(200, "application/json", attempts.unwrap_or_default()))
        }
        _ => return None,
    };
    Some(done.unwrap_or_else(|refusal| {
        Answer::json(400, Object::new().with("error", refusal.message()))
    }))
}

fn complete(
    cashier: &mut Cashier,
    request: &Request,
    token: &str,
    world: &mut World,
) -> Result<Answer, Refusal> {
    let body = Json::parse(&request.body).unwrap_or(Json::Null);
    let does = match body.get("amount").map(|amount| amount.as_text().unwrap_or_default().parse()) {
        None => Does::Complete,
        Some(Ok(amount)) => Does::Pay(amount),
        Some(Err(_)) => return Err(Refusal::invalid("amount", "must be an amount")),
    };
    cashier.on_page(token, does, world).map(|status| status_answer(status.name()))
}

fn at(
    cashier: &mut Cashier,
    id: &str,
    world: &mut World,
    act: impl FnOnce(&mut Cashier, usize, &mut World) -> Result<(), Refusal>,
) -> Result<Answer, Refusal> {
    let place = cashier.place_of(id, true, true).ok_or_else(Refusal::no_transaction)?;
    act(cashier, place, world)?;
    Ok(status_answer(cashier.status_at(place).name()))
}

fn set_webhook_url(cashier: &mut Cashier, request: &Request) -> Result<Answer, Refusal> {
    let body = Json::parse(&request.body).unwrap_or(Json::Null);
    cashier.webhook_url = match body.get("url") {
        Some(Json::Null) => None,
        Some(Json::Text(url)) => Some(
            url.parse()
                .map_err(|_| Refusal::invalid("url", "must be plain HTTP to this machine"))?,
        ),
        _ => return Err(Refusal::invalid("url", "is required")),
    };
    Ok(Answer::empty(204))
}

fn status_answer(status: &str) -> Answer {
    Answer::json(200, Object::new().with("transaction_status", status))
}
