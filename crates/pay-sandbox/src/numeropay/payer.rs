//! What happens to a payment outside the API: its payer opens it and pays, or it is canceled.

use super::{
    Numeropay,
    payment::{Payment, PaymentState},
};
use crate::{NotCompleted, world::World};

impl Numeropay {
    /// Lets payers do what they were to do by now.
    pub(crate) fn let_payers_act(&mut self, world: &mut World) {
        for payment in &mut self.payments {
            if payment.starts.is_some_and(|at| at <= world.now) {
                payment.start(world);
            }
            if payment.pays.is_some_and(|at| at <= world.now) {
                payment.pay(world);
            }
        }
    }

    /// A payment that can still change.
    pub(crate) fn open(&mut self, id: &str) -> Result<&mut Payment, NotCompleted> {
        let payment = self.payments.iter_mut().find(|payment| payment.id == id);
        let payment = payment.ok_or_else(|| NotCompleted("There is no such payment".to_owned()))?;
        match payment.state.is_final() {
            true => Err(NotCompleted(format!("The payment is {}", payment.state.name()))),
            false => Ok(payment),
        }
    }
}

impl Payment {
    /// The payer opens the payment.
    pub(crate) fn start(&mut self, world: &World) {
        self.starts = None;
        if self.state == PaymentState::Created {
            self.become_now(PaymentState::InProgress, world);
        }
    }

    /// The payer pays: odd whole amounts are accepted by the bank, even ones refused.
    pub(crate) fn pay(&mut self, world: &mut World) {
        (self.starts, self.pays) = (None, None);
        world.cause.operation = "numeropay.payer.pay".to_owned();
        if self.amount.has_odd_dollars() {
            self.become_now(PaymentState::Completed, world);
            self.record("payment_completed", world);
        } else {
            self.become_now(PaymentState::InProgress, world);
            self.record("payment_failed", world);
        }
    }

    pub(crate) fn cancel(&mut self, world: &mut World) {
        (self.starts, self.pays) = (None, None);
        world.cause.operation = "numeropay.merchant.cancel".to_owned();
        self.become_now(PaymentState::Canceled, world);
        self.record("payment_canceled", world);
    }

    fn become_now(&mut self, state: PaymentState, world: &World) {
        self.state = state;
        self.updated = world.now;
    }
}
