//! One merchant's account.

use super::{
    Refusal, customers::Customer, eft::Eft, invoices::Invoice, plans::Plan,
    transaction::Transaction,
};
use crate::clock::Millis;

/// All that one merchant has. Merchants see nothing of each other.
#[derive(Debug, Default)]
pub(crate) struct Merchant {
    pub(crate) customers: Vec<Customer>,
    pub(crate) plans: Vec<Plan>,
    /// In order of their numbers, which is the order of time.
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) invoices: Vec<Invoice>,
    pub(crate) eft: Eft,
}

impl Merchant {
    pub(crate) fn customer(&mut self, lookup_id: &str) -> Result<&mut Customer, Refusal> {
        self.customers
            .iter_mut()
            .find(|customer| customer.lookup_id == lookup_id)
            .ok_or_else(|| Refusal::not_found("customer"))
    }

    pub(crate) fn plan(&mut self, lookup_id: &str) -> Result<&mut Plan, Refusal> {
        self.plans
            .iter_mut()
            .find(|plan| plan.lookup_id == lookup_id)
            .ok_or_else(|| Refusal::not_found("plan"))
    }

    pub(crate) fn by_number(&self, id: u64) -> Option<&Transaction> {
        let place = self.transactions.binary_search_by_key(&id, |t| t.id).ok()?;
        self.transactions.get(place)
    }

    pub(crate) fn by_number_mut(&mut self, id: u64) -> Option<&mut Transaction> {
        let place = self.transactions.binary_search_by_key(&id, |t| t.id).ok()?;
        self.transactions.get_mut(place)
    }

    pub(crate) fn by_hash(&self, hash: &str) -> Option<&Transaction> {
        self.transactions.iter().find(|transaction| transaction.hash == hash)
    }

    /// When a pending payment is decided or a subscription runs.
    pub(crate) fn next_event(&self) -> Option<Millis> {
        let pending = self.eft.pending.iter().map(|pending| pending.due);
        let runs = self.customers.iter().flat_map(|customer| &customer.subscriptions);
        pending.chain(runs.filter_map(|subscription| subscription.due())).min()
    }
}
