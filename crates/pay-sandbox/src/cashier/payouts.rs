//! Withdrawals: the payout cashier, and the merchant's yes or no.

use super::{
    Call, Cashier, Refusal, Reply,
    envelope::{Form, Order, body},
    page,
    switches::{CashierTransaction, PayoutId, SecondApproval},
    transaction::{Kind, WaitsFor},
};
use crate::{answer::Answer, json::Object, world::World};

impl Cashier {
    pub(crate) fn payout(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let order = Order::of(&body(call.request)?, Form::Payout, world)?;
        self.refuse_double(&order, world)?;
        let token = page::token(world);
        let (waits_for, is_known) = match world.switch() {
            CashierTransaction::AtOnce => (WaitsFor::Approval, true),
            CashierTransaction::WhenPayerActs => (WaitsFor::Payer, false),
        };
        self.start(Kind::Withdrawal, order, waits_for, is_known, Some(token.clone()), world);
        Ok(Answer::json(200, Object::new().with("token", token)))
    }

    pub(crate) fn approve(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let place = self.payout_of(call, world)?;
        self.approve_at(place, world)?;
        let message = "Transaction Withdrawal has been approved successfully";
        let body = Object::new().with("message", message).with("transaction_status", "pending");
        Ok(Answer::json(200, body))
    }

    pub(crate) fn reject(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let place = self.payout_of(call, world)?;
        self.reject_at(place, world)?;
        Ok(Answer::json(200, Object::new()))
    }

    /// Approves a payout; it is carried out later.
    pub(crate) fn approve_at(&mut self, place: usize, world: &mut World) -> Result<(), Refusal> {
        let Some(payout) = self.transactions.get_mut(place) else {
            return Err(Refusal::no_transaction());
        };
        let again = payout.waits_for == WaitsFor::Outcome
            && world.switch::<SecondApproval>() == SecondApproval::SameAnswer;
        if again {
            return Ok(());
        }
        if payout.waits_for != WaitsFor::Approval {
            return Err(Refusal::conflict("The transaction is no pending payout"));
        }
        payout.waits_for = WaitsFor::Outcome;
        payout.record("_approved", world);
        self.decide_later(place, world);
        Ok(())
    }

    pub(crate) fn reject_at(&mut self, place: usize, world: &mut World) -> Result<(), Refusal> {
        match self.transactions.get(place) {
            Some(payout) if payout.waits_for == WaitsFor::Approval => {}
            _ => return Err(Refusal::conflict("The transaction is no pending payout")),
        }
        self.decide(place, Some("Rejected by the merchant"), world);
        Ok(())
    }

    /// The payout that a body names. Whose id it is, the document says in two ways.
    fn payout_of(&self, call: &Call<'_>, world: &World) -> Result<usize, Refusal> {
        let body = body(call.request)?;
        let fields = super::field::Fields::of_body(&body, world);
        let id = fields.need_text("transaction_id")?;
        let (by_tracking_id, by_own_id) = match world.switch() {
            PayoutId::Either => (true, true),
            PayoutId::TrackingId => (true, false),
            PayoutId::TransactionId => (false, true),
        };
        let place = self.place_of(id, by_tracking_id, by_own_id);
        place.filter(|place| self.is_payout(*place)).ok_or_else(Refusal::no_transaction)
    }

    fn is_payout(&self, place: usize) -> bool {
        self.transactions.get(place).is_some_and(|it| it.kind == Kind::Withdrawal)
    }
}
