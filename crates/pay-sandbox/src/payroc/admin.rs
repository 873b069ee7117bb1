//! What the handle does, over HTTP, under `/_sandbox/payroc/...`.

use super::{
    Payroc, account,
    input::Input,
    merchant::{BoardedMerchant, Merchant},
};
use crate::{
    NotCompleted,
    answer::Answer,
    json::{Json, Object},
    money::Money,
    request::Request,
    world::World,
};

pub(crate) const HELP: &str = "\
GET    /_sandbox/payroc/merchants               the boarded merchants
POST   /_sandbox/payroc/approve/{mid}           approves an application, whatever its tax id
POST   /_sandbox/payroc/decline/{mid}           declines one
POST   /_sandbox/payroc/activate/{mid}          lets an approved merchant process and settle
POST   /_sandbox/payroc/batch/{mid}             {\"amounts\": [11.00, -5.00]}: below 0 is a return
POST   /_sandbox/payroc/chargeback/{mid}        {\"transaction_id\": ..., \"amount\": ...}
POST   /_sandbox/payroc/lock                    locks the partner's account; /unlock undoes it
POST   /_sandbox/payroc/expire-access-tokens
POST   /_sandbox/payroc/expire-refresh-tokens
GET    /_sandbox/payroc/logins
";

pub(crate) fn answer(
    payroc: &mut Payroc,
    request: &Request,
    segments: &[&str],
    world: &mut World,
) -> Option<Answer> {
    let reply = match (request.method.as_str(), segments) {
        ("GET", ["merchants"]) => {
            let merchants: Vec<BoardedMerchant> =
                payroc.merchants.iter().map(Merchant::view).collect();
            Ok(serialized(&merchants))
        }
        ("POST", ["approve", mid]) => {
            change(payroc, mid, world, |merchant, world| merchant.decide(true, world))
        }
        ("POST", ["decline", mid]) => {
            change(payroc, mid, world, |merchant, world| merchant.decide(false, world))
        }
        ("POST", ["activate", mid]) => change(payroc, mid, world, Merchant::activate),
        ("POST", ["batch", mid]) => amounts(request)
            .and_then(|amounts| payroc.settle_batch(mid, &amounts, world))
            .map(|batch| serialized(&batch)),
        ("POST", ["chargeback", mid]) => disputed(request)
            .and_then(|(id, amount)| payroc.charge_back(mid, id, amount, world))
            .map(|id| Answer::json(200, Object::new().with("chargeback_id", id))),
        ("POST", [lock @ ("lock" | "unlock")]) => {
            payroc.logins.lock(&account::PARTNER, *lock == "lock");
            Ok(Answer::empty(204))
        }
        ("POST", ["expire-access-tokens"]) => {
            payroc.logins.expire_access_tokens();
            Ok(Answer::empty(204))
        }
        ("POST", ["expire-refresh-tokens"]) => {
            payroc.logins.expire_refresh_tokens();
            Ok(Answer::empty(204))
        }
        ("GET", ["logins"]) => Ok(serialized(&payroc.logins.counts)),
        _ => return None,
    };
    Some(
        reply.unwrap_or_else(|error| {
            Answer::json(400, Object::new().with("error", error.to_string()))
        }),
    )
}

fn change(
    payroc: &mut Payroc,
    mid: &str,
    world: &mut World,
    change: impl FnOnce(&mut Merchant, &mut World) -> Result<(), NotCompleted>,
) -> Result<Answer, NotCompleted> {
    let merchant = payroc.merchant_mut(mid)?;
    change(merchant, world)?;
    Ok(serialized(&merchant.view()))
}

fn amounts(request: &Request) -> Result<Vec<Money>, NotCompleted> {
    let body = Json::parse(&request.body).unwrap_or(Json::Null);
    let amounts = match Input(&body).get("amounts") {
        Some(Json::Array(items)) => items.iter().map(|item| item.as_text()?.parse().ok()).collect(),
        _ => None,
    };
    amounts.ok_or_else(|| NotCompleted("amounts must be a list of amounts".to_owned()))
}

fn disputed(request: &Request) -> Result<(u64, Money), NotCompleted> {
    let body = Json::parse(&request.body).unwrap_or(Json::Null);
    let text = |name| Input(&body).get(name).and_then(Json::as_text);
    let id = text("transaction_id").and_then(|text| text.parse().ok());
    let amount = text("amount").and_then(|text| text.parse().ok());
    id.zip(amount).ok_or_else(|| {
        NotCompleted("transaction_id must be a number and amount an amount".to_owned())
    })
}

fn serialized(value: &impl serde::Serialize) -> Answer {
    let text = serde_json::to_string(value).unwrap_or_default();
    Answer::text(200, "application/json", text)
}
