//! What else is on that host: charges of card tokens, notifications to terminals, and, outside of the
//! API, the device and the page that makes card tokens.

use super::{
    Call, MerchantCredentials, NotCompleted, Payanywhere, Refusal, Reply, SaleKind,
    body::Input,
    switches::{CardTokenUse, ChargeAnswer, NotificationAnswer, SuccessStatus},
    transaction::{Kind, New, Transaction},
    verdict::{approved, declined},
};
use crate::{answer::Answer, card::Card, json::Object, ledger::Entry, money::Money, world::World};

/// The source of the documents' sample.
const DEVICE_SOURCE: &str = "Phone Swipe iOS";

impl Payanywhere {
    /// Charges what the browser made of a card.
    pub(crate) fn charge(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = call.session()?.merchant;
        let body = Input::of(call.request)?;
        let token = body.need_text("token")?;
        let amount = body.amount(world)?;
        if body.need_text("gateway_public_key")? != merchant.gateway_public_key {
            return Err(Refusal::invalid("gateway_public_key is not the merchant's"));
        }
        let source = body.text("transaction_source")?.unwrap_or("PA-JS-SDK").to_owned();
        let card = match world.switch() {
            CardTokenUse::Once => self.card_tokens.remove(token),
            CardTokenUse::Reusable => self.card_tokens.get(token).cloned(),
        };
        let card = card.ok_or_else(|| Refusal::invalid("token is not known"))?;
        if !amount.has_odd_dollars() {
            world.record(Entry {
                amount: Some(amount),
                currency: Some("USD".to_owned()),
                ..Entry::new("sale_declined", "", merchant.mid)
            });
            return Ok(declined(world));
        }
        let new = New {
            merchant,
            kind: Kind::CardSale,
            amount,
            card: Some(card),
            source,
            device: None,
            parent: None,
        };
        let id = self.book(new, Entry::new("sale", "", ""), world);
        let sale = self.transaction(merchant, id);
        Ok(charged(sale.ok_or_else(Refusal::unauthorized)?, world))
    }

    /// Tells a terminal to take a payment. What follows happens at the device.
    pub(crate) fn notify(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = call.session()?.merchant;
        let body = Input::of(call.request)?;
        let kind = body.need_text("type")?.to_owned();
        world.record(Entry {
            description: Some(kind),
            ..Entry::new("notification_sent", "", merchant.mid)
        });
        Ok(match world.switch() {
            NotificationAnswer::Message => {
                Answer::json(200, Object::new().with("message", "Notification sent"))
            }
            NotificationAnswer::EmptyObject => Answer::json(200, Object::new()),
            NotificationAnswer::Empty => Answer::empty(204),
        })
    }

    /// A sale at a device.
    pub(crate) fn sell(
        &mut self,
        merchant: &'static MerchantCredentials,
        device: &str,
        amount: Money,
        kind: SaleKind,
        world: &mut World,
    ) -> Result<u64, NotCompleted> {
        if amount.is_zero() || amount.is_negative() || amount.decimals() > 2 {
            return Err(NotCompleted("A sale is above 0, with at most two decimals".to_owned()));
        }
        world.cause.operation = "payanywhere.device.sale".to_owned();
        let new = New {
            merchant,
            kind: match kind {
                SaleKind::Card => Kind::CardSale,
                SaleKind::Cash => Kind::CashSale,
            },
            amount,
            card: (kind == SaleKind::Card).then(|| Card::at_terminal(world.now)),
            source: DEVICE_SOURCE.to_owned(),
            device: Some(device.to_owned()),
            parent: None,
        };
        Ok(self.book(new, Entry::new("sale", "", ""), world))
    }

    /// What the browser makes of a card.
    pub(crate) fn tokenize(&mut self, card: Card, world: &mut World) -> String {
        let token = world.hash(32);
        self.card_tokens.insert(token.clone(), card);
        token
    }
}

fn charged(sale: &Transaction, world: &World) -> Answer {
    match world.switch() {
        ChargeAnswer::StatusCode => {
            let ids = Object::new().with("id", sale.id).with("uniq_id", sale.uniq_id());
            approved(ids, world)
        }
        ChargeAnswer::Transaction => {
            Answer::json(world.switch::<SuccessStatus>().code(), sale.to_json(world))
        }
        ChargeAnswer::Wrapped => {
            approved(Object::new().with("transaction", sale.to_json(world)), world)
        }
    }
}
