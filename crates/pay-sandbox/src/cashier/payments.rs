//! Deposits: hosted cashier, direct integration, server-to-server.

use super::{
    Call, Cashier, Refusal, Reply,
    card::{self, Charge},
    envelope::{Form, Order, body},
    page,
    switches::{
        CashierTransaction, DirectAnswer, DuplicateTrackingId, EmptyUrl, ErrorAttribute,
        Frictionless, RejectedStatus,
    },
    transaction::{Kind, New, Transaction, TransactionStatus, WaitsFor},
};
use crate::{
    answer::Answer,
    json::{Json, Object},
    world::World,
};

impl Cashier {
    pub(crate) fn hosted(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let order = Order::of(&body(call.request)?, Form::Hosted, world)?;
        self.refuse_double(&order, world)?;
        let is_known = world.switch::<CashierTransaction>() == CashierTransaction::AtOnce;
        let token = page::token(world);
        self.start(Kind::Deposit, order, WaitsFor::Payer, is_known, Some(token.clone()), world);
        Ok(Answer::json(200, Object::new().with("token", token)))
    }

    pub(crate) fn direct(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let order = Order::of(&body(call.request)?, Form::Direct, world)?;
        self.refuse_double(&order, world)?;
        let token = page::token(world);
        self.start(Kind::Deposit, order, WaitsFor::Payer, true, Some(token.clone()), world);
        let url = page::url(&token, world);
        Ok(Answer::json(
            200,
            match world.switch() {
                DirectAnswer::UrlAndStatus => {
                    Object::new().with("url", url).with("transaction_status", "pending")
                }
                DirectAnswer::Url => Object::new().with("url", url),
                DirectAnswer::Token => Object::new().with("token", token),
            },
        ))
    }

    pub(crate) fn s2s(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let body = body(call.request)?;
        let order = Order::of(&body, Form::S2s, world)?;
        let charge = card::charge(&body, world)?;
        self.refuse_double(&order, world)?;
        let (waits_for, token) = match charge {
            Charge::ThreeDSecure => (WaitsFor::Payer, Some(page::token(world))),
            Charge::ByAmount | Charge::Rejected(_) => (WaitsFor::Outcome, None),
        };
        let place = self.start(Kind::Deposit, order, waits_for, true, token.clone(), world);
        match charge {
            Charge::ThreeDSecure => {}
            Charge::Rejected(reason) => self.decide(place, Some(reason), world),
            Charge::ByAmount => match world.switch() {
                Frictionless::AtOnce => self.decide(place, None, world),
                Frictionless::Pending => self.decide_later(place, world),
            },
        }
        let url = token.map(|token| page::url(&token, world));
        let transaction = self.transactions.get(place).ok_or_else(Refusal::no_transaction)?;
        Ok(card_answer(transaction, url, world))
    }

    /// Starts a transaction; returns its place.
    pub(crate) fn start(
        &mut self,
        kind: Kind,
        order: Order,
        waits_for: WaitsFor,
        is_known: bool,
        page_token: Option<String>,
        world: &mut World,
    ) -> usize {
        let customer_number = self.customer_number(&order.user_id);
        let new = New { kind, order, customer_number, waits_for, is_known, page_token };
        let transaction = Transaction::new(new, world);
        transaction.record("_started", world);
        self.transactions.push(transaction);
        let place = self.transactions.len() - 1;
        if is_known {
            self.tell(place, world);
        }
        place
    }

    pub(crate) fn refuse_double(&self, order: &Order, world: &World) -> Result<(), Refusal> {
        let refused = world.switch::<DuplicateTrackingId>() == DuplicateTrackingId::Refused;
        let is_same = |it: &Transaction| it.tracking_id == order.tracking_id;
        match refused && self.transactions.iter().any(is_same) {
            true => Err(Refusal::conflict("request.tracking_id was used before")),
            false => Ok(()),
        }
    }

    /// The gateway's own number for a customer, where the merchant's id is none.
    fn customer_number(&mut self, user_id: &str) -> u64 {
        let place = self.customers.iter().position(|known| known == user_id);
        let place = place.unwrap_or_else(|| {
            self.customers.push(user_id.to_owned());
            self.customers.len() - 1
        });
        u64::try_from(place).unwrap_or(u64::MAX).saturating_add(5_000_000_001)
    }
}

fn card_answer(transaction: &Transaction, url: Option<String>, world: &World) -> Answer {
    let url: Option<Json> = match (url, world.switch()) {
        (Some(url), _) => Some(url.into()),
        (None, EmptyUrl::Text) => Some("".into()),
        (None, EmptyUrl::Null) => Some(Json::Null),
        (None, EmptyUrl::Absent) => None,
    };
    let body = Object::new()
        .with_optional("url", url)
        .with("transaction_status", transaction.status.name());
    if transaction.status != TransactionStatus::Rejected {
        return Answer::json(200, body);
    }
    let error: Json = match world.switch() {
        ErrorAttribute::Text => transaction.reason.into(),
        ErrorAttribute::Object => {
            Object::new().with("code", "rejected").with("message", transaction.reason).into()
        }
    };
    let status = match world.switch() {
        RejectedStatus::Status200 => 200,
        RejectedStatus::Status402 => 402,
    };
    Answer::json(status, body.with("error", error))
}
