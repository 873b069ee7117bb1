//! Cashier for tests: where it is, its credentials, and what happens outside the API.

use std::sync::Arc;

use super::{
    API_KEY, Cashier, NotCompleted, PROVIDER_ID, Refusal, SIGNATURE_PASSWORD, TransactionStatus,
    card, page::Does,
};
use crate::{
    money::Money,
    outbox::{Webhook, WebhookAttempt, WebhookOutcome},
    shared::Shared,
    state::State,
    world::World,
};

/// Cashier in a sandbox; from [`Sandbox::cashier`](crate::Sandbox::cashier).
#[derive(Debug, Clone)]
pub struct CashierHandle {
    shared: Arc<Shared>,
}

impl CashierHandle {
    /// The hosted cashier, by `POST`. No document has a path; all of these are the sandbox's.
    pub const HOSTED_PATH: &'static str = "/hosted";
    /// Direct integration, by `POST`.
    pub const DIRECT_PATH: &'static str = "/direct";
    /// A server-to-server card payment, by `POST`.
    pub const S2S_PATH: &'static str = "/s2s";
    /// The payout cashier, by `POST`.
    pub const PAYOUT_PATH: &'static str = "/payout";
    /// Approving a payout, by `POST`.
    pub const APPROVE_PATH: &'static str = "/payout/approve";
    /// Rejecting a payout, by `POST`.
    pub const REJECT_PATH: &'static str = "/payout/reject";
    /// Getting a transaction, by `GET`.
    pub const TRANSACTION_PATH: &'static str = "/transaction/{id}";
    /// Listing transactions, by `GET`.
    pub const TRANSACTIONS_PATH: &'static str = "/transactions";

    /// A card whose payer must confirm on a page (3-D Secure); then the amount decides.
    pub const THREE_D_SECURE_CARD: &'static str = card::THREE_D_SECURE;
    /// A card that the amount decides on at once: odd is successful, even rejected.
    pub const FRICTIONLESS_CARD: &'static str = card::FRICTIONLESS;
    /// A card that is always rejected.
    pub const DECLINED_CARD: &'static str = card::DECLINED;

    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The paths above follow it. No document has a base URL.
    pub fn base_url(&self) -> String {
        format!("{}/cashier", self.shared.state().world.base_url)
    }

    /// The DEV key for the header `x-api-key`. Fixed, so that documents can quote it.
    pub fn api_key(&self) -> &'static str {
        API_KEY
    }

    /// The password that signs webhooks.
    pub fn signature_password(&self) -> &'static str {
        SIGNATURE_PASSWORD
    }

    /// The only `provider_id`, and the only `routing_id`.
    pub fn provider_id(&self) -> u64 {
        PROVIDER_ID
    }

    /// The page of a token, as the payer's browser opens it. A `GET` on it completes it.
    pub fn page_url(&self, token: &str) -> String {
        super::page::url(token, &self.shared.state().world)
    }

    /// The gateway's id of the transaction that a page is for, given by its token or its URL. No
    /// answer with a token tells it.
    pub fn transaction_on_page(&self, page: &str) -> Option<String> {
        self.with(|cashier, _| cashier.transaction_on_page(token_of(page)))
    }

    /// The token of a transaction's page, by the gateway's id; `None` if it has no page.
    pub fn page_of(&self, id: &str) -> Option<String> {
        self.with(|cashier, _| cashier.page_of(id))
    }

    /// The payer completes a page, given by its token or its URL: a deposit is decided by the
    /// amount, a payout waits for approval.
    ///
    /// # Errors
    ///
    /// If there is no such page, or nothing on it to complete.
    pub fn complete_page(&self, page: &str) -> Result<TransactionStatus, NotCompleted> {
        self.on_page(page, Does::Complete)
    }

    /// The payer pays another amount than the one asked for.
    ///
    /// # Errors
    ///
    /// As [`complete_page`](Self::complete_page), and if the amount was restricted.
    pub fn complete_page_paying(
        &self,
        page: &str,
        amount: Money,
    ) -> Result<TransactionStatus, NotCompleted> {
        self.on_page(page, Does::Pay(amount))
    }

    /// The payer gives up, or fails 3-D Secure: rejected.
    ///
    /// # Errors
    ///
    /// As [`complete_page`](Self::complete_page).
    pub fn give_up_page(&self, page: &str) -> Result<TransactionStatus, NotCompleted> {
        self.on_page(page, Does::GiveUp)
    }

    /// Somebody approves a payout in the portal; by the merchant's or the gateway's id.
    ///
    /// # Errors
    ///
    /// If there is no such pending payout.
    pub fn approve_in_portal(&self, id: &str) -> Result<(), NotCompleted> {
        self.at(id, Cashier::approve_at)
    }

    /// Somebody rejects a payout in the portal; by the merchant's or the gateway's id.
    ///
    /// # Errors
    ///
    /// If there is no such pending payout.
    pub fn reject_in_portal(&self, id: &str) -> Result<(), NotCompleted> {
        self.at(id, Cashier::reject_at)
    }

    /// Decides everything now that only waits for time, such as approved payouts.
    pub fn settle(&self) {
        self.with(|cashier, world| cashier.decide_due(world, true));
    }

    /// Webhooks of what happens from now on go here, such as `http://127.0.0.1:8080/hooks`. On a
    /// running clock failures are tried again by themselves, on one that stands when it is moved.
    ///
    /// # Errors
    ///
    /// If the URL is not plain HTTP to this machine.
    pub fn set_webhook_url(&self, url: &str) -> Result<(), NotCompleted> {
        let url = url
            .parse()
            .map_err(|error: crate::loopback::NotLoopback| NotCompleted(error.to_string()))?;
        self.with(|cashier, _| cashier.webhook_url = Some(url));
        Ok(())
    }

    /// Webhooks of what happens from now on are kept for [`take_webhooks`](Self::take_webhooks).
    pub fn clear_webhook_url(&self) {
        self.with(|cashier, _| cashier.webhook_url = None);
    }

    /// The webhooks that are due and that the sandbox does not send by itself: those without a URL,
    /// and without sockets all. Each counts as delivered unless
    /// [`webhook_failed`](Self::webhook_failed) says otherwise.
    pub fn take_webhooks(&self) -> Vec<Webhook> {
        self.with(|_, world| world.outbox.take("cashier", world.now))
    }

    /// The receiver of a taken webhook failed, with this status or without an answer. Returns
    /// whether it is due again later ([`WebhookRetry`](super::switches::WebhookRetry)).
    pub fn webhook_failed(&self, serial: u64, status: Option<u16>) -> bool {
        let outcome = status.map_or(WebhookOutcome::NoAnswer, WebhookOutcome::Answered);
        self.with(|_, world| world.outbox.report(serial, outcome, world.now) == Some(true))
    }

    /// Sends a webhook of how a transaction stands now, once more; by either id.
    ///
    /// # Errors
    ///
    /// If there is no such transaction.
    pub fn resend_webhook(&self, id: &str) -> Result<(), NotCompleted> {
        self.at(id, |cashier, place, world| {
            cashier.tell_again(place, world);
            Ok(())
        })
    }

    /// Every attempt to deliver a webhook so far, oldest first.
    pub fn webhook_attempts(&self) -> Vec<WebhookAttempt> {
        self.with(|_, world| world.outbox.attempts("cashier"))
    }

    fn on_page(&self, page: &str, does: Does) -> Result<TransactionStatus, NotCompleted> {
        self.with(|cashier, world| {
            cashier
                .on_page(token_of(page), does, world)
                .map_err(|refusal| NotCompleted(refusal.message().to_owned()))
        })
    }

    fn at(
        &self,
        id: &str,
        act: impl FnOnce(&mut Cashier, usize, &mut World) -> Result<(), Refusal>,
    ) -> Result<(), NotCompleted> {
        self.with(|cashier, world| {
            let place = cashier.place_of(id, true, true).ok_or_else(Refusal::no_transaction);
            place
                .and_then(|place| act(cashier, place, world))
                .map_err(|refusal| NotCompleted(refusal.message().to_owned()))
        })
    }

    /// What a test does by hand is no operation's effect.
    fn with<T>(&self, act: impl FnOnce(&mut Cashier, &mut World) -> T) -> T {
        let mut state = self.shared.state();
        let State { world, providers, .. } = &mut *state;
        world.cause = crate::ledger::Cause { provider: "cashier", ..Default::default() };
        act(&mut providers.cashier, world)
    }
}

/// The token of a page that is given by its token or its URL.
fn token_of(page: &str) -> &str {
    page.rsplit('/').next().unwrap_or_default()
}
