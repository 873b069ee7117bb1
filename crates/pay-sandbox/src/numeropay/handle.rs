//! NumeroPay for tests: where it is, its credentials, and what happens outside the API.

use std::{sync::Arc, time::Duration};

use super::{
    MerchantKeys, NotCompleted, PaymentState, merchant, payment::Payment, token, token::Session,
};
use crate::{shared::Shared, state::State, world::World};

/// NumeroPay in a sandbox; from [`Sandbox::numeropay`](crate::Sandbox::numeropay).
#[derive(Debug, Clone)]
pub struct NumeropayHandle {
    shared: Arc<Shared>,
}

impl NumeropayHandle {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Stands for `https://api.numeropay.com`: `/transaction` follows it.
    pub fn base_url(&self) -> String {
        format!("{}/numeropay", self.shared.state().world.base_url)
    }

    /// The merchant of the examples.
    pub fn merchant(&self) -> MerchantKeys {
        merchant::MERCHANT
    }

    /// A second merchant: each is FORBIDDEN the payments of the other.
    pub fn other_merchant(&self) -> MerchantKeys {
        merchant::OTHER
    }

    /// A token in test mode for that merchant, good for so long; whole seconds count. For calls by
    /// hand: a client under test signs its own.
    pub fn test_token(&self, merchant: &MerchantKeys, lifetime: Duration) -> String {
        self.token(merchant, true, lifetime)
    }

    /// The same, live.
    pub fn live_token(&self, merchant: &MerchantKeys, lifetime: Duration) -> String {
        self.token(merchant, false, lifetime)
    }

    /// The payer opens a payment: IN_PROGRESS.
    ///
    /// # Errors
    ///
    /// If there is no such payment, or it is completed or canceled.
    pub fn start_paying(&self, id: &str) -> Result<PaymentState, NotCompleted> {
        self.change(id, |payment, world| payment.start(world))
    }

    /// The payer pays: COMPLETED if the whole amount is odd, otherwise IN_PROGRESS, for the bank
    /// refused.
    ///
    /// # Errors
    ///
    /// If there is no such payment, or it is completed or canceled.
    pub fn pay(&self, id: &str) -> Result<PaymentState, NotCompleted> {
        self.change(id, Payment::pay)
    }

    /// The merchant cancels a payment in its panel: CANCELED.
    ///
    /// # Errors
    ///
    /// If there is no such payment, or it is completed or canceled.
    pub fn cancel(&self, id: &str) -> Result<PaymentState, NotCompleted> {
        self.change(id, Payment::cancel)
    }

    fn token(&self, merchant: &MerchantKeys, test_mode: bool, lifetime: Duration) -> String {
        let known = merchant::all().into_iter().find(|known| *known == merchant);
        let session = Session { merchant: known.unwrap_or(&merchant::MERCHANT), test_mode };
        let lifetime = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        token::mint(session, self.shared.state().world.now.div_euclid(1_000), lifetime)
    }

    fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut Payment, &mut World),
    ) -> Result<PaymentState, NotCompleted> {
        let mut state = self.shared.state();
        let State { world, providers, .. } = &mut *state;
        // What a test does by hand is no operation's effect.
        world.cause = crate::ledger::Cause { provider: "numeropay", ..Default::default() };
        let payment = providers.numeropay.open(id)?;
        change(payment, world);
        Ok(payment.state)
    }
}
