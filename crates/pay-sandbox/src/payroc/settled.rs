//! What merchants settle: batches, their transactions, and chargebacks.

use serde::Serialize;

use super::{
    Payroc, dates,
    merchant::{Merchant, Stage},
    switches::TransactionIdForm,
};
use crate::{
    NotCompleted,
    clock::Millis,
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    world::World,
};

/// What a batch that comes by the clock holds.
const USUAL_BATCH: [&str; 3] = ["11.00", "25.50", "-5.00"];

/// The fee of each chargeback.
const CHARGEBACK_FEE: &str = "25.00";

/// A batch that was made by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SettledBatch {
    /// Its id, eight digits.
    pub batch_id: u64,
    /// The ids of its transactions, in the order of the amounts.
    pub transaction_ids: Vec<u64>,
}

/// The last ids that were given.
#[derive(Debug)]
pub(crate) struct Ids {
    batch: u64,
    transaction: u64,
    chargeback: u64,
}

impl Default for Ids {
    fn default() -> Self {
        Self { batch: 20_000_000, transaction: 1_000_000, chargeback: 500 }
    }
}

fn next(id: &mut u64) -> u64 {
    *id += 1;
    *id
}

#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) id: u64,
    pub(crate) at: Millis,
    pub(crate) transactions: Vec<Transaction>,
}

#[derive(Debug, Clone)]
pub(crate) struct Transaction {
    pub(crate) id: u64,
    /// Above 0, also for what was returned.
    amount: Money,
    is_return: bool,
    authorization_code: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Chargeback {
    id: u64,
    pub(crate) batch: u64,
    pub(crate) received: Millis,
    transaction: Transaction,
    transaction_at: Millis,
    amount: Money,
}

impl Payroc {
    /// For what a test does by hand.
    pub(crate) fn settle_batch(
        &mut self,
        mid: &str,
        amounts: &[Money],
        world: &mut World,
    ) -> Result<SettledBatch, NotCompleted> {
        self.with_ids(mid, |merchant, ids| merchant.settle_batch(amounts, ids, world))
    }

    pub(crate) fn charge_back(
        &mut self,
        mid: &str,
        transaction: u64,
        amount: Money,
        world: &mut World,
    ) -> Result<u64, NotCompleted> {
        self.with_ids(mid, |merchant, ids| merchant.charge_back(transaction, amount, ids, world))
    }

    fn with_ids<T>(
        &mut self,
        mid: &str,
        act: impl FnOnce(&mut Merchant, &mut Ids) -> Result<T, NotCompleted>,
    ) -> Result<T, NotCompleted> {
        let Self { merchants, ids, .. } = self;
        let merchant = merchants.iter_mut().find(|merchant| merchant.mid == mid);
        let merchant =
            merchant.ok_or_else(|| NotCompleted("There is no such merchant".to_owned()))?;
        act(merchant, ids)
    }
}

impl Merchant {
    /// Settles a batch: amounts below 0 are returns.
    pub(crate) fn settle_batch(
        &mut self,
        amounts: &[Money],
        ids: &mut Ids,
        world: &mut World,
    ) -> Result<SettledBatch, NotCompleted> {
        if self.stage == Stage::Declined {
            return Err(NotCompleted("The merchant's application is declined".to_owned()));
        }
        if amounts.is_empty() || amounts.iter().any(|amount| amount.is_zero()) {
            return Err(NotCompleted("A batch has amounts, and none of them is 0".to_owned()));
        }
        let transactions: Vec<_> = amounts
            .iter()
            .map(|amount| Transaction {
                id: next(&mut ids.transaction),
                amount: if amount.is_negative() { Money::ZERO.minus(*amount) } else { *amount },
                is_return: amount.is_negative(),
                authorization_code: format!("{:06}", world.rng.u32(0..1_000_000)),
            })
            .collect();
        let batch = Batch { id: next(&mut ids.batch), at: world.now, transactions };
        world.record(Entry {
            amount: Some(batch.sales().minus(batch.returns())),
            currency: Some("USD".to_owned()),
            ..Entry::new("batch_settled", batch.id, &self.mid)
        });
        let transaction_ids = batch.transactions.iter().map(|it| it.id).collect();
        let settled = SettledBatch { batch_id: batch.id, transaction_ids };
        self.batches.push(batch);
        Ok(settled)
    }

    /// The batch that comes by the clock.
    pub(crate) fn settle_usual_batch(&mut self, ids: &mut Ids, world: &mut World) {
        world.cause.operation = "payroc.settlement.run".to_owned();
        let amounts: Vec<Money> = USUAL_BATCH.iter().filter_map(|it| it.parse().ok()).collect();
        // An active merchant may settle.
        let _ = self.settle_batch(&amounts, ids, world);
    }

    /// A cardholder takes money back.
    pub(crate) fn charge_back(
        &mut self,
        transaction: u64,
        amount: Money,
        ids: &mut Ids,
        world: &mut World,
    ) -> Result<u64, NotCompleted> {
        let found = self.batches.iter().find_map(|batch| {
            let found = batch.transactions.iter().find(|it| it.id == transaction)?;
            Some((batch, found))
        });
        let (batch, transaction) =
            found.ok_or_else(|| NotCompleted("There is no such transaction".to_owned()))?;
        if transaction.is_return {
            return Err(NotCompleted("A return is not charged back".to_owned()));
        }
        if amount.is_zero() || amount.is_negative() || amount > transaction.amount {
            return Err(NotCompleted("More than 0, at most the transaction's amount".to_owned()));
        }
        let chargeback = Chargeback {
            id: next(&mut ids.chargeback),
            batch: batch.id,
            received: world.now,
            transaction: transaction.clone(),
            transaction_at: batch.at,
            amount,
        };
        world.record(
            Entry {
                amount: Some(amount),
                currency: Some("USD".to_owned()),
                ..Entry::new("chargeback_received", chargeback.id, &self.mid)
            }
            .of(chargeback.transaction.id),
        );
        let id = chargeback.id;
        self.chargebacks.push(chargeback);
        Ok(id)
    }
}

impl Batch {
    fn sales(&self) -> Money {
        self.total(false)
    }

    fn returns(&self) -> Money {
        self.total(true)
    }

    fn total(&self, of_returns: bool) -> Money {
        let counted = self.transactions.iter().filter(|it| it.is_return == of_returns);
        counted.map(|it| it.amount).fold(Money::ZERO, Money::plus)
    }

    /// An item of a settlement report.
    pub(crate) fn to_json(&self, world: &World) -> Json {
        let count = u64::try_from(self.transactions.len()).unwrap_or(u64::MAX);
        Object::new()
            .with("batchDate", dates::written(self.at, world))
            .with("batchId", self.id)
            .with("ibxBatchId", 0_u64)
            .with("heldAmount", Money::ZERO)
            .with("returnAmount", self.returns())
            .with("saleAmount", self.sales())
            .with("transactionCount", count)
            .into()
    }
}

impl Transaction {
    /// An item of a batch's details.
    pub(crate) fn to_json(&self, batch: &Batch, world: &World) -> Json {
        Object::new()
            .with("achDate", dates::written(batch.at, world))
            .with("batchDate", dates::written(batch.at, world))
            .with("transactionDate", dates::written(batch.at, world))
            .with("authorizationCode", self.authorization_code.clone())
            .with("authorizedAmount", self.amount)
            .with("transactionAmount", self.amount)
            .with("batchId", batch.id)
            .with("cardType", "Visa")
            .with("humanReadableCardNumber", CARD)
            .with("settledBy", "IPS")
            .with("status", "Settled")
            .with("transactionId", self.id_json(world))
            .with("transactionType", if self.is_return { "Return" } else { "Capture" })
            .into()
    }

    fn id_json(&self, world: &World) -> Json {
        match world.switch() {
            TransactionIdForm::Text => self.id.to_string().into(),
            TransactionIdForm::Number => self.id.into(),
        }
    }
}

/// The first six and the last four digits of a test card.
const CARD: &str = "411111xxxxxx1111";

impl Chargeback {
    pub(crate) fn to_json(&self, world: &World) -> Json {
        let fee: Money = CHARGEBACK_FEE.parse().unwrap_or(Money::ZERO);
        Object::new()
            .with("authorizationCode", self.transaction.authorization_code.clone())
            .with("cardType", "Visa")
            .with("description", "Cardholder dispute")
            .with("status", "Stand")
            .with("transactionId", self.transaction.id_json(world))
            .with("chargebackId", self.id)
            .with("chargebackAmount", self.amount)
            .with("feeAmount", fee)
            .with("transactionAmount", self.transaction.amount)
            .with("humanReadableCardNumber", CARD)
            .with("receivedDate", dates::written(self.received, world))
            .with("transactionDate", dates::written(self.transaction_at, world))
            .into()
    }
}
