//! Boarded merchants, and what time makes of them.

use serde::Serialize;

use super::{
    Payroc,
    application::Application,
    settled::{Batch, Chargeback},
    switches::{ActiveAfter, BatchEvery},
};
use crate::{NotCompleted, clock::Millis, ledger::Entry, world::World};

/// How far a merchant has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Boarded; the application is not decided yet.
    Submitted,
    /// The application is approved; processing and settlement are still to be set up.
    Approved,
    /// It can process and settle.
    Active,
    /// The application is declined.
    Declined,
}

impl Stage {
    /// `applicationStatus`, `processingStatus` and `settlementStatus`. The words are ours.
    pub(crate) fn statuses(self) -> [&'static str; 3] {
        match self {
            Self::Submitted => ["Submitted", "Pending", "Pending"],
            Self::Approved => ["Approved", "Pending", "Pending"],
            Self::Active => ["Approved", "Active", "Active"],
            Self::Declined => ["Declined", "Inactive", "Inactive"],
        }
    }
}

/// A merchant as the sandbox knows it, for tests: of numbers that are nobody's business it has the
/// last four digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BoardedMerchant {
    /// The merchant id, 15 digits.
    pub mid: String,
    /// As it was sent.
    pub doing_business_as: String,
    /// As it was sent.
    pub legal_business_name: String,
    /// How far it has come.
    pub stage: Stage,
    /// When it was boarded, in epoch milliseconds of the sandbox's clock.
    pub boarded_at_ms: i64,
    /// Of the federal tax id.
    pub tax_id_last_four: String,
    /// Of each owner's SSN that was sent.
    pub ssn_last_fours: Vec<String>,
    /// Of the bank account.
    pub account_last_four: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Merchant {
    pub(crate) mid: String,
    pub(crate) application: Application,
    pub(crate) application_url: String,
    pub(crate) stage: Stage,
    pub(crate) boarded_at: Millis,
    /// When the next stage comes.
    pub(crate) moves_on: Option<Millis>,
    /// When it settles a batch by itself.
    pub(crate) settles: Option<Millis>,
    pub(crate) batches: Vec<Batch>,
    pub(crate) chargebacks: Vec<Chargeback>,
}

impl Payroc {
    pub(crate) fn merchant(&self, mid: &str) -> Option<&Merchant> {
        self.merchants.iter().find(|merchant| merchant.mid == mid)
    }

    /// For what a test does by hand.
    pub(crate) fn merchant_mut(&mut self, mid: &str) -> Result<&mut Merchant, NotCompleted> {
        let merchant = self.merchants.iter_mut().find(|merchant| merchant.mid == mid);
        merchant.ok_or_else(|| NotCompleted("There is no such merchant".to_owned()))
    }

    pub(crate) fn let_time_pass(&mut self, world: &mut World) {
        let Self { merchants, ids, .. } = self;
        for merchant in merchants {
            if merchant.moves_on.is_some_and(|at| at <= world.now) {
                merchant.move_on(world);
            }
            if merchant.settles.is_some_and(|at| at <= world.now) {
                merchant.settles = next_batch(world);
                merchant.settle_usual_batch(ids, world);
            }
        }
    }
}

impl Merchant {
    pub(crate) fn next_event(&self) -> Option<Millis> {
        self.moves_on.into_iter().chain(self.settles).min()
    }

    /// The application is decided.
    pub(crate) fn decide(&mut self, approved: bool, world: &mut World) -> Result<(), NotCompleted> {
        if self.stage != Stage::Submitted {
            return Err(NotCompleted("The application is decided already".to_owned()));
        }
        world.cause.operation = "payroc.underwriting.decide".to_owned();
        match approved {
            true => {
                self.stage = Stage::Approved;
                self.moves_on = Some(later(world, world.switch::<ActiveAfter>().0));
                self.record("merchant_approved", world);
            }
            false => {
                self.stage = Stage::Declined;
                self.moves_on = None;
                self.record("merchant_declined", world);
            }
        }
        Ok(())
    }

    /// Processing and settlement are set up.
    pub(crate) fn activate(&mut self, world: &mut World) -> Result<(), NotCompleted> {
        if self.stage != Stage::Approved {
            return Err(NotCompleted("The merchant is not approved, or active already".to_owned()));
        }
        world.cause.operation = "payroc.underwriting.activate".to_owned();
        self.stage = Stage::Active;
        self.moves_on = None;
        self.settles = next_batch(world);
        self.record("merchant_active", world);
        Ok(())
    }

    pub(crate) fn record(&self, kind: &str, world: &mut World) {
        world.record(Entry {
            description: Some(self.application.doing_business_as.clone()),
            ..Entry::new(kind, &self.mid, &self.mid)
        });
    }

    pub(crate) fn view(&self) -> BoardedMerchant {
        let application = &self.application;
        BoardedMerchant {
            mid: self.mid.clone(),
            doing_business_as: application.doing_business_as.clone(),
            legal_business_name: application.legal_business_name.clone(),
            stage: self.stage,
            boarded_at_ms: self.boarded_at,
            tax_id_last_four: application.tax_id_last_four.clone(),
            ssn_last_fours: application.ssn_last_fours.clone(),
            account_last_four: application.account_last_four.clone(),
        }
    }

    fn move_on(&mut self, world: &mut World) {
        let approved = self.application.will_be_approved();
        // One of the two fits, for there is a next stage.
        let moved = match self.stage {
            Stage::Submitted => self.decide(approved, world),
            _ => self.activate(world),
        };
        if moved.is_err() {
            self.moves_on = None;
        }
    }
}

pub(crate) fn later(world: &World, seconds: u64) -> Millis {
    let millis = Millis::try_from(seconds.saturating_mul(1_000)).unwrap_or(Millis::MAX);
    world.now.saturating_add(millis)
}

fn next_batch(world: &World) -> Option<Millis> {
    let every = world.switch::<BatchEvery>().0;
    (every > 0).then(|| later(world, every))
}
