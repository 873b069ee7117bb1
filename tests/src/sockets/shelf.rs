//! The store of a schedule: in memory, where it can fail, or a real file.

use std::sync::Arc;

use pay_core::{BoxFuture, Clock};
use pay_store::{Down, Journal, SimulationStore, SqliteStore, Store, StoredPacer, StoredTokens};
use tempfile::TempDir;

use super::limits::Limits;
use crate::faults::world::keys;

/// Clones are the same store.
#[derive(Clone)]
pub(super) enum Shelf {
    Memory(SimulationStore),
    /// Removed with the last clone.
    File(Arc<TempDir>),
}

/// What one process uses of it.
#[derive(Clone)]
pub(super) struct Office {
    pub(super) journal: Journal,
    pub(super) tokens: StoredTokens,
    pub(super) pacer: StoredPacer,
}

impl Shelf {
    pub(super) fn new(durable: bool) -> Self {
        match durable {
            true => Self::File(Arc::new(TempDir::new().expect("a folder"))),
            false => Self::Memory(SimulationStore::new()),
        }
    }

    /// A process opens it.
    pub(super) fn open(&self, clock: Arc<dyn Clock>, limits: Limits) -> BoxFuture<'static, Office> {
        let shelf = self.clone();
        Box::pin(async move {
            match shelf {
                Self::Memory(store) => Office::on(store, clock, limits),
                Self::File(folder) => {
                    let file = folder.path().join("journal.db");
                    Office::on(SqliteStore::open(file).await.expect("a file"), clock, limits)
                }
            }
        })
    }

    /// A file does not fail here.
    pub(super) fn set_down(&self, down: Option<Down>) {
        if let Self::Memory(store) = self {
            store.set_down(down);
        }
    }
}

impl Office {
    fn on(store: impl Store + Clone, clock: Arc<dyn Clock>, limits: Limits) -> Self {
        let journal = Journal::new(store.clone(), keys()).clock(Arc::clone(&clock));
        Self {
            journal: journal.wait(limits.call / 2),
            tokens: StoredTokens::new(store.clone(), keys()).clock(Arc::clone(&clock)),
            pacer: StoredPacer::new(store, clock),
        }
    }
}
