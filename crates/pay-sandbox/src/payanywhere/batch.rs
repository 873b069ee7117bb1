//! Batches: closing one settles what is in it.

use super::{MerchantCredentials, NotCompleted, Payanywhere, switches::BatchClosesAfter};
use crate::{clock::Millis, ledger::Entry, world::World};

const FIRST_ID: u64 = 7_001;

#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) id: u64,
    pub(crate) merchant: &'static MerchantCredentials,
    /// When it closes by itself.
    closes: Option<Millis>,
    pub(crate) is_closed: bool,
}

impl Batch {
    pub(crate) fn next_event(&self) -> Option<Millis> {
        self.closes.filter(|_| !self.is_closed)
    }

    fn close(&mut self, world: &mut World) {
        self.is_closed = true;
        world.cause.operation = "payanywhere.batches.close".to_owned();
        world.record(Entry::new("batch_closed", self.id, self.merchant.mid));
    }
}

impl Payanywhere {
    /// The merchant's open batch; its first transaction opens it.
    pub(crate) fn open_batch(
        &mut self,
        merchant: &'static MerchantCredentials,
        world: &World,
    ) -> u64 {
        let is_open = |batch: &&Batch| batch.merchant == merchant && !batch.is_closed;
        if let Some(batch) = self.batches.iter().find(is_open) {
            return batch.id;
        }
        let id = FIRST_ID.saturating_add(u64::try_from(self.batches.len()).unwrap_or(0));
        let closes = match world.switch::<BatchClosesAfter>().0 {
            0 => None,
            seconds => {
                let millis = Millis::try_from(seconds.saturating_mul(1_000));
                Some(world.now.saturating_add(millis.unwrap_or(Millis::MAX)))
            }
        };
        self.batches.push(Batch { id, merchant, closes, is_closed: false });
        id
    }

    pub(crate) fn close_batch(
        &mut self,
        merchant: &MerchantCredentials,
        world: &mut World,
    ) -> Result<u64, NotCompleted> {
        let mut open =
            self.batches.iter_mut().filter(|it| it.merchant == merchant && !it.is_closed);
        let batch = open.next().ok_or_else(|| NotCompleted("No batch is open".to_owned()))?;
        batch.close(world);
        Ok(batch.id)
    }

    pub(crate) fn close_due_batches(&mut self, world: &mut World) {
        for batch in &mut self.batches {
            if batch.next_event().is_some_and(|at| at <= world.now) {
                batch.close(world);
            }
        }
    }

    pub(crate) fn is_settled(&self, batch: u64) -> bool {
        self.batches.iter().any(|it| it.id == batch && it.is_closed)
    }

    pub(crate) fn last_closed(&self, merchant: &MerchantCredentials) -> Option<u64> {
        let is_one = |batch: &&Batch| batch.merchant == merchant && batch.is_closed;
        self.batches.iter().rev().find(is_one).map(|batch| batch.id)
    }
}
