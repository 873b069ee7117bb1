//! Payanywhere for tests: where it is, its credentials, and what happens outside the API.

use std::sync::Arc;

use super::{MerchantCredentials, NotCompleted, Payanywhere, SaleKind, SessionCounts, account};
use crate::{card::Card, ledger::Cause, money::Money, shared::Shared, state::State, world::World};

/// The device that sales are made at, unless another is named.
pub(crate) const DEVICE: &str = "device-1";

/// Payanywhere in a sandbox; from [`Sandbox::payanywhere`](crate::Sandbox::payanywhere).
#[derive(Debug, Clone)]
pub struct PayanywhereHandle {
    shared: Arc<Shared>,
}

impl PayanywhereHandle {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Stands for `https://proxy.payanywhere.com`: `/auth` follows it.
    pub fn base_url(&self) -> String {
        format!("{}/payanywhere", self.shared.state().world.base_url)
    }

    /// The merchant of the examples, whom the rest of this handle is about.
    pub fn merchant(&self) -> MerchantCredentials {
        account::MERCHANT
    }

    /// A second merchant, with an account of its own.
    pub fn other_merchant(&self) -> MerchantCredentials {
        account::OTHER
    }

    /// A sale at the device, approved whatever its amount; returns its `id`.
    ///
    /// # Errors
    ///
    /// If the amount is not above 0, or has more than two decimals.
    pub fn add_sale(&self, amount: Money, kind: SaleKind) -> Result<u64, NotCompleted> {
        self.add_sale_at(DEVICE, amount, kind)
    }

    /// The same at a device of that id.
    ///
    /// # Errors
    ///
    /// As [`add_sale`](Self::add_sale).
    pub fn add_sale_at(
        &self,
        device_id: &str,
        amount: Money,
        kind: SaleKind,
    ) -> Result<u64, NotCompleted> {
        self.by_hand(|it, world| it.sell(&account::MERCHANT, device_id, amount, kind, world))
    }

    /// Closes the open batch, which settles what is in it; returns its id.
    ///
    /// # Errors
    ///
    /// If no batch is open.
    pub fn close_batch(&self) -> Result<u64, NotCompleted> {
        self.by_hand(|it, world| it.close_batch(&account::MERCHANT, world))
    }

    /// The merchant refunds a sale in its portal, by `id`; returns the refund's `id`.
    ///
    /// # Errors
    ///
    /// As a refund by the API.
    pub fn refund_in_portal(&self, sale: u64, amount: Money) -> Result<u64, NotCompleted> {
        self.by_hand(|it, world| it.refund_in_portal(&account::MERCHANT, sale, amount, world))
    }

    /// The merchant voids a sale in its portal, by `id`; returns the void's `id`.
    ///
    /// # Errors
    ///
    /// As a void by the API.
    pub fn void_in_portal(&self, sale: u64) -> Result<u64, NotCompleted> {
        self.by_hand(|it, world| it.void_in_portal(&account::MERCHANT, sale, world))
    }

    /// The payer pays an invoice on its page: returns the sale's `id`, or `None` where the card was
    /// declined, because the whole amount is even.
    ///
    /// # Errors
    ///
    /// If there is no such invoice, or it is paid already.
    pub fn pay_invoice(&self, url: &str) -> Result<Option<u64>, NotCompleted> {
        self.by_hand(|it, world| it.pay_invoice(url, world))
    }

    /// The id of the invoice that is paid on this page, as the ledger has it: the API may answer with
    /// the page alone.
    pub fn invoice_at(&self, url: &str) -> Option<u64> {
        self.shared.state().providers.payanywhere.invoice_at(url)
    }

    /// What the iframe in the browser makes of a card, for one charge. `year` has two or four
    /// digits.
    ///
    /// # Errors
    ///
    /// If the card cannot be; the text does not repeat it.
    pub fn card_token(
        &self,
        number: &str,
        month: u8,
        year: u16,
        cvv: &str,
    ) -> Result<String, NotCompleted> {
        self.by_hand(|it, world| {
            let (month, year) = (month.to_string(), format!("{year:02}"));
            let card = Card::check(number, &month, &year, Some(cvv), world.now);
            let card = card.map_err(|why| NotCompleted(why.to_owned()))?;
            Ok(it.tokenize(card, world))
        })
    }

    /// Ends the life of all tokens now.
    pub fn expire_tokens(&self) {
        self.shared.state().providers.payanywhere.sessions.expire();
    }

    /// How often tokens were asked for.
    pub fn sessions(&self) -> SessionCounts {
        self.shared.state().providers.payanywhere.sessions.counts
    }

    /// What a test does by hand is no operation's effect.
    fn by_hand<T>(&self, act: impl FnOnce(&mut Payanywhere, &mut World) -> T) -> T {
        let mut state = self.shared.state();
        let State { world, providers, .. } = &mut *state;
        world.cause = Cause { provider: "payanywhere", ..Cause::default() };
        act(&mut providers.payanywhere, world)
    }
}
