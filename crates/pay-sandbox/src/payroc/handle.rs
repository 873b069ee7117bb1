//! Payroc for tests: where it is, its credentials, and what happens outside the API.

use std::sync::Arc;

use super::{
    BoardedMerchant, LoginCounts, NotCompleted, PartnerLogin, Payroc, SettledBatch, Stage, account,
    merchant::Merchant,
};
use crate::{ledger::Cause, money::Money, shared::Shared, state::State, world::World};

/// Payroc in a sandbox; from [`Sandbox::payroc`](crate::Sandbox::payroc).
#[derive(Debug, Clone)]
pub struct PayrocHandle {
    shared: Arc<Shared>,
}

impl PayrocHandle {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Stands for `https://api.integritypays.com/v1`: `/auth` follows it.
    pub fn base_url(&self) -> String {
        format!("{}/payroc/v1", self.shared.state().world.base_url)
    }

    /// The partner of the examples.
    pub fn partner(&self) -> PartnerLogin {
        account::PARTNER
    }

    /// A login that may look at everything and board nobody.
    pub fn reader(&self) -> PartnerLogin {
        account::READER
    }

    /// Locks the partner's account.
    pub fn lock_account(&self) {
        self.shared.state().providers.payroc.logins.lock(&account::PARTNER, true);
    }

    /// Unlocks the partner's account and forgets its wrong passwords.
    pub fn unlock_account(&self) {
        self.shared.state().providers.payroc.logins.lock(&account::PARTNER, false);
    }

    /// Ends the life of all access tokens now.
    pub fn expire_access_tokens(&self) {
        self.shared.state().providers.payroc.logins.expire_access_tokens();
    }

    /// Ends the life of all refresh tokens now.
    pub fn expire_refresh_tokens(&self) {
        self.shared.state().providers.payroc.logins.expire_refresh_tokens();
    }

    /// How often tokens were asked for.
    pub fn logins(&self) -> LoginCounts {
        self.shared.state().providers.payroc.logins.counts
    }

    /// The boarded merchants, oldest first.
    pub fn merchants(&self) -> Vec<BoardedMerchant> {
        self.shared.state().providers.payroc.merchants.iter().map(Merchant::view).collect()
    }

    /// Approves an application, whatever its tax id.
    ///
    /// # Errors
    ///
    /// If there is no such merchant, or it is decided already.
    pub fn approve(&self, mid: &str) -> Result<Stage, NotCompleted> {
        self.change(mid, |merchant, world| merchant.decide(true, world))
    }

    /// Declines an application, whatever its tax id.
    ///
    /// # Errors
    ///
    /// If there is no such merchant, or it is decided already.
    pub fn decline(&self, mid: &str) -> Result<Stage, NotCompleted> {
        self.change(mid, |merchant, world| merchant.decide(false, world))
    }

    /// Lets an approved merchant process and settle.
    ///
    /// # Errors
    ///
    /// If there is no such merchant, or it is not approved, or active already.
    pub fn activate(&self, mid: &str) -> Result<Stage, NotCompleted> {
        self.change(mid, Merchant::activate)
    }

    /// A merchant settles a batch now: amounts above 0 were captured, those below returned.
    ///
    /// # Errors
    ///
    /// If there is no such merchant, its application is declined, or there is nothing to settle.
    pub fn add_batch(&self, mid: &str, amounts: &[Money]) -> Result<SettledBatch, NotCompleted> {
        self.by_hand(|payroc, world| payroc.settle_batch(mid, amounts, world))
    }

    /// A cardholder charges a settled transaction back, all of it or a part; returns the
    /// chargeback's id.
    ///
    /// # Errors
    ///
    /// If there is no such transaction, it is a return, or the amount is greater than its own.
    pub fn add_chargeback(
        &self,
        mid: &str,
        transaction: u64,
        amount: Money,
    ) -> Result<u64, NotCompleted> {
        self.by_hand(|payroc, world| payroc.charge_back(mid, transaction, amount, world))
    }

    fn change(
        &self,
        mid: &str,
        change: impl FnOnce(&mut Merchant, &mut World) -> Result<(), NotCompleted>,
    ) -> Result<Stage, NotCompleted> {
        self.by_hand(|payroc, world| {
            let merchant = payroc.merchant_mut(mid)?;
            change(merchant, world)?;
            Ok(merchant.stage)
        })
    }

    /// What a test does by hand is no operation's effect.
    fn by_hand<T>(&self, act: impl FnOnce(&mut Payroc, &mut World) -> T) -> T {
        let mut state = self.shared.state();
        let State { world, providers, .. } = &mut *state;
        world.cause = Cause { provider: "payroc", ..Cause::default() };
        act(&mut providers.payroc, world)
    }
}
