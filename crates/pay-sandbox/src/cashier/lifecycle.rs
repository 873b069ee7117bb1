//! How a transaction comes to its end.

use super::{
    Cashier,
    switches::SettlesAfter,
    transaction::{TransactionStatus, WaitsFor},
};
use crate::{clock::Millis, world::World};

/// The document's sample of a reason.
const DECLINED: &str = "Insufficient funds";

impl Cashier {
    /// Decides a transaction: rejected for a reason, or by the amount (odd whole amounts succeed).
    pub(crate) fn decide(&mut self, place: usize, reason: Option<&'static str>, world: &mut World) {
        let Some(transaction) = self.transactions.get_mut(place) else { return };
        if transaction.status != TransactionStatus::Pending {
            return;
        }
        let odd = transaction.amount.has_odd_dollars();
        let reason = reason.or_else(|| Some(DECLINED).filter(|_| !odd));
        transaction.waits_for = WaitsFor::Nothing;
        transaction.decides = None;
        transaction.is_known = true;
        transaction.reason = reason.unwrap_or_default();
        transaction.status = match reason {
            None => TransactionStatus::Successful,
            Some(_) => TransactionStatus::Rejected,
        };
        let what = if reason.is_none() { "" } else { "_rejected" };
        transaction.record(what, world);
        self.tell(place, world);
    }

    /// Lets time decide a transaction; at once, if the switch says so.
    pub(crate) fn decide_later(&mut self, place: usize, world: &World) {
        let wait = world.switch::<SettlesAfter>().0.saturating_mul(1_000);
        let wait = Millis::try_from(wait).unwrap_or(Millis::MAX);
        if let Some(transaction) = self.transactions.get_mut(place) {
            transaction.waits_for = WaitsFor::Outcome;
            transaction.decides = Some(world.now.saturating_add(wait));
        }
    }

    /// Decides what is due, or all that only waits for time.
    pub(crate) fn decide_due(&mut self, world: &mut World, all: bool) {
        for place in 0..self.transactions.len() {
            let due = self.transactions.get(place).and_then(|transaction| transaction.decides);
            if due.is_some_and(|due| all || due <= world.now) {
                world.cause.operation = "cashier.settle".to_owned();
                self.decide(place, None, world);
            }
        }
    }
}
