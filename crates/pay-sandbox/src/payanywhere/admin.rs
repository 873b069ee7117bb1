//! What the handle does, over HTTP, under `/_sandbox/payanywhere/...`.

use super::{Payanywhere, SaleKind, account::MERCHANT, handle::DEVICE};
use crate::{
    NotCompleted,
    answer::Answer,
    card::Card,
    json::{Json, Object},
    money::Money,
    request::Request,
    world::World,
};

pub(crate) const HELP: &str = "\
POST   /_sandbox/payanywhere/sale               {\"amount\": 11.00, \"kind\": \"card\" or \"cash\", \"device_id\": ...}
POST   /_sandbox/payanywhere/close-batch        settles what is in it
POST   /_sandbox/payanywhere/portal-refund      {\"id\": ..., \"amount\": ...}
POST   /_sandbox/payanywhere/portal-void        {\"id\": ...}
POST   /_sandbox/payanywhere/pay-invoice        {\"url\": \"...\"}
POST   /_sandbox/payanywhere/card-token         card_number, card_expiry_month, card_expiry_year, cvv2
POST   /_sandbox/payanywhere/expire-tokens
GET    /_sandbox/payanywhere/sessions
";

pub(crate) fn answer(
    payanywhere: &mut Payanywhere,
    request: &Request,
    segments: &[&str],
    world: &mut World,
) -> Option<Answer> {
    let asked = Asked(Json::parse(&request.body).unwrap_or(Json::Null));
    let id = |name: &str, id: u64| Answer::json(200, Object::new().with(name, id));
    let reply = match (request.method.as_str(), segments) {
        ("POST", ["sale"]) => sell(payanywhere, &asked, world).map(|sale| id("id", sale)),
        ("POST", ["close-batch"]) => {
            payanywhere.close_batch(&MERCHANT, world).map(|batch| id("batch_id", batch))
        }
        ("POST", ["portal-refund"]) => asked
            .id()
            .and_then(|sale| Ok((sale, asked.amount()?)))
            .and_then(|(sale, amount)| payanywhere.refund_in_portal(&MERCHANT, sale, amount, world))
            .map(|refund| id("id", refund)),
        ("POST", ["portal-void"]) => asked
            .id()
            .and_then(|sale| payanywhere.void_in_portal(&MERCHANT, sale, world))
            .map(|void| id("id", void)),
        ("POST", ["pay-invoice"]) => {
            payanywhere.pay_invoice(asked.text("url").unwrap_or_default(), world).map(|sale| {
                Answer::json(200, Object::new().null_when_unset(true).with_optional("id", sale))
            })
        }
        ("POST", ["card-token"]) => asked.card(world).map(|card| {
            let token = payanywhere.tokenize(card, world);
            Answer::json(200, Object::new().with("token", token))
        }),
        ("POST", ["expire-tokens"]) => {
            payanywhere.sessions.expire();
            Ok(Answer::empty(204))
        }
        ("GET", ["sessions"]) => {
            let counts = serde_json::to_string(&payanywhere.sessions.counts).unwrap_or_default();
            Ok(Answer::text(200, "application/json", counts))
        }
        _ => return None,
    };
    Some(
        reply.unwrap_or_else(|error| {
            Answer::json(400, Object::new().with("error", error.to_string()))
        }),
    )
}

fn sell(
    payanywhere: &mut Payanywhere,
    asked: &Asked,
    world: &mut World,
) -> Result<u64, NotCompleted> {
    let kind = match asked.text("kind") {
        None | Some("card") => SaleKind::Card,
        Some("cash") => SaleKind::Cash,
        Some(_) => return Err(NotCompleted("kind must be card or cash".to_owned())),
    };
    let device = asked.text("device_id").unwrap_or(DEVICE);
    payanywhere.sell(&MERCHANT, device, asked.amount()?, kind, world)
}

/// What a test asks for.
struct Asked(Json);

impl Asked {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Json::as_text)
    }

    fn id(&self) -> Result<u64, NotCompleted> {
        let id = self.text("id").and_then(|text| text.parse().ok());
        id.ok_or_else(|| NotCompleted("id must be a number".to_owned()))
    }

    fn amount(&self) -> Result<Money, NotCompleted> {
        let amount = self.text("amount").and_then(|text| text.parse().ok());
        amount.ok_or_else(|| NotCompleted("amount must be an amount".to_owned()))
    }

    fn card(&self, world: &World) -> Result<Card, NotCompleted> {
        let text = |name| self.text(name).unwrap_or_default();
        let (month, year) = (text("card_expiry_month"), text("card_expiry_year"));
        let card = Card::check(text("card_number"), month, year, self.text("cvv2"), world.now);
        card.map_err(|why| NotCompleted(why.to_owned()))
    }
}
